"""Test footage as cameras encode it: long quiet stretches with visits, at any rate and bit rate.

Made of the measured clips with libx264, deterministic, kept under ``build/bench/footage`` (never
in git). Each comes with a small second stream and with what happens when.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

from bench.folders import build_folder
from bench.live.stage import HEIGHT, WIDTH, Picture, Scene, Truth, play

VERSION = 1  # of what is made: another one makes everything anew
SMALL = (384, 216)
PAST = 1000  # ticks per second


@dataclass(frozen=True, slots=True)
class Recipe:
    """One camera's footage."""

    scene: Scene
    fps: float = 15.0
    gop_s: float = 2.0
    rate: str = "quality"  # constant quality; "constant": bit rate with VBV; "filled": with filler
    encoder: str = "plain"  # or bframes, refresh, smart
    pace: str = "steady"  # or changing: 15, 5, 25 fps in turns

    @property
    def name(self) -> str:
        """Says all that distinguishes it."""
        parts = [self.scene.name, f"{self.fps:g}fps", f"gop{self.gop_s:g}", self.rate]
        parts += [word for word in (self.encoder, self.pace) if word not in ("plain", "steady")]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Clip:
    """Footage that was made."""

    recipe: Recipe
    main: Path
    small: Path
    truth: Truth
    duration: float  # s


def make(recipe: Recipe) -> Clip:
    """The footage of ``recipe``, from the cache if it was made before."""
    folder = build_folder() / "footage"
    folder.mkdir(exist_ok=True)
    mark = hashlib.sha256(json.dumps([VERSION, asdict(recipe)]).encode()).hexdigest()[:8]
    base = folder / f"{recipe.name}-{mark}"
    main, small, notes = (base.with_name(base.name + end) for end in (".mkv", "-s.mkv", ".json"))
    if not notes.exists():
        about = _encode(recipe, main, small)
        notes.write_text(json.dumps(about), encoding="utf-8")
    about = json.loads(notes.read_text(encoding="utf-8"))
    truth = Truth(
        [(a, b) for a, b in about["visits"]], [(a, b) for a, b in about["still"]], about["lit"]
    )
    return Clip(recipe, main, small, truth, about["duration"])


def _encode(recipe: Recipe, main: Path, small: Path) -> dict[str, object]:
    truth = Truth()
    last = 0.0
    with av.open(str(main), "w") as a, av.open(str(small), "w") as b:
        large = _stream(a, recipe, (WIDTH, HEIGHT), 26, 1000)
        other = _stream(b, recipe, SMALL, 28, 300)
        for time, picture in play(recipe.scene, recipe.fps, truth):
            last = time
            if recipe.pace == "changing" and not _shown(time, recipe.fps):
                continue
            ticks = round(time * PAST)
            _put(a, large, picture, ticks)
            _put(b, other, _shrunk(picture), ticks)
        for container, stream in ((a, large), (b, other)):
            container.mux(stream.encode(None))
    return {
        "visits": truth.visits,
        "still": truth.still,
        "lit": truth.lit,
        "duration": last + 1.0 / recipe.fps,
    }


def _shown(time: float, fps: float) -> bool:
    """25 pictures a second are thinned to 12.5 and 5 in turns of 70 s."""
    every = (1, 5, 2)[int(time / 70.0) % 3]
    return round(time * fps) % every == 0


def _stream(
    container: av.container.OutputContainer,
    recipe: Recipe,
    size: tuple[int, int],
    quality: int,
    kbits: int,
) -> VideoStream:
    stream = container.add_stream("libx264", rate=Fraction(recipe.fps).limit_denominator(100))
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.time_base = Fraction(1, PAST)
    stream.codec_context.time_base = Fraction(1, PAST)
    keyint = max(round(recipe.gop_s * recipe.fps), 1)
    words = {
        "keyint": keyint, "min-keyint": keyint, "scenecut": 0, "rc-lookahead": 0, "bframes": 0,
        "mbtree": 0, "threads": 1, "ref": 1, "force-cfr": 1, "fps": f"{recipe.fps:g}",
    }  # fmt: skip
    if recipe.rate == "quality":
        words["crf"] = quality + (4 if recipe.encoder == "smart" else 0)
    else:
        words |= {"bitrate": kbits, "vbv-maxrate": kbits, "vbv-bufsize": kbits}
    if recipe.rate == "filled":
        words["nal-hrd"] = "cbr"
    if recipe.encoder == "bframes":
        words |= {"bframes": 2, "b-adapt": 0}
    if recipe.encoder == "refresh":
        words |= {"intra-refresh": 1}
    text = ":".join(f"{key}={value}" for key, value in words.items())
    stream.options = {"preset": "superfast", "x264-params": text}
    return stream


def _put(
    container: av.container.OutputContainer, stream: VideoStream, picture: Picture, ticks: int
) -> None:
    frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
    frame.pts = ticks
    frame.time_base = Fraction(1, PAST)
    container.mux(stream.encode(frame))


def _shrunk(picture: Picture) -> Picture:
    """Half as wide and high, plane by plane."""
    wide, high = SMALL
    luma = cv2.resize(picture[:HEIGHT], (wide, high), interpolation=cv2.INTER_AREA)
    colour = picture[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    halves = [
        cv2.resize(plane, (wide // 2, high // 2), interpolation=cv2.INTER_AREA).reshape(-1, wide)
        for plane in colour
    ]
    return np.ascontiguousarray(np.vstack([luma, *halves]))
