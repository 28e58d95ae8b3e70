"""Opens a camera of any kind in a thread of its own, so that `stop` is obeyed while it waits.

Looking up a name can block for half a minute and nothing can interrupt it. So the thread that waits
for the camera looks at `stop`, and leaves the one that opens to end by itself.
"""

import threading
import time

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.live.connection import Connection
from curtilage.ingest.live.device import open_device
from curtilage.ingest.live.files import open_files
from curtilage.ingest.live.http import open_http
from curtilage.ingest.live.patience import Patience
from curtilage.ingest.live.rtsp import open_rtsp
from curtilage.ingest.live.sockets import Turn
from curtilage.ingest.rtsp.dial import dial
from curtilage.ingest.rtsp.probe import examine
from curtilage.model import GapReason

LOOK_EVERY_S = 0.1
EXAMINE_S = 5.0


def open_camera(
    name: str,
    address: Address,
    audio: bool,
    patience: Patience,
    stop: threading.Event,
    *,
    careful: bool,
) -> Connection | CameraError | None:
    """The open camera, or why it cannot be opened, or None when ``stop`` came first.

    Args:
        name: of the camera and stream, for sentences.
        address: where it is.
        audio: whether its sound is wanted.
        patience: how long to wait.
        stop: set when nobody wants it any more.
        careful: the last attempt failed: first look whether the camera answers at all.

    """
    attempt = _Attempt(name, address, audio, patience, careful)
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
        self, name: str, address: Address, audio: bool, patience: Patience, careful: bool
    ) -> None:
        self._name, self._address, self._audio = name, address, audio
        self._patience, self._careful = patience, careful
        self._lock = threading.Lock()
        self._abandoned = False
        self._turn: Turn | None = None
        self._began = time.monotonic()
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
            result = self._reason()
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
            result, turn = self.result, self._turn
        if turn is not None:
            turn.cut()
        if result is not None and not isinstance(result, CameraError):
            result.close()

    def _begun(self, turn: Turn) -> None:
        with self._lock:
            self._turn = turn
            if self._abandoned:
                raise ConnectionAbortedError

    def _open(self) -> Connection:
        scheme = self._address.scheme
        patience = self._patience
        if scheme in ("rtsp", "rtsps"):
            if self._careful:
                self._look()
            return open_rtsp(
                self._name,
                self._address,
                audio=self._audio,
                open_s=patience.open_s,
                stall_s=patience.stall_s,
                begun=self._begun,
            )
        if scheme == "file":
            return open_files(self._name, self._address, audio=self._audio)
        if scheme == "v4l2":
            return open_device(self._name, self._address, audio=self._audio)
        return open_http(self._name, self._address, audio=self._audio, open_s=patience.open_s)

    def _look(self) -> None:
        """Look whether the camera takes connections, before its streams take turns at it."""
        try:
            dial(self._address, self._patience.open_s).close()
        except CameraError as error:
            raise CameraError(error.reason, f"camera {self._name}: {error}") from None

    def _reason(self) -> CameraError:
        """Why FFmpeg could not open it: asked of the camera itself, since FFmpeg does not say."""
        address = self._address
        if address.scheme not in ("rtsp", "rtsps"):
            return CameraError(
                GapReason.UNREACHABLE, f"camera {self._name}: {address.path} cannot be read"
            )
        open_s = self._patience.open_s
        too_slow = time.monotonic() - self._began > 0.9 * open_s
        found = examine(address, min(open_s, EXAMINE_S))
        if found.reason is not None:
            return CameraError(found.reason, f"camera {self._name}: {found.sentence}")
        if found.authentication not in (None, "basic", "digest MD5"):
            return CameraError(
                GapReason.REFUSED,
                f"camera {self._name}: {address.host} asks for the password by "
                f"{found.authentication}, which cannot be answered yet; set it to digest MD5",
            )
        if too_slow:
            return CameraError(
                GapReason.UNREACHABLE,
                f"camera {self._name}: {address.host} answers so slowly that nothing came "
                f"within {open_s:g} s",
            )
        return CameraError(
            GapReason.UNREACHABLE,
            f"camera {self._name}: {address.host} describes its stream, but does not send it; "
            "it may have too many viewers, or not offer RTSP over TCP",
        )
