"""Plays stored tracks as if they happened now: one ``Tracks`` per analysed frame, in order.

What a file does not hold (age, time since last sight, velocity) is worked out from the rows, for
the whole file at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curtilage.app.outputs.tracks_file import LOOK, Footage, Rows, TracksError
from curtilage.model import Floats, Tracks

SPAN_S = 0.5
"""Velocity is the way gone in this time: long enough that the jitter of boxes does not matter."""


CHUNK = 4096
"""Looks whose arrays are made at once."""


@dataclass(frozen=True, slots=True)
class Playback:
    """Tracks of one piece of footage, ready to be played."""

    footage: Footage
    rows: Rows  # ROW[N], sorted by frame and track
    looks: Rows  # LOOK[F], sorted, every frame of ``rows`` among them
    age: Floats  # [N], s
    unseen: Floats  # [N], s
    velocity: Floats  # [N, 2], per s
    first_row: npt.NDArray[np.int64]  # [F + 1]: rows of look i are first_row[i]:first_row[i + 1]

    def __iter__(self) -> Iterator[tuple[float, Tracks]]:
        """Time (s) and tracks of each analysed frame."""
        for begin in range(0, len(self.looks), CHUNK):
            yield from self._play(begin, min(begin + CHUNK, len(self.looks)))

    def _play(self, begin: int, end: int) -> Iterator[tuple[float, Tracks]]:
        first = self.first_row[begin : end + 1]
        chunk = slice(first[0], first[-1])
        rows = self.rows[chunk]
        whole = Tracks(
            rows["track"].astype(np.int64),
            np.stack([rows[name] for name in ("x0", "y0", "x1", "y1")], axis=1),
            rows["class"].astype(np.int16),
            rows["score"].astype(np.float32),
            rows["hits"].astype(np.int32),
            self.age[chunk],
            self.unseen[chunk],
            self.velocity[chunk],
        )
        edges = (first - first[0]).tolist()
        for i, time in enumerate(self.looks["time"][begin:end].tolist()):
            yield time, _part(whole, slice(edges[i], edges[i + 1]))


def playback(name: str, footage: Footage, rows: Rows, looks: Rows | None) -> Playback:
    """Prepare ``rows`` (sorted by frame and track) for playing; ``name`` is for messages.

    Without ``looks``, frames are where there are rows, and where a gap between two of them is
    longer than an interval, it is filled with frames in which nobody was.

    Raises:
        TracksError: a track is twice in one frame, a time does not rise, a number is none.

    """
    _check(name, rows)
    if looks is None:
        looks = _looks_of(rows, footage.frame_interval)
    elif not np.isin(rows["frame"], looks["frame"]).all():
        raise TracksError(f"{name}: has rows of frames that its list of frames does not hold")
    if not len(looks):
        raise TracksError(f"{name}: holds no frame at all")
    if not (np.diff(looks["time"]) > 0).all():
        at = int(np.flatnonzero(np.diff(looks["time"]) <= 0)[0]) + 1
        raise TracksError(f"{name}: the time of frame {looks['frame'][at]} does not rise")
    order = np.argsort(rows["track"], kind="stable")  # within a track, frames rise already
    begin = _beginnings(rows["track"][order])
    time = rows["time"][order]
    seen_at = np.where(rows["seen"][order], np.arange(len(rows)), begin)
    np.maximum.accumulate(seen_at, out=seen_at)
    return Playback(
        footage=footage,
        rows=rows,
        looks=looks,
        age=_put_back(time - time[begin], order),
        unseen=_put_back(time - time[seen_at], order),
        velocity=_put_back(_velocity(rows, order, time, begin), order),
        first_row=np.append(np.searchsorted(rows["frame"], looks["frame"]), len(rows)),
    )


def _part(tracks: Tracks, at: slice) -> Tracks:
    return Tracks(
        tracks.id[at],
        tracks.box[at],
        tracks.class_id[at],
        tracks.score[at],
        tracks.hits[at],
        tracks.age[at],
        tracks.unseen[at],
        tracks.velocity[at],
    )


def _put_back(values: npt.NDArray[np.float64], order: npt.NDArray[np.int64]) -> Floats:
    """Values of rows in ``order``, as they belong to the rows themselves."""
    back = np.empty(values.shape, np.float32)
    back[order] = values
    return back


def _check(name: str, rows: Rows) -> None:
    same = (np.diff(rows["frame"]) == 0) & (np.diff(rows["track"]) == 0)
    if same.any():
        row = rows[int(np.flatnonzero(same)[0])]
        raise TracksError(
            f"{name}: track {row['track']} is twice in frame {row['frame']}; a track is in one "
            "place at a time"
        )
    for column in ("time", "score", "x0", "y0", "x1", "y1"):
        if not np.isfinite(rows[column]).all():
            raise TracksError(f"{name}: holds a `{column}` that is no number")


def _looks_of(rows: Rows, interval: float) -> Rows:
    """Frames with rows, and one per ``interval`` in the gaps between them."""
    frames, where = np.unique(rows["frame"], return_index=True)
    times = rows["time"][where]
    looks = [np.array(list(zip(frames, times, strict=True)), LOOK)]
    for i in np.flatnonzero(np.diff(times) > 1.5 * interval):
        count = min(round((times[i + 1] - times[i]) / interval), int(frames[i + 1] - frames[i])) - 1
        between = np.arange(1, count + 1) / (count + 1)
        gap = np.empty(count, LOOK)
        gap["frame"] = np.floor(frames[i] + between * (frames[i + 1] - frames[i]))
        gap["time"] = times[i] + between * (times[i + 1] - times[i])
        looks.append(gap)
    return np.sort(np.concatenate(looks), order="frame")


def _beginnings(track: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each row of rows sorted by track, the first row of its track."""
    new = np.ones(len(track), np.bool_)
    new[1:] = track[1:] != track[:-1]
    return np.maximum.accumulate(np.where(new, np.arange(len(track)), 0))


def _velocity(
    rows: Rows,
    order: npt.NDArray[np.int64],
    time: npt.NDArray[np.float64],
    begin: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Way of the foot point over the last ``SPAN_S``, per second; 0 on a track's first row."""
    # one search for all tracks: their times are laid end to end
    length = float(time.max() - time.min() + 2 * SPAN_S) if len(time) else 1.0
    laid = time + np.cumsum(np.diff(begin, prepend=0) > 0) * length
    before = np.maximum(np.searchsorted(laid, laid - SPAN_S), begin)
    elapsed = time - time[before]
    velocity = np.zeros((len(rows), 2))
    for axis, place in enumerate(((rows["x0"] + rows["x1"]) / 2, rows["y1"])):
        foot = place[order].astype(np.float64)
        np.divide(foot - foot[before], elapsed, out=velocity[:, axis], where=elapsed > 0)
    return velocity
