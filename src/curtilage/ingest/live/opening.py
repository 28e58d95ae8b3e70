"""Opens a camera of any kind in a thread of its own, so that `stop` is obeyed while it waits.

Looking up a name can block for half a minute and nothing can interrupt it. So the thread that waits
for the camera looks at `stop`, and leaves the one that opens to end by itself.
"""

import threading
from collections.abc import Callable

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.live.connection import Connection
from curtilage.ingest.live.device import open_device
from curtilage.ingest.live.files import open_files
from curtilage.ingest.live.http import open_http
from curtilage.ingest.live.patience import Patience
from curtilage.ingest.live.rtsp import open_rtsp
from curtilage.model import GapReason

LOOK_EVERY_S = 0.1


def open_camera(
    name: str,
    address: Address,
    audio: bool,
    patience: Patience,
    stop: threading.Event,
    hurries: Callable[[], bool] = lambda: True,
) -> Connection | CameraError | None:
    """The open camera, or why it cannot be opened, or None when ``stop`` came first.

    Args:
        name: of the camera and stream, for sentences.
        address: where it is.
        audio: whether its sound is wanted.
        patience: how long to wait.
        stop: set when nobody wants it any more.
        hurries: whether somebody wants the pictures as they come.

    """
    attempt = _Attempt(name, address, audio, patience, hurries)
    thread = threading.Thread(target=attempt.run, name=f"open {name}", daemon=True)
    thread.start()
    while not attempt.done.wait(LOOK_EVERY_S):
        if stop.is_set():
            attempt.abandon()
            return None
    return attempt.result


class _Attempt:
    """One attempt to open a camera, shared by who opens and who waits."""

    def __init__(
        self,
        name: str,
        address: Address,
        audio: bool,
        patience: Patience,
        hurries: Callable[[], bool],
    ) -> None:
        self._name, self._address, self._audio = name, address, audio
        self._patience, self._hurries = patience, hurries
        self._lock = threading.Lock()
        self._abandoned = False
        self._cut: Callable[[], None] | None = None
        self.done = threading.Event()
        self.result: Connection | CameraError | None = None

    def run(self) -> None:
        """Open it; by the opening thread."""
        result: Connection | CameraError
        try:
            result = self._open()
        except CameraError as error:
            result = error
        except Exception:  # whatever it is, somebody waits for `done`
            if self._abandoned:
                return
            where = self._address.host or self._address.path
            result = CameraError(
                GapReason.UNREACHABLE, f"camera {self._name}: {where} cannot be read"
            )
        with self._lock:
            if self._abandoned:
                if not isinstance(result, CameraError):
                    result.close()
                return
            self.result = result
        self.done.set()

    def abandon(self) -> None:
        """Nobody waits any more: what comes is closed at once."""
        with self._lock:
            self._abandoned = True
            result, cut = self.result, self._cut
        if cut is not None:
            cut()
        if result is not None and not isinstance(result, CameraError):
            result.close()

    def _connected(self, cut: Callable[[], None]) -> None:
        with self._lock:
            self._cut = cut
            if self._abandoned:
                raise ConnectionAbortedError

    def _open(self) -> Connection:
        scheme = self._address.scheme
        patience = self._patience
        if scheme in ("rtsp", "rtsps"):
            return open_rtsp(
                self._name,
                self._address,
                audio=self._audio,
                open_s=patience.open_s,
                stall_s=patience.stall_s,
                connected=self._connected,
                hurries=self._hurries,
            )
        if scheme == "file":
            return open_files(self._name, self._address, audio=self._audio)
        if scheme == "v4l2":
            return open_device(self._name, self._address, audio=self._audio)
        return open_http(self._name, self._address, audio=self._audio, open_s=patience.open_s)
