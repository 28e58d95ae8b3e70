"""Clips that test cameras play: moving pictures made by code, encoded once and kept.

A clip loops without a seam: it begins with a keyframe, and its groups of pictures are closed.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

from curtilage.model import Image

VERSION = 2  # of the drawing and the encoder's options: other pictures, other files


@dataclass(frozen=True)
class Clip:
    """How a clip is encoded."""

    codec: str = "libx264"  # libx264 or libx265, as PyAV's wheels bring them
    width: int = 1280
    height: int = 720
    rate: int = 15  # pictures per second
    seconds: int = 10
    gop: int = 30  # pictures from keyframe to keyframe
    b_frames: int = 0
    kbit_s: int = 2000
    crf: int | None = None  # constant quality instead of a constant rate (libx264)
    busy: float = 1.0  # share of the time in which something walks through the drawn yard
    footage: Path | None = None  # a video to take the pictures from; None: drawn


CLIPS: dict[str, Clip] = {
    "hd": Clip(),
    "hevc": Clip(codec="libx265", kbit_s=1300),
    "bframes": Clip(b_frames=2),
    "short-gop": Clip(gop=8),
    "small": Clip(width=640, height=360, kbit_s=500),
    "small-hevc": Clip(codec="libx265", width=640, height=360, kbit_s=350),
    "quiet": Clip(crf=21, busy=0.0),
    "quiet-small": Clip(width=640, height=360, crf=26, busy=0.0),
    "visits": Clip(crf=21, seconds=60, busy=0.15),
    "visits-small": Clip(width=640, height=360, crf=26, seconds=60, busy=0.15),
    "tiny": Clip(width=320, height=180, seconds=4, gop=15, kbit_s=150),
    "tiny-hevc": Clip(codec="libx265", width=320, height=180, seconds=4, gop=15, kbit_s=120),
    "brief": Clip(width=320, height=180, seconds=2, gop=15, kbit_s=150),
    "brief-hevc": Clip(codec="libx265", width=320, height=180, seconds=2, gop=15, kbit_s=120),
    "brief-bframes": Clip(width=320, height=180, seconds=2, gop=15, kbit_s=150, b_frames=2),
    "tiny-bframes": Clip(width=320, height=180, seconds=4, gop=15, kbit_s=150, b_frames=2),
}


def clip(name: str) -> Path:
    """The clip of that name, made if it is not there yet; a path to a video is returned as it is.

    Raises:
        ValueError: neither a clip nor a video.

    """
    if name not in CLIPS:
        if Path(name).is_file():
            return Path(name)
        raise ValueError(f"{name} is neither a video nor one of the clips {', '.join(CLIPS)}")
    return make(CLIPS[name])


def make(wanted: Clip) -> Path:
    """The file of a clip, encoded at the first call."""
    sign = sha256(repr((VERSION, sorted(asdict(wanted).items()))).encode()).hexdigest()[:12]
    path = folder() / f"{wanted.codec}-{wanted.height}p-{sign}.mp4"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}.mp4")
        _encode(wanted, draft)
        draft.replace(path)  # several processes may make it at the same time
    return path


def folder() -> Path:
    """Where clips are kept from one run to the next."""
    cache = Path(__file__).resolve().parents[2] / ".pytest_cache" / "clips"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:  # a checkout that cannot be written to
        cache = Path(tempfile.gettempdir()) / f"curtilage-clips-{os.getuid()}"
        cache.mkdir(mode=0o700, exist_ok=True)
    return cache


def _encode(wanted: Clip, path: Path) -> None:
    with av.open(str(path), "w") as output:
        stream = output.add_stream(wanted.codec, rate=wanted.rate, options=_options(wanted))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = wanted.width, wanted.height, "yuv420p"
        stream.time_base = Fraction(1, 90_000)
        stream.codec_context.gop_size = wanted.gop
        if wanted.crf is None:
            stream.codec_context.bit_rate = wanted.kbit_s * 1000
        for number, picture in enumerate(_pictures(wanted)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, wanted.rate)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def _options(wanted: Clip) -> dict[str, str]:
    rate, gop, b_frames = wanted.kbit_s, wanted.gop, wanted.b_frames
    if wanted.codec == "libx265":
        asked = (
            f"keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:bframes={b_frames}:log-level=none"
            f":bitrate={rate}:vbv-maxrate={rate}:vbv-bufsize={rate}:pools=1:frame-threads=1"
        )
        return {"preset": "ultrafast", "x265-params": asked}
    asked = f"keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:bframes={b_frames}:threads=1"
    if wanted.crf is None:
        asked += f":bitrate={rate}:vbv-maxrate={rate}:vbv-bufsize={rate}:nal-hrd=cbr:ref=1"
    else:
        asked += f":crf={wanted.crf}:ref=1"
    return {"preset": "veryfast", "profile": "main", "x264-params": asked}


def _pictures(wanted: Clip) -> Iterator[Image]:
    """RGB pictures of the wanted size: drawn, or taken from footage."""
    return _drawn(wanted) if wanted.footage is None else _taken(wanted, wanted.footage)


def _drawn(wanted: Clip) -> Iterator[Image]:
    """A textured yard with sensor noise, and two blocks of a person's size that walk to and fro.

    Texture and noise keep the encoder at its rate, as a real scene does.
    """
    random = np.random.default_rng(7)
    height, width = wanted.height, wanted.width
    coarse = random.integers(60, 180, (height // 8 + 1, width // 8 + 1, 3), np.uint8)
    yard = np.kron(coarse, np.ones((8, 8, 1), np.uint8))[:height, :width]
    noise: Image = random.integers(0, 10, (height + 32, width + 32, 1), np.uint8)
    for number in range(wanted.rate * wanted.seconds):
        down, right = random.integers(0, 32, 2)
        picture: Image = np.add(
            yard, noise[down : down + height, right : right + width], dtype=np.uint8
        )
        if number >= wanted.busy * wanted.rate * wanted.seconds:
            yield picture
            continue
        for offset, colour in ((0.0, (200, 40, 40)), (0.5, (40, 60, 200))):
            way = abs((2 * number / (wanted.rate * wanted.seconds) + offset) % 2 - 1)
            left, top = int(way * width * 0.9), int(height * (0.3 + offset / 2))
            picture[top : top + height // 5, left : left + width // 20] = colour
        yield picture


def _taken(wanted: Clip, footage: Path) -> Iterator[Image]:
    left = wanted.rate * wanted.seconds
    with av.open(str(footage)) as source:
        frames: Iterator[av.VideoFrame] = source.decode(video=0)
        for frame in frames:
            if left == 0:
                return
            left -= 1
            picture: Image = frame.reformat(wanted.width, wanted.height, "rgb24").to_ndarray()  # type: ignore[assignment]  # rgb24 is uint8
            yield picture
