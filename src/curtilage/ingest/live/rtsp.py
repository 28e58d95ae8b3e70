"""Opens an RTSP camera: over TCP only, in a fraction of a second, never asking for its sound.

FFmpeg by default reads a camera for two seconds to guess what the session description already
says; with `analyzeduration=0` and `probesize=32` it does not. Sound is not even SETUP unless asked
for (`allowed_media_types`). With `rtsps` the connection is encrypted; the certificate is not
verified, since cameras sign their own (docs/design/ingest.md says what that protects from).
"""

from collections.abc import Callable

import av

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.live.container import ContainerConnection
from curtilage.ingest.live.sockets import Turn, turn
from curtilage.ingest.rtsp.dial import port_of
from curtilage.model import GapReason


def open_rtsp(
    name: str,
    address: Address,
    *,
    audio: bool,
    open_s: float,
    stall_s: float,
    begun: Callable[[Turn], None],
) -> ContainerConnection:
    """Connect, describe, set up and play.

    Args:
        name: of the camera and stream, for sentences.
        address: where it is.
        audio: whether its sound is set up as well.
        open_s: how long that may take.
        stall_s: how long a read may wait, should the watch not end it before.
        begun: told when it is this opening's turn, so that it can be cut from elsewhere.

    Raises:
        CameraError: no picture that can be recorded, or the camera is busy with another stream.
        OSError, ValueError: what PyAV says; it may hold the password, so it is for no message.

    """
    port = port_of(address)
    options = {
        "rtsp_transport": "tcp",
        "allowed_media_types": "video+audio" if audio else "video",
        "analyzeduration": "0",
        "probesize": "32",
        "timeout": str(int(1.25 * stall_s * 1_000_000)),  # the watch comes first
        "user_agent": "Curtilage",
    }
    with turn(address.host, port, open_s) as mine:
        if mine is None:
            raise CameraError(
                GapReason.UNREACHABLE,
                f"camera {name}: {address.host} has not answered another stream's request yet",
            )
        begun(mine)
        container = av.open(address.secret, format="rtsp", options=options, timeout=(open_s, None))
        line = mine.line()
    try:
        return ContainerConnection(container, line, name, audio=audio)
    except CameraError:
        container.close()
        if line is not None:
            line.close()
        raise
