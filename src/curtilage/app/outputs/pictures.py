"""``still.jpg`` and ``thumbnails/``: what the scene looks like, and what each event looked like."""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from curtilage.app.outputs.events import Record
from curtilage.app.outputs.files import make_folder, replacing, sync_folder, told
from curtilage.app.outputs.playback import Playback
from curtilage.model import Frame, Image

STILL, THUMBNAILS = "still.jpg", "thumbnails"
SIDE = 320  # px, of the longer side of a thumbnail
AROUND = 2.2  # heights of the box that a thumbnail shows
LEAST = 0.25  # of the frame's height that a thumbnail shows at least
COLOUR = (60, 200, 255)  # BGR, of the box

Fetch = Callable[[Sequence[float]], Iterator[Frame]]
"""Gives for each time (s, rising) the frame shown then, as far as there is any."""


def still_time(played: Playback) -> float:
    """When the scene is seen best: with the fewest in it, and close to the middle."""
    count = np.diff(played.first_row)
    middle = (len(count) - 1) / 2
    best = np.lexsort((np.abs(np.arange(len(count)) - middle), count))[0]
    return float(played.looks["time"][best])


def write_pictures(
    folder: Path, events: Sequence[Record], played: Playback, fetch: Fetch
) -> list[Record]:
    """Write the still and a thumbnail per event; gives the events with the files' names.

    The file is gone through once. An event is shown in the first analysed frame at or after its
    time, with its track's box of that frame.

    Raises:
        FootageError: the footage cannot be read any more.
        OutputError: a picture cannot be written.

    """
    place = folder / THUMBNAILS
    fresh = folder / f"{THUMBNAILS}.partial"
    with told(fresh):
        shutil.rmtree(fresh, ignore_errors=True)
    make_folder(fresh)
    times = played.looks["time"]
    shown = np.searchsorted(times, [event["time"] - 1e-5 for event in events])
    shown = np.minimum(shown, len(times) - 1)
    order = sorted([*((float(times[s]), n) for n, s in enumerate(shown)), (still_time(played), -1)])
    named = [dict(event) for event in events]
    for (_, number), frame in zip(order, fetch([time for time, _ in order]), strict=False):
        if number < 0:
            _write(folder / STILL, frame.image, 92)
            continue
        name = f"{number + 1}.jpg"
        box = _box_then(played, int(shown[number]), named[number])
        _write_plain(fresh / name, thumbnail(frame.image, box))
        named[number]["thumbnail"] = name
    with told(place):
        shutil.rmtree(place, ignore_errors=True)
        fresh.replace(place)
        sync_folder(folder)
    return named


def _box_then(played: Playback, look: int, event: Record) -> Sequence[float] | None:
    """Where the event's track was in a frame; a rule may tell the box of when it was sure."""
    if event["track"] is None:
        return None
    rows = played.rows[played.first_row[look] : played.first_row[look + 1]]
    rows = rows[rows["track"] == event["track"]]
    if not len(rows):
        box: Sequence[float] | None = event["box"]
        return box
    return [float(rows[name][0]) for name in ("x0", "y0", "x1", "y1")]


def thumbnail(image: Image, box: Sequence[float] | None) -> Image:
    """The surroundings of ``box`` (x0 y0 x1 y1, 0..1) with the box drawn, or the whole frame."""
    height, width = image.shape[:2]
    if box is None:
        return _within(image, SIDE)
    x0, y0, x1, y1 = np.clip(box, 0, 1) * (width, height, width, height)
    side = max(AROUND * (y1 - y0), 1.2 * (x1 - x0), LEAST * height)
    side_x, side_y = min(side * 4 / 3, width), min(side, height)
    left = round(float(np.clip((x0 + x1 - side_x) / 2, 0, width - side_x)))
    top = round(float(np.clip((y0 + y1 - side_y) / 2, 0, height - side_y)))
    part = image[top : top + max(2, round(side_y)), left : left + max(2, round(side_x))]
    small = _within(part, SIDE)
    scale = small.shape[1] / part.shape[1]
    corners = [round((v - o) * scale) for v, o in ((x0, left), (y0, top), (x1, left), (y1, top))]
    cv2.rectangle(small, (corners[0], corners[1]), (corners[2], corners[3]), COLOUR, 1, cv2.LINE_AA)
    return small


def _within(image: Image, side: int) -> Image:
    """A copy whose longer side is ``side``; small pictures grow, so that the box can be drawn."""
    scale = side / max(image.shape[:2])
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)


def _write(path: Path, image: Image, quality: int) -> None:
    with replacing(path) as file:
        file.write(_jpeg(image, quality))


def _write_plain(path: Path, image: Image) -> None:
    """Without flushing each: the folder takes its name only when all are there."""
    with told(path):
        try:
            path.write_bytes(_jpeg(image, 80))
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise


def _jpeg(image: Image, quality: int) -> bytes:
    done, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"a picture of {image.shape} cannot be made a JPEG")
    return bytes(content)
