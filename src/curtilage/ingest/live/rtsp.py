"""Opens an RTSP camera: over TCP only, in a fraction of a second, never asking for its sound.

FFmpeg by default reads a camera for two seconds to guess what the session description already
says; with `analyzeduration=0` and `probesize=32` it does not. Sound is not even SETUP unless asked
for (`allowed_media_types`). With `rtsps` the connection is encrypted; the certificate is not
verified, since cameras sign their own (docs/design/ingest.md says what that protects from).
"""

import av

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.live.container import ContainerConnection
from curtilage.ingest.live.sockets import new_line, open_sockets, turn
from curtilage.ingest.rtsp.dial import port_of
from curtilage.model import GapReason


def open_rtsp(
    name: str, address: Address, *, audio: bool, open_s: float, stall_s: float
) -> ContainerConnection:
    """Connect, describe, set up and play.

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
        if not mine:
            raise CameraError(
                GapReason.UNREACHABLE,
                f"camera {name}: {address.host} has not answered another stream's request yet",
            )
        before = open_sockets()
        container = av.open(address.secret, format="rtsp", options=options, timeout=(open_s, None))
        line = new_line(before, port)
    try:
        return ContainerConnection(container, line, name, audio=audio)
    except CameraError:
        container.close()
        if line is not None:
            line.close()
        raise
