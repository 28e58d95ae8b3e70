"""Where the live view answers: pictures at ``/api/cameras/{camera}/live``, tracks beside them."""

from typing import Literal

from fastapi import WebSocket

from curtilage.config.site import SiteCamera
from curtilage.model import VideoCodec
from curtilage.record.recorder import BUS_NAME
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Right
from curtilage.web.live.hub import Hub
from curtilage.web.live.socket import show
from curtilage.web.live.tracks import TracksHub, tell_tracks

Size = Literal["large", "small"]
NO_SUCH = 4404
"""Close code: no such camera or stream, or it is switched off."""

router = Guarded("/api/cameras", tags=["live"])


@router.websocket("/{camera}/live", needs=Right.VIDEO, camera="camera")
async def live(
    socket: WebSocket,
    context: Context,
    camera: str,
    stream: str | None = None,
    size: Size = "large",
    codecs: str = "h264,mjpeg",
) -> None:
    """Pictures of a camera as they come; ``live.socket`` says what is sent."""
    found = next((c for c in context.site.cameras if c.name == camera and c.enabled), None)
    wanted = [] if found is None else streams(found, stream, size)
    await socket.accept()
    if not wanted:
        await socket.close(NO_SUCH)
        return
    await show(socket, context.part(Hub, _hub), camera, wanted, known(codecs))


@router.websocket("/{camera}/tracks", needs=Right.FINDINGS, camera="camera")
async def tracks(socket: WebSocket, context: Context, camera: str) -> None:
    """What is seen in the pictures, as JSON: UTC in ms, and id, label and box of each track."""
    await socket.accept()
    await tell_tracks(socket, context.part(TracksHub, _tracks), camera)


def streams(camera: SiteCamera, stream: str | None, size: Size) -> list[str]:
    """Names of the streams to try: the one asked for, then the others; none: there is no such."""
    names = [one.name for one in camera.all_streams]
    if stream is not None:
        if stream not in names:
            return []
        first = stream
    else:
        first = names[0] if size == "large" else camera.motion_stream
    return [first, *(name for name in names if name != first)]


def known(codecs: str) -> frozenset[VideoCodec]:
    """The codecs in a list as ``h264,mjpeg``; what we do not know is left out."""
    asked = {word.strip() for word in codecs.split(",")}
    return frozenset(codec for codec in VideoCodec if codec.value in asked)


def _hub(context: WebContext) -> Hub:
    return Hub(f"ipc://{context.site.state / BUS_NAME}", context.clock)


def _tracks(context: WebContext) -> TracksHub:
    return TracksHub(context.site.state)
