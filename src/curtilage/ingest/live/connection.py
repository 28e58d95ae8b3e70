"""What every kind of camera gives once it is open: raw packets, and a way to be interrupted."""

from collections.abc import Iterator
from http.client import HTTPException
from typing import NamedTuple, Protocol

from av.error import FFmpegError

from curtilage.model import AudioInfo, Medium, VideoCodec

BROKEN = (OSError, ValueError, FFmpegError, HTTPException)
"""What reading from a camera may raise. Their words may hold the password: for no message."""


class Raw(NamedTuple):
    """One packet as the camera's container has it; times in ns of the camera's own clock."""

    medium: Medium
    dts: int | None  # unknown for the first picture of many cameras
    pts: int | None
    duration: int  # 0: not said
    report: int | None  # UTC of the picture by the camera's last sender report, when asked anew
    data: bytes | memoryview  # a view of a buffer that lives as long
    age: int = 0  # ns since its last byte came, where it was not handed out at once
    plain: bool = False  # nothing but slices that no decoder can begin with, as they are kept


class Change(NamedTuple):
    """What follows is another file, encoded in its own way."""

    codec: VideoCodec
    extradata: bytes
    audio: AudioInfo | None


class Connection(Protocol):
    """An open camera."""

    codec: VideoCodec
    extradata: bytes  # parameter sets, as the container has them
    framed: bool  # NAL units come after lengths of four bytes, whatever ``extradata`` is like
    audio: AudioInfo | None
    note: str | None  # something the owner should know, though pictures come; may change

    def packets(self) -> Iterator[Raw | Change]:
        """The packets. Ends when the camera ends it; those of ``BROKEN`` may come."""
        ...

    def interrupt(self) -> None:
        """Make a read that waits end at once. From any thread, at any time."""
        ...

    def close(self) -> None:
        """Let go of the camera. By the thread that reads."""
        ...
