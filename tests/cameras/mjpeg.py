"""A camera that sends JPEG after JPEG in one HTTP answer (multipart/x-mixed-replace)."""

import asyncio
from fractions import Fraction
from functools import lru_cache

import av
from av.video.stream import VideoStream

from tests.cameras.camera import Camera
from tests.cameras.faults import Kind

BOUNDARY = "--curtilage-test"
RATE = 10  # pictures per second
COUNT = 40  # pictures in the loop


async def serve(transport: asyncio.Transport, camera: Camera, url: str) -> None:
    """Send pictures until the client goes."""
    troubles, loop = camera.troubles, asyncio.get_running_loop()
    if troubles.active(Kind.MISSING, loop.time()) or not url.split("?")[0].endswith(".mjpeg"):
        _refuse(transport, "404 Not Found")
        return
    if troubles.active(Kind.REFUSE, loop.time()):
        _refuse(transport, '401 Unauthorized\r\nWWW-Authenticate: Basic realm="Test camera"')
        return
    transport.write(
        b"HTTP/1.0 200 OK\r\nCache-Control: no-cache\r\nConnection: close\r\n"
        b"Content-Type: multipart/x-mixed-replace; boundary=" + BOUNDARY.encode() + b"\r\n\r\n"
    )
    pictures, begun, number = _pictures(str(camera.setup.video)), loop.time(), 0
    while not transport.is_closing():
        if troubles.active(Kind.DROP, loop.time()) or troubles.active(Kind.DOWN, loop.time()):
            transport.abort()
            return
        if not troubles.active(Kind.STALL, loop.time()):
            data = pictures[number % len(pictures)]
            head = f"\r\n{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}"
            transport.write(head.encode() + b"\r\n\r\n" + data)
        number += 1
        await asyncio.sleep(max(0.0, begun + number / RATE - loop.time()))


def _refuse(transport: asyncio.Transport, status: str) -> None:
    transport.write(f"HTTP/1.0 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    transport.close()


@lru_cache(maxsize=4)
def _pictures(video: str) -> tuple[bytes, ...]:
    """The first pictures of a video as JPEG."""
    out: list[bytes] = []
    encoder = None
    with av.open(video) as source:
        stream = source.streams.video[0]
        assert isinstance(stream, VideoStream)
        for frame in source.decode(stream):
            if encoder is None:
                encoder = av.CodecContext.create("mjpeg", "w")
                assert isinstance(encoder, av.VideoCodecContext)
                encoder.width, encoder.height = min(frame.width, 640), min(frame.height, 360)
                encoder.pix_fmt, encoder.time_base = "yuvj420p", Fraction(1, RATE)
            small = frame.reformat(encoder.width, encoder.height, "yuvj420p")
            small.pts = len(out)
            out += [bytes(packet) for packet in encoder.encode(small)]
            if len(out) >= COUNT:
                break
    return tuple(out)
