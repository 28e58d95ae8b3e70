"""What happens before the test cameras: quiet rooms and visits, picture by picture.

Still stretches of the footage (the median of its empty frames) with fresh sensor noise are laid
between its visits, so that rooms are empty for as long as real ones are. Everything is
deterministic.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import av
import cv2
import numpy as np
import numpy.typing as npt

from bench.data import data_dir

Picture: TypeAlias = npt.NDArray[np.uint8]  # [height * 3 / 2, width], planes Y, U, V (I420)

WIDTH, HEIGHT = 768, 432
CLIP_FPS, PETS_FPS = 10.0, 7.0
VISITS = ((60, 202), (227, 452), (502, 703), (745, 873), (921, 1205), (1235, 1365))  # frames
EMPTY = ((30, 58), (204, 226), (454, 500), (705, 743), (875, 919), (1207, 1233))  # before each
PETS_CLIPS = tuple(range(20, 740, 120))  # first frames, 80 each
FADE = 5  # frames in which a still stretch becomes the footage


@dataclass(slots=True)
class Truth:
    """What happens when, s from the start."""

    visits: list[tuple[float, float]] = field(default_factory=list)
    still: list[tuple[float, float]] = field(default_factory=list)  # within visits
    lit: list[float] = field(default_factory=list)  # the light was switched


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that may happen between two quiet stretches."""

    name: str
    quiet_s: float = 50.0
    noise: float = 2.0  # grey levels, standard deviation
    contrast: float = 1.0  # kept: part of the names of what was made
    visit: str = "walk"  # or far, mixed, slow, stand, pets
    around: str = "room"  # or wind, drift, switch, infrared, dusk
    visits: tuple[int, ...] = (0, 1, 2, 3, 4, 5)


def play(scene: Scene, fps: float, truth: Truth) -> Iterator[tuple[float, Picture]]:
    """Time (s) and picture of every frame; ``truth`` is filled on the way."""
    rng = np.random.default_rng(7)
    grain = _grain(scene.noise)
    around = AROUND[scene.around]
    for count, picture in enumerate(_acts(scene, fps, truth)):
        time = count / fps
        changed = around(picture, time, scene)
        yield time, _noisy(changed, grain, rng)


def _acts(scene: Scene, fps: float, truth: Truth) -> Iterator[Picture]:
    shown = 0
    rooms = [_room(scene.visit, i) for i in scene.visits]
    step = round(scene.quiet_s * fps)
    for number, visit in enumerate(scene.visits):
        before = rooms[max(number - 1, 0)]
        for i in range(step):
            yield _mix(before, rooms[number], i / step)
        shown += step
        if scene.around == "switch":
            truth.lit.append(shown / fps - 2.0)
        for picture, state in _visit(scene, visit, fps, rooms[number]):
            if state != "empty":
                _extend(truth.visits, shown / fps, 1.0 / fps)
            if state == "still":
                _extend(truth.still, shown / fps, 1.0 / fps)
            shown += 1
            yield picture
    for _ in range(step):
        yield rooms[-1]


def _extend(spans: list[tuple[float, float]], time: float, length: float) -> None:
    if spans and time - spans[-1][1] < 0.5:
        spans[-1] = spans[-1][0], time + length
    else:
        spans.append((time, time + length))


def _visit(scene: Scene, number: int, fps: float, room: Picture) -> Iterator[tuple[Picture, str]]:
    """Pictures of one visit, and whether somebody is there: empty, moving, still."""
    if scene.visit == "pets":
        frames = _frames(data_dir() / "pets09-s2l1" / "vtest.avi", PETS_CLIPS[number], 80)
        for picture, at in _at_rate(_faded(frames, room), PETS_FPS, fps):
            yield picture, "moving" if 2.0 < at < len(frames) - 3.0 else "empty"
        return
    begin, end = VISITS[number]
    if scene.visit == "slow":
        yield from _slow(number, fps, room)
        return
    first = max(begin - FADE, 0)
    frames = _frames(_clip(), first, end + FADE - first)
    if scene.visit == "far" or (scene.visit == "mixed" and number in (3, 5)):
        frames = [_far(frame, room) for frame in frames]
    faded = _faded(frames, room)
    pause, stood = len(frames) // 2, False
    for picture, at in _at_rate(faded, CLIP_FPS, fps):
        present = begin - first <= at < end - first
        yield picture, "moving" if present else "empty"
        if scene.visit == "stand" and not stood and at >= pause:
            stood = True
            for _ in range(round(90.0 * fps)):
                yield picture, "still"


def _at_rate(frames: list[Picture], have: float, want: float) -> Iterator[tuple[Picture, float]]:
    """Pictures at another rate, in between mixed; with the place (frames) of each."""
    for i in range(int((len(frames) - 1) / have * want)):
        at = i / want * have
        low = int(at)
        yield _mix(frames[low], frames[low + 1], at - low), at


def _faded(frames: list[Picture], room: Picture) -> list[Picture]:
    """The first and last frames become the still room."""
    last = len(frames) - 1
    return [
        _mix(room, frame, min(i / FADE, (last - i) / FADE, 1.0)) for i, frame in enumerate(frames)
    ]


def _far(frame: Picture, room: Picture) -> Picture:
    """Who is there is a fifth as large, at the far end of the room."""
    tall, wide = HEIGHT // 5 // 4 * 4, WIDTH // 5 // 4 * 4
    small = cv2.resize(_bgr(frame), (wide, tall), interpolation=cv2.INTER_AREA)
    there = cv2.resize(_bgr(room), (wide, tall), interpolation=cv2.INTER_AREA)
    differs = cv2.absdiff(small, there).max(axis=2)
    mask = cv2.GaussianBlur((differs > 14).astype(np.float32), (3, 3), 0)[..., None]
    whole = _bgr(room)
    top, left = 120, 500
    place = whole[top : top + tall, left : left + wide]
    place[:] = (small * mask + place * (1.0 - mask)).astype(np.uint8)
    return _i420(whole)


def _slow(number: int, fps: float, room: Picture) -> Iterator[tuple[Picture, str]]:
    """Somebody who needs 40 s to come in to the full, and 4 s to go."""
    begin, end = VISITS[number]
    frame = _bgr(_frames(_clip(), (begin + end) // 2, 1)[0])
    back = _bgr(room)
    differs = cv2.absdiff(frame, back).max(axis=2) > 18
    mask = cv2.morphologyEx(differs.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    x, y, wide, tall = cv2.boundingRect(mask)
    figure = frame[y : y + tall, x : x + wide]
    cover = cv2.GaussianBlur(mask[y : y + tall, x : x + wide].astype(np.float32), (3, 3), 0)
    come, go = round(40 * fps), round(4 * fps)
    for i in range(come + go):
        part = i / come if i < come else 1.0 - (i - come) / go
        left = int(wide * part)
        if left < 3:
            yield room, "empty"
            continue
        whole = back.copy()
        place = whole[y : y + tall, :left]
        shown = cover[:, wide - left :, None]
        place[:] = (figure[:, wide - left :] * shown + place * (1.0 - shown)).astype(np.uint8)
        yield _i420(whole), "moving" if part >= 0.1 else "empty"


def _plain(picture: Picture, _time: float, _scene: Scene) -> Picture:
    return picture


def _wind(picture: Picture, time: float, _scene: Scene) -> Picture:
    """Leaves before an eighth of the picture, in gusts."""
    gust = 0.5 + 0.5 * np.sin(time * 0.35)
    leaves = _leaves()
    x = int(24 + 20 * gust * np.sin(time * 5.0) + 3 * np.sin(time * 13.0))
    y = int(24 + 10 * gust * np.sin(time * 3.7))
    out = picture.copy()
    out[10 : 10 + 180, WIDTH - 260 : WIDTH - 10] = leaves[y : y + 180, x : x + 250]
    return out


def _drift(picture: Picture, time: float, _scene: Scene) -> Picture:
    """Exposure goes up and down by a quarter in 40 s."""
    return _gained(picture, 1.0 + 0.25 * float(np.sin(time * 2.0 * np.pi / 40.0)))


def _dusk(picture: Picture, time: float, _scene: Scene) -> Picture:
    """It grows dark in minutes."""
    return _gained(picture, float(np.clip(1.0 - time / 600.0, 0.35, 1.0)))


def _switch(picture: Picture, time: float, _scene: Scene) -> Picture:
    """The light goes on and off each 30 s."""
    return _gained(picture, 1.0 if int(time / 30.0) % 2 else 0.55)


def _infrared(picture: Picture, time: float, _scene: Scene) -> Picture:
    """Every 80 s between colour by day and infrared: no colour, other brightness."""
    if int(time / 80.0) % 2 == 0:
        return picture
    out = picture.copy()
    out[HEIGHT:] = 128
    luma = out[:HEIGHT]
    luma[:] = cv2.LUT(luma, (255.0 * (np.arange(256) / 255.0) ** 0.6).astype(np.uint8))
    return out


AROUND: dict[str, Callable[[Picture, float, Scene], Picture]] = {
    "room": _plain,
    "wind": _wind,
    "drift": _drift,
    "dusk": _dusk,
    "switch": _switch,
    "infrared": _infrared,
}


@lru_cache(maxsize=32)
def _room(kind: str, number: int) -> Picture:
    """The empty room before a visit."""
    if kind == "pets":
        video = data_dir() / "pets09-s2l1" / "vtest.avi"
        frames = [_frames(video, at, 1)[0] for at in range(0, 790, 40)]
    else:
        begin, end = EMPTY[number]
        frames = _frames(_clip(), begin, end - begin)[::2]
    room: Picture = np.median(np.stack(frames), axis=0).astype(np.uint8)
    return room


@lru_cache(maxsize=1)
def _leaves() -> npt.NDArray[np.uint8]:
    rng = np.random.default_rng(5)
    rough = rng.integers(20, 140, (40, 50)).astype(np.uint8)
    return np.asarray(cv2.resize(rough, (320, 240), interpolation=cv2.INTER_CUBIC), np.uint8)


def _clip() -> Path:
    return data_dir() / "footage" / "one-by-one-person-detection.mp4"


def _frames(path: Path, first: int, count: int) -> list[Picture]:
    """Decoded frames from number ``first`` on, as I420 of 768 x 432."""
    found: list[Picture] = []
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number < first:
                continue
            if number >= first + count:
                break
            image = frame.reformat(WIDTH, HEIGHT, "yuv420p")
            found.append(np.asarray(image.to_ndarray(), np.uint8))
    return found


def _grain(deviation: float) -> npt.NDArray[np.int16]:
    """[16, height + 64, width + 64]; a picture's noise is a part of one, at a random place."""
    rng = np.random.default_rng(11)
    shape = 16, HEIGHT + 64, WIDTH + 64
    return np.asarray(np.rint(rng.normal(0.0, deviation, shape)), np.int16)


def _noisy(picture: Picture, grain: npt.NDArray[np.int16], rng: np.random.Generator) -> Picture:
    out = picture.copy()
    layer, y, x = rng.integers(0, (16, 64, 64))
    noise = grain[layer, y : y + HEIGHT, x : x + WIDTH]
    out[:HEIGHT] = cv2.add(picture[:HEIGHT], noise, dtype=cv2.CV_8U)
    return out


def _gained(picture: Picture, gain: float) -> Picture:
    out = picture.copy()
    out[:HEIGHT] = cv2.convertScaleAbs(picture[:HEIGHT], alpha=gain)
    return out


def _mix(a: Picture, b: Picture, part: float) -> Picture:
    if part <= 0.0 or a is b:
        return a
    return np.asarray(cv2.addWeighted(a, 1.0 - part, b, part, 0.0), np.uint8)


def _bgr(picture: Picture) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_YUV2BGR_I420), np.uint8)


def _i420(image: npt.NDArray[np.uint8]) -> Picture:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420), np.uint8)
