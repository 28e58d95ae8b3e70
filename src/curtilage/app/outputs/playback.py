"""Plays stored tracks as if they happened now: one ``Tracks`` per analysed frame, in order.

What a file does not hold (age, time since last sight, velocity) is worked out from the rows, for
the whole file at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curtilage.app.outputs.tracks_file import LOOK, Footage, Rows, TracksError
from curtilage.model import Times, Tracks

SPAN_S = 0.5
"""Velocity is the way gone in this time: long enough that the jitter of boxes does not matter."""


@dataclass(frozen=True, slots=True)
class Playback:
    """Tracks of one piece of footage, ready to be played. About 100 bytes per row."""

    footage: Footage
    rows: Rows  # ROW[N], sorted by frame and track
    looks: Rows  # LOOK[F], sorted, every frame of ``rows`` among them
    age: Times  # [N], s
    unseen: Times  # [N], s
    velocity: npt.NDArray[np.float64]  # [N, 2], per s
    first_row: npt.NDArray[np.int64]  # [F + 1]: rows of look i are first_row[i]:first_row[i + 1]

    def __iter__(self) -> Iterator[tuple[float, Tracks]]:
        """Time (s) and tracks of each analysed frame."""
        rows = self.rows
        box = np.stack([rows[name] for name in ("x0", "y0", "x1", "y1")], axis=1)
        track, class_id = rows["track"].astype(np.int64), rows["class"].astype(np.int16)
        score, hits = rows["score"].astype(np.float32), rows["hits"].astype(np.int32)
        age, unseen = self.age.astype(np.float32), self.unseen.astype(np.float32)
        velocity = self.velocity.astype(np.float32)
        for i, time in enumerate(self.looks["time"].tolist()):
            at = slice(self.first_row[i], self.first_row[i + 1])
            yield (
                time,
                Tracks(
                    track[at],
                    box[at],
                    class_id[at],
                    score[at],
                    hits[at],
                    age[at],
                    unseen[at],
                    velocity[at],
                ),
            )


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
    order = np.lexsort((rows["frame"], rows["track"]))
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    by_track = rows[order]
    begin = _beginnings(by_track["track"])
    time = by_track["time"]
    seen_at = np.maximum.accumulate(np.where(by_track["seen"], np.arange(len(rows)), begin))
    return Playback(
        footage=footage,
        rows=rows,
        looks=looks,
        age=(time - time[begin])[back],
        unseen=(time - time[seen_at])[back],
        velocity=_velocity(by_track, begin)[back],
        first_row=np.append(np.searchsorted(rows["frame"], looks["frame"]), len(rows)),
    )


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


def _velocity(by_track: Rows, begin: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Way of the foot point over the last ``SPAN_S``, per second; 0 on a track's first row."""
    time = by_track["time"]
    # one search for all tracks: their times are laid end to end
    length = float(time.max() - time.min() + 2 * SPAN_S) if len(time) else 1.0
    lane = np.cumsum(np.diff(begin, prepend=0) > 0) * length
    before = np.searchsorted(time + lane, time + lane - SPAN_S)
    before = np.maximum(before, begin)
    foot = np.stack([(by_track["x0"] + by_track["x1"]) / 2, by_track["y1"]], axis=1)
    foot = foot.astype(np.float64)
    elapsed = (time - time[before])[:, None]
    way: npt.NDArray[np.float64] = foot - foot[before]
    np.divide(way, elapsed, out=way, where=elapsed > 0)
    return way
