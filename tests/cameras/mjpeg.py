"""A camera that sends JPEG after JPEG in one HTTP answer (multipart/x-mixed-replace)."""

import asyncio
from functools import lru_cache
from pathlib import Path

import av
import cv2
from av.video.stream import VideoStream

from tests.cameras.camera import Camera
from tests.cameras.faults import Kind

BOUNDARY = "curtilage-test"
RATE = 10  # pictures per second
COUNT = 40  # pictures in the loop
SIZE = (640, 360)  # px, at most


def refusal(camera: Camera, url: str, now: float) -> int:
    """The status that a request for pictures deserves; 200: none."""
    if camera.troubles.active(Kind.MISSING, now) or not url.split("?")[0].endswith(".mjpeg"):
        return 404
    return 401 if camera.troubles.active(Kind.REFUSE, now) else 200


def answer(status: int) -> bytes:
    """The head of the answer."""
    if status == 401:
        return b'HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm="Test camera"\r\n\r\n'
    if status == 404:
        return b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    return (
        b"HTTP/1.0 200 OK\r\nCache-Control: no-cache\r\nConnection: close\r\n"
        b"Content-Type: multipart/x-mixed-replace; boundary=" + BOUNDARY.encode() + b"\r\n\r\n"
    )


async def serve(transport: asyncio.Transport, camera: Camera) -> None:
    """Send pictures until the client goes."""
    loop = asyncio.get_running_loop()
    pictures = await loop.run_in_executor(None, _pictures, camera.setup.video)
    begun, number = loop.time(), 0
    while not transport.is_closing():
        if not camera.silent:
            data = pictures[number % len(pictures)]
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}"
            transport.write(head.encode() + b"\r\n\r\n" + data + b"\r\n")
        number += 1
        await asyncio.sleep(max(0.0, begun + number / RATE - loop.time()))


@lru_cache(maxsize=4)
def _pictures(video: Path) -> tuple[bytes, ...]:
    """The first pictures of a video as JPEG."""
    out: list[bytes] = []
    with av.open(str(video)) as source:
        stream = source.streams.video[0]
        assert isinstance(stream, VideoStream)
        for frame in source.decode(stream):
            width, height = min(frame.width, SIZE[0]), min(frame.height, SIZE[1])
            _, jpeg = cv2.imencode(".jpg", frame.reformat(width, height, "bgr24").to_ndarray())
            out.append(jpeg.tobytes())
            if len(out) >= COUNT:
                break
    return tuple(out)
