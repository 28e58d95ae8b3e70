"""A camera at this machine's USB (Video4Linux), if it encodes its pictures itself.

Only H.264 and MJPEG: the recorder never encodes, and raw pictures of 720p would take 2 TB a day.
"""

import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.live.connection import BROKEN, Change, Raw
from curtilage.ingest.live.container import ContainerConnection
from curtilage.model import AudioInfo, GapReason, VideoCodec

FORMATS = ("h264", "mjpeg")
MAJOR: Final = 81
"""Number of all devices of Video4Linux (Linux, devices.txt)."""
LOOK_EVERY_S = 0.01  # for the next picture; a device of 30 a second has one every third look


def open_device(name: str, address: Address, *, audio: bool) -> "DeviceConnection":
    """Open the device in the best format that it encodes itself.

    Raises:
        CameraError: there is no such device, or it encodes nothing.

    """
    path = Path(address.path)
    if not _is_camera(path):
        raise CameraError(
            GapReason.UNREACHABLE, f"camera {name}: there is no camera {path}; is it plugged in?"
        )
    for wanted in FORMATS:
        options = {"input_format": wanted, "fflags": "nonblock"}
        try:
            container = av.open(str(path), format="v4l2", options=options)
        except PermissionError:
            raise CameraError(
                GapReason.REFUSED,
                f"camera {name}: {path} may not be read; add this user to the group 'video'",
            ) from None
        except BROKEN:
            continue
        note = f"camera {name}: the sound of USB cameras is not recorded" if audio else None
        return DeviceConnection(container, name, note)
    raise CameraError(
        GapReason.UNSUPPORTED,
        f"camera {name}: {path} gives neither H.264 nor MJPEG, or is in use; "
        "raw pictures are not recorded, since nothing is encoded here",
    )


def _is_camera(path: Path) -> bool:
    """Whether it is a device of Video4Linux: others are not even opened, which may do something.

    To open a watchdog starts it, to open a tape rewinds it. What else is at a path is not told.
    """
    try:
        found = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISCHR(found.st_mode) and os.major(found.st_rdev) == MAJOR


class DeviceConnection:
    """The pictures of a device that is read without blocking, so that a wait can be ended."""

    framed = False

    def __init__(self, container: InputContainer, name: str, note: str | None) -> None:
        try:
            self._inner = ContainerConnection(container, name, audio=False)
        except CameraError:
            container.close()
            raise
        self._cut = threading.Event()
        self.codec: VideoCodec = self._inner.codec
        self.extradata: bytes = self._inner.extradata
        self.audio: AudioInfo | None = None
        self.note = note

    def packets(self) -> Iterator[Raw | Change]:
        """The pictures, until the device is unplugged."""
        while not self._cut.is_set():
            with suppress(BlockingIOError):
                for raw in self._inner.packets():
                    yield raw
                    if self._cut.is_set():
                        return
                return
            time.sleep(LOOK_EVERY_S)

    def interrupt(self) -> None:
        """End the wait for the next picture."""
        self._cut.set()

    def close(self) -> None:
        """Give the device back."""
        self._inner.close()
