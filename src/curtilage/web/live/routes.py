"""Where the live view answers: ``/api/cameras/{camera}/live``."""

from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, WebSocket

from curtilage.config.site import SiteCamera, SiteSettings
from curtilage.model import VideoCodec
from curtilage.web.live.hub import Hub
from curtilage.web.live.socket import show

Size = Literal["large", "small"]


def live_router(hub: Hub, site: Callable[[], SiteSettings]) -> APIRouter:
    """The route, for cameras of the settings in force."""
    router = APIRouter()

    @router.websocket("/api/cameras/{camera}/live")
    async def live(
        socket: WebSocket,
        camera: str,
        stream: str | None = None,
        size: Size = "large",
        codecs: str = "h264,mjpeg",
    ) -> None:
        found = next((c for c in site().cameras if c.name == camera), None)
        wanted = [] if found is None else streams(found, stream, size)
        await socket.accept()
        if not wanted:
            await socket.close(4404)
            return

        async def may_watch() -> bool:
            return True

        await show(socket, hub, camera, wanted, known(codecs), may_watch)

    return router


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
