"""Measured footage as a camera would have sent it: encoded live, without looking ahead.

Made with libx264 and kept under ``build/bench/footage``, never in git. A picture is shown until
the next one is due, with fresh sensor noise if the camera has any, as with a still picture.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

from bench.data import data_dir
from bench.folders import build_folder

VERSION = 2  # of what is made: another one makes everything anew
Picture = npt.NDArray[np.uint8]  # [height * 3 / 2, width], planes Y, U, V
SMALL = (384, 216)


@dataclass(frozen=True, slots=True)
class Footage:
    """A video that was measured."""

    name: str
    path: str  # below the folder of data
    fps: float  # true rate, which the header may not say
    frames: int


WALK = Footage("walk", "footage/one-by-one-person-detection.mp4", 10.0, 1394)
PETS = Footage("pets", "pets09-s2l1/vtest.avi", 7.0, 795)


@dataclass(frozen=True, slots=True)
class CameraClip:
    """How a camera sends footage."""

    footage: Footage
    width: int
    height: int
    fps: float
    gop_s: float = 2.0
    crf: int | None = 23  # constant quality; None: constant bit rate
    kbit_s: int = 1500
    noise: float = 0.0  # grey levels, standard deviation
    seconds: float | None = None  # of the footage; None: all of it

    @property
    def name(self) -> str:
        """Says all that distinguishes it."""
        rate = "constant" if self.crf is None else "quality"
        return f"{self.footage.name}-{self.height}p{self.fps:g}-gop{self.gop_s:g}-{rate}"


def make(clip: CameraClip) -> Path:
    """The file of ``clip`` (MP4), encoded at the first call."""
    folder = build_folder() / "footage"
    folder.mkdir(exist_ok=True)
    mark = hashlib.sha256(json.dumps([VERSION, asdict(clip)]).encode()).hexdigest()[:8]
    path = folder / f"{clip.name}-{mark}.mp4"
    if not path.exists():
        draft = path.with_suffix(".part.mp4")
        _encode(clip, draft)
        draft.replace(path)
    return path


def small_of(clip: CameraClip) -> CameraClip:
    """The camera's second stream."""
    crf = None if clip.crf is None else clip.crf + 3
    wide, high = SMALL
    if clip.width * 3 == clip.height * 4:
        wide, high = 320, 240
    return CameraClip(
        clip.footage, wide, high, clip.fps, clip.gop_s, crf, 250, clip.noise, clip.seconds
    )


def _encode(clip: CameraClip, path: Path) -> None:
    with av.open(str(path), "w") as output:
        rate = Fraction(clip.fps).limit_denominator(100)
        stream = output.add_stream("libx264", rate=rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
        stream.options = _options(clip)
        for number, picture in enumerate(_pictures(clip)):
            frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
            frame.pts, frame.time_base = number, 1 / rate
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def _options(clip: CameraClip) -> dict[str, object]:
    keyint = max(round(clip.gop_s * clip.fps), 1)
    words: dict[str, object] = {
        "keyint": keyint, "min-keyint": keyint, "scenecut": 0, "rc-lookahead": 0, "bframes": 0,
        "mbtree": 0, "threads": 1, "ref": 1, "open-gop": 0,
    }  # fmt: skip
    if clip.crf is None:
        words |= {"bitrate": clip.kbit_s, "vbv-maxrate": clip.kbit_s, "vbv-bufsize": clip.kbit_s}
    else:
        words["crf"] = clip.crf
    text = ":".join(f"{key}={value}" for key, value in words.items())
    return {"preset": "veryfast", "profile": "main", "x264-params": text}


def _pictures(clip: CameraClip) -> Iterator[Picture]:
    """One for each tick of the camera, the footage's last due one."""
    rng = np.random.default_rng(7)
    shown = 0
    last = clip.footage.frames
    if clip.seconds is not None:
        last = min(last, round(clip.seconds * clip.footage.fps))
    for number, picture in enumerate(_decoded(clip, last)):
        while shown / clip.fps < (number + 1) / clip.footage.fps - 1e-9:
            shown += 1
            yield _noisy(picture, clip, rng)


def _decoded(clip: CameraClip, last: int) -> Iterator[Picture]:
    with av.open(str(data_dir() / clip.footage.path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number >= last:
                return
            image = frame.reformat(clip.width, clip.height, "yuv420p")
            yield np.asarray(image.to_ndarray(), np.uint8)


def _noisy(picture: Picture, clip: CameraClip, rng: np.random.Generator) -> Picture:
    if not clip.noise:
        return picture
    out = picture.copy()
    noise = np.empty((clip.height, clip.width), np.int16)
    cv2.setRNGSeed(int(rng.integers(1 << 30)))
    cv2.randn(noise, np.zeros(1), np.full(1, clip.noise))
    out[: clip.height] = cv2.add(picture[: clip.height], noise, dtype=cv2.CV_8U)
    return out
