"""Where the measured footage lies, and its MOTChallenge files as arrays.

Nothing of it is in the repository: set ``CURTILAGE_DATA`` to the folder that holds
``pets09-s2l1``, ``mot15`` and ``mot17``, or lay it at ``../shared/data``.
"""

import configparser
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Annotation = npt.NDArray[np.float64]  # [N, 9 or 10], all columns of a MOTChallenge gt.txt
Rows = npt.NDArray[np.float64]  # [N, 7]: frame (1 first), id, x, y, width, height (px), score

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Sequence:
    """One annotated sequence."""

    name: str
    fps: float
    width: int  # px
    height: int  # px
    frames: int
    detections: Rows  # the public ones, unfiltered; id is -1
    truth: Rows  # annotated people, those that count
    annotation: Annotation  # all that is annotated

    @property
    def aspect(self) -> float:
        """Width / height."""
        return self.width / self.height

    def time(self, frame: float) -> float:
        """Of a frame (1 first), s from the start."""
        return (frame - 1) / self.fps


def data_dir() -> Path:
    """The folder of measured footage.

    Raises:
        SystemExit: there is none, with the sentence that says what to do.
    """
    named = os.environ.get("CURTILAGE_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not (folder / "pets09-s2l1" / "gt.txt").is_file():
        raise SystemExit(
            f"No benchmark data in {folder.name!r}: set CURTILAGE_DATA to a folder with"
            " pets09-s2l1/{gt.txt,det.txt,vtest.avi}, mot15/TUD-* and mot17/MOT17-*-FRCNN."
        )
    return folder


def pets() -> Sequence:
    """PETS 2009 S2.L1, view 1, at its true 7 fps (the header of the video says 10)."""
    folder = data_dir() / "pets09-s2l1"
    annotation, detections = _table(folder / "gt.txt"), _rows(folder / "det.txt")
    return Sequence("PETS09-S2L1", 7.0, 768, 576, 795, detections, annotation[:, :7], annotation)


def pets_video() -> Path:
    """The footage of ``pets``."""
    return data_dir() / "pets09-s2l1" / "vtest.avi"


def tud() -> list[Sequence]:
    """TUD-Campus and TUD-Stadtmitte of MOT15."""
    found = []
    for name, frames in (("TUD-Campus", 71), ("TUD-Stadtmitte", 179)):
        folder = data_dir() / "mot15" / name
        annotation = _table(folder / "gt" / "gt.txt")
        detections = _rows(folder / "det" / "det.txt")
        found.append(
            Sequence(name, 25.0, 640, 480, frames, detections, annotation[:, :7], annotation)
        )
    return found


def mot17() -> list[Sequence]:
    """The sequences of MOT17 (Faster R-CNN detections) that are there."""
    found = []
    for folder in sorted((data_dir() / "mot17").glob("MOT17-*-FRCNN")):
        info = configparser.ConfigParser()
        info.read(folder / "seqinfo.ini", encoding="utf-8")
        about = info["Sequence"]
        annotation = _table(folder / "gt" / "gt.txt")
        counted = (annotation[:, 6] == 1) & (annotation[:, 7] == 1)
        found.append(
            Sequence(
                name=folder.name,
                fps=float(about["frameRate"]),
                width=int(about["imWidth"]),
                height=int(about["imHeight"]),
                frames=int(about["seqLength"]),
                detections=_rows(folder / "det" / "det.txt"),
                truth=annotation[counted, :7],
                annotation=annotation,
            )
        )
    return found


def every_nth(sequence: Sequence, n: int) -> Sequence:
    """The sequence as a camera with an nth of the frame rate would have seen it."""
    return Sequence(
        name=sequence.name,
        fps=sequence.fps / n,
        width=sequence.width,
        height=sequence.height,
        frames=(sequence.frames + n - 1) // n,
        detections=_thinned(sequence.detections, n),
        truth=_thinned(sequence.truth, n),
        annotation=_thinned(sequence.annotation, n),
    )


def fractions(rows: Rows, sequence: Sequence) -> npt.NDArray[np.float64]:
    """The boxes of rows as x0 y0 x1 y1, 0..1 of the frame; [N, 4]."""
    scale = np.array([sequence.width, sequence.height] * 2, np.float64)
    corners = np.column_stack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]])
    return np.asarray(corners / scale, np.float64)


def frames_of(rows: Rows, frames: int) -> list[Rows]:
    """The rows of each frame 1..frames; rows must be in order of frame."""
    cuts = np.searchsorted(rows[:, 0], np.arange(1, frames + 2))
    return [rows[cuts[i] : cuts[i + 1]] for i in range(frames)]


def _rows(path: Path) -> Rows:
    rows: Rows = _table(path)[:, :7]
    return rows


def _table(path: Path) -> Annotation:
    """All columns, in order of frame; a public file has as many in each row."""
    table = np.loadtxt(path, delimiter=",", ndmin=2)
    ordered: Annotation = table[np.argsort(table[:, 0], kind="stable")]
    return ordered


def _thinned(rows: Rows, n: int) -> Rows:
    kept: Rows = rows[(rows[:, 0] - 1) % n == 0].copy()
    kept[:, 0] = (kept[:, 0] - 1) // n + 1
    return kept
