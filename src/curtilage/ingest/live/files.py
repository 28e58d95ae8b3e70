"""A video file, or a folder of them, played as a camera: at its own speed, endlessly, without gaps.

The files of a folder play in the order of their names. After the last comes the first again; the
camera's time goes on, so that nobody can see the seam but in the picture.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import av
from av.container import InputContainer

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.live.connection import BROKEN, Change, Raw
from curtilage.ingest.live.container import ContainerConnection
from curtilage.model import AudioInfo, GapReason, Medium, VideoCodec

SUFFIXES = frozenset(
    {".mp4", ".mov", ".m4v", ".mkv", ".avi", ".ts", ".mts", ".flv", ".webm", ".h264", ".h265"}
    | {".264", ".265", ".hevc", ".mjpeg", ".mjpg", ".mpg", ".3gp"}
)
SECOND = 1_000_000_000
FALLBACK_STEP = SECOND // 25  # between pictures of a file that says nothing of time


def open_files(name: str, address: Address, *, audio: bool) -> "FileConnection":
    """Open the first file that can be played.

    Raises:
        CameraError: there is no file, or none that could be recorded.

    """
    return FileConnection(name, _files(name, Path(address.path)), audio=audio)


def _files(name: str, path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
        if found:
            return found
        raise CameraError(GapReason.UNREACHABLE, f"camera {name}: no video file is in {path}")
    if path.is_file():
        return [path]
    raise CameraError(GapReason.UNREACHABLE, f"camera {name}: there is no file {path}")


class FileConnection:
    """Files, played for ever."""

    framed = False

    def __init__(self, name: str, files: list[Path], *, audio: bool) -> None:
        self._name, self._files, self._wants_audio = name, files, audio
        self._cut = threading.Event()
        self._next = 0
        self._open = self._open_next()
        self.codec: VideoCodec = self._open.codec
        self.extradata: bytes = self._open.extradata
        self.audio: AudioInfo | None = self._open.audio
        self.note: str | None = self._open.note

    def packets(self) -> Iterator[Raw | Change]:
        """The packets, each when its time has come."""
        start = time.monotonic_ns()
        base = 0  # camera time at which this file begins
        while True:
            end = base
            for raw in self._shifted(base):
                if raw.medium is Medium.VIDEO:
                    assert raw.dts is not None  # noqa: S101  _shifted fills it in
                    due_s = (start + raw.dts - time.monotonic_ns()) / SECOND
                    if (due_s > 0 and self._cut.wait(due_s)) or self._cut.is_set():
                        return
                    end = max(end, raw.dts + (raw.duration or FALLBACK_STEP))
                yield raw
            if end == base:
                raise CameraError(
                    GapReason.UNSUPPORTED, f"camera {self._name}: a file holds no picture"
                )
            base = end
            if len(self._files) == 1:
                with suppress(*BROKEN):
                    self._open.close()
                self._open = self._open_next()
                continue
            self._open.close()
            self._open = self._open_next()
            yield Change(self._open.codec, self._open.extradata, self._open.audio)

    def _shifted(self, base: int) -> Iterator[Raw]:
        """The open file's packets, the first picture at ``base``, every picture with a time."""
        origin: int | None = None
        following = base  # where a picture without a time goes
        for raw in self._open.packets():
            dts = raw.dts if raw.dts is not None else raw.pts
            if origin is None:
                if raw.medium is not Medium.VIDEO:
                    continue
                origin = dts or 0
            at = following if dts is None else base + dts - origin
            if raw.medium is Medium.VIDEO:
                following = at + (raw.duration or FALLBACK_STEP)
            pts = None if raw.pts is None else base + raw.pts - origin
            yield raw._replace(dts=at, pts=pts)

    def _open_next(self) -> ContainerConnection:
        """The next file that can be played."""
        problem: CameraError | None = None
        for _ in range(len(self._files)):
            path = self._files[self._next]
            self._next = (self._next + 1) % len(self._files)
            try:
                container = av.open(str(path))
            except BROKEN:
                problem = problem or CameraError(
                    GapReason.UNSUPPORTED, f"camera {self._name}: {path} is no video file"
                )
                continue
            try:
                return _connection(container, self._name, path, audio=self._wants_audio)
            except CameraError as error:
                problem = problem or error
        assert problem is not None  # noqa: S101  there is at least one file
        raise problem

    def interrupt(self) -> None:
        """End the wait for the next picture."""
        self._cut.set()

    def close(self) -> None:
        """Close the file."""
        self._open.close()


def _connection(
    container: InputContainer, name: str, path: Path, *, audio: bool
) -> ContainerConnection:
    try:
        return ContainerConnection(container, name, audio=audio)
    except CameraError as error:
        container.close()
        raise CameraError(error.reason, f"{error} (file {path.name})") from None
