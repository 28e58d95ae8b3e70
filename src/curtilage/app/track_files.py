"""Boxes in MOTChallenge text: one row per box, ``frame, id, x, y, w, h[, score[, ...]]``.

The format of motchallenge.net for detections, ground truth and results alike; frames count from
1, boxes are in pixels. Readers meet many dialects, so commas, semicolons, blanks and tabs, a
heading, floats for whole numbers, rows in any order and further columns are all understood. What
is not is told with the line and what would be right.
"""

import configparser
import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from curtilage.app.outputs.files import replacing_text
from curtilage.errors import InputError

SEQUENCE = "seqinfo.ini"
MOST_FRAMES = 2**31 - 1

_BETWEEN = re.compile(r"[,;\s]+")
_ROW = "a row is frame, id, x, y, w, h and perhaps a score, such as 1,-1,252.7,207.7,35.8,96.6,0.9"


class TrackFileError(InputError):
    """A file of boxes that cannot be read; the sentence names it and the line."""


@dataclass(frozen=True, slots=True)
class BoxRows:
    """Boxes of numbered frames, struct of arrays, in order of frame, then id."""

    frame: npt.NDArray[np.int64]  # [N], 1 first
    id: npt.NDArray[np.int64]  # [N], -1: nobody's
    box: npt.NDArray[np.float64]  # [N, 4]: x y w h, pixels
    score: npt.NDArray[np.float64]  # [N], 0..1

    def __len__(self) -> int:
        return len(self.frame)


@dataclass(frozen=True, slots=True)
class Sequence:
    """What a ``seqinfo.ini`` tells of the footage; None where it does not."""

    fps: float | None = None
    size: tuple[int, int] | None = None  # width, height in pixels


def read_boxes(path: Path) -> BoxRows:
    """The rows of a MOTChallenge file; a score that is missing or -1 is 1.

    Raises:
        TrackFileError: it cannot be read, has no rows, or a row is wrong.
    """
    values: list[tuple[float, ...]] = []
    heading = True
    for number, line in enumerate(_lines(path), start=1):
        text = line.strip().strip(",; \t")
        if not text or text.startswith("#"):
            continue
        fields = _BETWEEN.split(text)
        if heading and not any(_is_number(field) for field in fields):
            heading = False
            continue
        heading = False
        values.append(_row(path, number, fields))
    if not values:
        raise TrackFileError(f"{path}: holds no boxes; {_ROW}")
    table = np.array(values)
    order = np.lexsort((table[:, 1], table[:, 0]))
    table = table[order]
    return BoxRows(
        frame=table[:, 0].astype(np.int64),
        id=table[:, 1].astype(np.int64),
        box=np.ascontiguousarray(table[:, 2:6]),
        score=table[:, 6].copy(),
    )


def write_boxes(path: Path, rows: BoxRows) -> None:
    """Write ``rows`` as MOTChallenge results; a file of that name is replaced in one step.

    Raises:
        OutputError: it cannot be written.
    """
    with replacing_text(path) as file:
        for frame, number, (x, y, w, h), score in zip(
            rows.frame.tolist(),
            rows.id.tolist(),
            rows.box.tolist(),
            rows.score.tolist(),
            strict=True,
        ):
            file.write(f"{frame},{number},{x:.3f},{y:.3f},{w:.3f},{h:.3f},{score:.4g},-1,-1,-1\n")


def read_sequence(boxes: Path) -> Sequence:
    """What ``seqinfo.ini`` tells, beside a file of boxes or one folder higher.

    Raises:
        TrackFileError: there is one, but it cannot be read.
    """
    for folder in (boxes.absolute().parent, boxes.absolute().parent.parent):
        path = folder / SEQUENCE
        if path.is_file():
            return _parse_sequence(path)
    return Sequence()


def frame_rate(boxes: Path, fps: float | None, sequence: Sequence) -> float:
    """Frames per second: as given, else as the sequence tells.

    Raises:
        TrackFileError: neither does, or it is not above 0.
    """
    rate = sequence.fps if fps is None else fps
    if rate is None:
        raise TrackFileError(
            f"{boxes}: how many frames there are per second is not known (no {SEQUENCE} with"
            " frameRate beside it); give it with --fps, such as --fps 25"
        )
    if not (math.isfinite(rate) and rate > 0):
        raise TrackFileError(f"{boxes}: {rate} frames per second; it must be a number above 0")
    return rate


def picture_size(
    rows: BoxRows, size: tuple[int, int] | None, sequence: Sequence
) -> tuple[int, int]:
    """Width and height in pixels: as given, else as the sequence tells, else what boxes fill."""
    known = size or sequence.size
    if known:
        return known
    right, bottom = (rows.box[:, :2] + rows.box[:, 2:]).max(axis=0)
    return max(1, math.ceil(right)), max(1, math.ceil(bottom))


def _lines(path: Path) -> list[str]:
    """The lines of a text file."""
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except IsADirectoryError:
        raise TrackFileError(f"{path}: is a folder; name the file with the boxes") from None
    except FileNotFoundError:
        raise TrackFileError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise TrackFileError(f"{path}: is not text; {_ROW}") from None
    except OSError as error:
        raise TrackFileError(f"{path}: cannot be read ({error.strerror})") from None


def _row(path: Path, number: int, fields: list[str]) -> tuple[float, ...]:
    """Frame, id, x, y, w, h, score of one line."""
    where = f"{path}, line {number}"
    if len(fields) < 6:
        raise TrackFileError(f"{where}: has {len(fields)} values; {_ROW}")
    row = []
    for name, field in zip(("frame", "id", "x", "y", "w", "h", "score"), fields, strict=False):
        if not _is_number(field):
            raise TrackFileError(f"{where}: {name} is {field!r}, not a number; {_ROW}")
        row.append(float(field))
    if len(row) == 6 or row[6] == -1.0:
        row[6:] = [1.0]
    frame, identity, _, _, w, h, score = row
    if frame != int(frame) or not 1 <= frame <= MOST_FRAMES:
        raise TrackFileError(
            f"{where}: frame is {fields[0]}; frames are whole numbers, the first is 1"
        )
    if identity != int(identity) or abs(identity) > MOST_FRAMES:
        raise TrackFileError(f"{where}: id is {fields[1]}; ids are whole numbers, -1 for none")
    if w < 0 or h < 0:
        raise TrackFileError(
            f"{where}: the box is {fields[4]} wide and {fields[5]} high; columns 5 and 6 are width"
            " and height in pixels, 0 or more"
        )
    if not 0.0 <= score <= 1.0:
        raise TrackFileError(
            f"{where}: score is {fields[6]}; scores lie between 0 and 1 (-1 where there is none)"
        )
    return tuple(row)


def _is_number(field: str) -> bool:
    """Whether a field is a finite number."""
    try:
        return math.isfinite(float(field))
    except ValueError:
        return False


def _parse_sequence(path: Path) -> Sequence:
    """The frame rate and picture size in a ``seqinfo.ini``."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string("\n".join(_lines(path)))
        section = parser["Sequence"] if parser.has_section("Sequence") else {}
        fps = float(section["frameRate"]) if "frameRate" in section else None
        size = (
            (int(section["imWidth"]), int(section["imHeight"]))
            if "imWidth" in section and "imHeight" in section
            else None
        )
    except (configparser.Error, ValueError) as error:
        reason = str(error).replace("\n", " ")
        raise TrackFileError(
            f"{path}: cannot be understood ({reason}); it should hold [Sequence] with frameRate,"
            " imWidth and imHeight"
        ) from None
    if size is not None and min(size) < 1:
        raise TrackFileError(f"{path}: imWidth and imHeight must be above 0")
    return Sequence(fps, size)
