"""The WebSocket of a live view: words as text, heads and pictures as bytes.

The server says, as JSON: ``opened`` (type, size, and UTC of media time 0; the head of the MP4
follows in bytes), ``lost`` (why nothing comes, since when), ``skipped``, ``instead`` (another
stream follows, since this one cannot be shown), ``refused``, ``alive`` (every 2 s). Then bytes:
fragments of MP4, one or some together; or, with MJPEG, 8 bytes of UTC (ms, big-endian float64) and
a JPEG.

The browser says ``{"cannot": STREAM}`` when it cannot show the type that ``opened`` named.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Sequence

from fastapi import WebSocket, WebSocketDisconnect

from curtilage.model import VideoCodec
from curtilage.web.live import messages
from curtilage.web.live.hub import Hub
from curtilage.web.live.messages import Message, Opening, Picture
from curtilage.web.live.viewer import Viewer

ALIVE_S = 2.0  # said so often, so that a browser notices when its network is dead
SEND_S = 20.0  # for one message; a connection that takes longer is none
UNSHOWABLE = 4415  # no stream of the camera can be shown here
NAMES = {VideoCodec.H264: "H.264", VideoCodec.HEVC: "H.265", VideoCodec.MJPEG: "MJPEG"}
SAID_MOST = 200  # characters that a browser may say at once


async def show(
    socket: WebSocket,
    hub: Hub,
    camera: str,
    streams: Sequence[str],
    codecs: frozenset[VideoCodec],
) -> None:
    """Shows the first of the camera's streams that the browser can show, until it goes.

    Args:
        socket: accepted.
        hub: where streams come from.
        camera: its name.
        streams: names, the wanted one first.
        codecs: what the browser says it can show.

    """
    screen = _Screen(socket, hub, camera, codecs)
    tasks = {
        asyncio.ensure_future(task)
        for task in (screen.show(streams), screen.listen(), screen.live())
    }
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        _tell_faults(task)
    codes = [task.result() for task in done if task.exception() is None]
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it has gone already
        await socket.close(next((code for code in codes if code), 1000))


class _Screen:
    """What one browser is shown, and what it says."""

    def __init__(
        self, socket: WebSocket, hub: Hub, camera: str, codecs: frozenset[VideoCodec]
    ) -> None:
        self._socket, self._hub, self._camera, self._codecs = socket, hub, camera, codecs
        self._cannot: set[str] = set()  # streams
        self._viewer: Viewer | None = None
        self._sending, self._sent_s = False, 0.0  # looked at here, since a timer a message costs

    async def show(self, streams: Sequence[str]) -> int:
        """Shows the first of these streams that can be shown; the code to close with."""
        why = ""
        for stream in streams:
            if why:
                await self._send(messages.instead(stream, why).text)
            with self._hub.watch(self._camera, stream) as self._viewer:
                codec = await self._pass_on(self._viewer, stream)
            name = f"stream {stream} of {self._camera}"
            why = f"{name} is {NAMES[codec]}, which this browser cannot show"
        more = "; set one of the camera's streams to H.264" if codec is VideoCodec.HEVC else ""
        await self._send(messages.refused(f"{why}{more}").text)
        return UNSHOWABLE

    async def listen(self) -> int:
        """Until the browser goes; hears what it cannot show."""
        while True:
            said = await self._socket.receive()
            if said["type"] == "websocket.disconnect":
                return 0
            with contextlib.suppress(ValueError):
                told = json.loads((said.get("text") or "")[:SAID_MOST])
                if isinstance(told, dict) and isinstance(told.get("cannot"), str):
                    self._cannot.add(told["cannot"])
                    if self._viewer is not None:
                        self._viewer.wake()

    async def live(self) -> int:
        """Says for ever that the server is there, also when nothing comes of the camera."""
        while True:
            await asyncio.sleep(ALIVE_S)
            if self._sending and time.monotonic() - self._sent_s > SEND_S:
                return 1008
            if self._viewer is not None:
                self._viewer.put(messages.ALIVE)

    async def _pass_on(self, viewer: Viewer, stream: str) -> VideoCodec:
        """Sends what the viewer is told; the codec when it turns out that it cannot be shown."""
        codec = VideoCodec.H264
        while True:
            told = await viewer.take()
            if stream in self._cannot:
                return codec
            for piece in joined(told):
                if isinstance(piece, Opening):
                    codec = piece.codec
                    if codec not in self._codecs:
                        return codec
                    await self._send(piece.text)
                    if piece.head:
                        await self._send(piece.head)
                else:
                    await self._send(piece)

    async def _send(self, what: str | bytes) -> None:
        self._sending = True
        self._sent_s = time.monotonic()
        if isinstance(what, str):
            await self._socket.send_text(what)
        else:
            await self._socket.send_bytes(what)
        self._sending = False


def joined(told: list[Message]) -> list[Opening | str | bytes]:
    """The same with fragments of MP4 that follow each other as one piece."""
    out: list[Opening | str | bytes] = []
    run: list[bytes] = []
    for message in told:
        if isinstance(message, Picture):
            if message.data[4:8] == b"moof":
                run.append(message.data)
            else:
                run = [message.data]  # a JPEG stands alone, and only the newest is of use
            continue
        if run:
            out.append(b"".join(run))
            run = []
        out.append(message if isinstance(message, Opening) else message.text)
    if run:
        out.append(b"".join(run) if len(run) > 1 else run[0])
    return out


def _tell_faults(task: asyncio.Future[int]) -> None:
    """A connection that breaks is nothing; anything else is a fault of ours."""
    error = task.exception()
    if error is not None and not isinstance(
        error, WebSocketDisconnect | TimeoutError | RuntimeError | OSError
    ):
        raise error
