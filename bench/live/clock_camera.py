"""A test camera whose pictures show what time it is, encoded as they are taken: ``python -m``.

The time is burnt in as 48 blocks, black and white, that survive any encoder: 42 bits of UTC in ms
and 6 bits that check them. Prints its address, and ends with its standard input.
"""

import asyncio
import json
import sys
import threading
import time
from fractions import Fraction

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

from tests.cameras import rtp
from tests.cameras.auth import Account
from tests.cameras.camera import Camera, Setup
from tests.cameras.pictures import CLOCK, AccessUnit, Pictures
from tests.cameras.sdp import VIDEO_TYPE
from tests.cameras.session import Session
from tests.cameras.transcript import Transcript

WIDTH, HEIGHT, RATE, GOP = 640, 360, 15, 30
BLOCK, COLUMNS, BITS = 24, 24, 48
CHECK = 61  # the largest prime below 2**6
BLACK, WHITE = 16, 235


def burn(luma: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]", utc_ms: int) -> None:
    """Writes the time into ``uint8[HEIGHT, WIDTH]``."""
    word = utc_ms << 6 | utc_ms % CHECK
    bits = np.array([word >> i & 1 for i in range(BITS)], np.bool_).reshape(-1, COLUMNS)
    blocks = np.where(bits, WHITE, BLACK).astype(np.uint8)
    size = (len(blocks) * BLOCK, COLUMNS * BLOCK)
    luma[: size[0], : size[1]] = np.kron(blocks, np.ones((BLOCK, BLOCK), np.uint8))


class ClockCamera(Camera):
    """Draws, encodes and sends 15 pictures a second while somebody watches.

    A camera of the test server in all else, which is why it is derived from one.
    """

    def play(self, video: object) -> None:  # noqa: ARG002 (there is no clip)
        """Begins the encoder; the description is made of its parameter sets."""
        context = av.CodecContext.create("libx264", "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        context.time_base, context.framerate = Fraction(1, RATE), Fraction(RATE)
        context.bit_rate, context.gop_size = 500_000, GOP
        context.flags |= 1 << 22  # AV_CODEC_FLAG_GLOBAL_HEADER: parameter sets beside the stream
        context.options = {
            "preset": "veryfast", "tune": "zerolatency", "profile": "main", "threads": "1",
            "x264-params": f"keyint={GOP}:min-keyint={GOP}:scenecut=0",
        }  # fmt: skip
        context.open()
        self._encoder = context
        sets = [nal for nal in _nals(context.extradata or b"") if nal[0] & 31 in (7, 8)]
        unit = AccessUnit((), key=True, dts=0, pts=0)
        self.pictures = Pictures("h264", WIDTH, HEIGHT, tuple(sets), (unit,), CLOCK)
        self._bursts = ()
        self._unit, self._round = 0, 0
        random = np.random.default_rng(7)
        self._yard = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        self._yard[:HEIGHT] = np.kron(
            random.integers(60, 180, (HEIGHT // 8, WIDTH // 8), np.uint8), np.ones((8, 8), np.uint8)
        )
        self._number = 0
        self._due_s = 0.0

    def _tick(self) -> None:
        if not self.viewers:
            return
        now_s = self.now
        if now_s >= self._next_report:
            self._next_report = now_s + self.setup.report_every_s
            self._report(self.viewers)
        self._take_picture()
        self._due_s = max(self._due_s + 1 / RATE, now_s)
        self._timer = self._loop.call_at(self._due_s, self._tick)

    def _take_picture(self) -> None:
        ticks = self._ticks()
        image = self._yard.copy()
        left = 8 * (self._number % (WIDTH // 8 - 5))
        image[200:300, left : left + 40] = 220
        burn(image[:HEIGHT], time.time_ns() // 1_000_000)
        frame = av.VideoFrame.from_ndarray(image, format="yuv420p")
        frame.pts, frame.time_base = self._number, Fraction(1, RATE)
        self._number += 1
        for packet in self._encoder.encode(frame):
            nals = [nal for nal in _nals(bytes(packet)) if nal[0] & 31 in (1, 5)]
            if packet.is_keyframe:
                nals = [*self.pictures.parameters, *nals]
            burst = rtp.burst(rtp.payloads("h264", nals), VIDEO_TYPE)
            data = self.video_flow.stamped(burst, ticks)
            for viewer in tuple(self.viewers):
                if viewer.waits_for_key and not packet.is_keyframe:
                    continue
                viewer.waits_for_key = False
                viewer.send(data)


class House:
    """A server with this one camera."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clip: Setup) -> None:
        self.account: Account | None = None
        self.transcript = Transcript()
        self._camera = ClockCamera("clock", clip, loop)
        self._arrivals = 0

    def camera(self, path: str) -> Camera | None:
        """The camera, at its path."""
        return self._camera if path == "clock" else None

    def arrived(self, session: Session) -> int:  # noqa: ARG002 (as sessions want it)
        """Count a connection."""
        self._arrivals += 1
        return self._arrivals

    def left(self, session: Session) -> None:
        """A connection is closed."""


def _nals(data: bytes) -> list[bytes]:
    return [nal for piece in data.split(b"\0\0\1")[1:] if (nal := piece.rstrip(b"\0"))]


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    house = House(loop, Setup(video=None))  # type: ignore[arg-type]  # it plays no clip
    server = await loop.create_server(lambda: Session(house), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"url": f"rtsp://127.0.0.1:{port}/clock"}), flush=True)
    over = asyncio.Event()
    threading.Thread(
        target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(over.set)), daemon=True
    ).start()
    await over.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
