"""``curtilage track``: the tracker alone, over detections that are given as text.

What is written is offline work, so it may look back: the first sightings of a track are written
once it is confirmed, a gap is filled when the track comes back, and who comes out from behind a
post under another number keeps the first one.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from curtilage.app.join_tracks import Joins
from curtilage.app.track_files import (
    BoxRows,
    frame_rate,
    picture_size,
    read_boxes,
    read_sequence,
    write_boxes,
)
from curtilage.model import Detections
from curtilage.vision.tracker import Tracker, TrackerSettings

FILL = 2.0
"""Gaps of a track up to this many seconds are filled with boxes on a straight line."""


@dataclass(frozen=True, slots=True)
class TrackSummary:
    """What ``track_detections`` did."""

    frames: int  # from the first to the last with a detection
    tracks: int
    rows: int  # written boxes
    filled: int  # of these, in gaps
    fps: float
    size: tuple[int, int]  # width, height in pixels


def track_detections(
    source: Path, out: Path, fps: float | None, size: tuple[int, int] | None
) -> TrackSummary:
    """Track the detections of ``source`` and write MOTChallenge results to ``out``.

    Without ``fps`` or ``size`` (width, height in pixels) they are looked up in ``seqinfo.ini``,
    the size else guessed from the boxes; the tracker measures in box heights, so a wrong guess
    changes nothing.

    Raises:
        TrackFileError: the detections cannot be read, or the frame rate is not known.
        OutputError: ``out`` cannot be written.
    """
    detections = read_boxes(source)
    sequence = read_sequence(source)
    rate = frame_rate(source, fps, sequence)
    picture = picture_size(detections, size, sequence)
    seen = follow(detections, rate, picture)
    rows = fill_gaps(seen, rate)
    write_boxes(out, rows)
    return TrackSummary(
        frames=int(detections.frame[-1] - detections.frame[0]) + 1,
        tracks=len(np.unique(rows.id)),
        rows=len(rows),
        filled=len(rows) - len(seen),
        fps=rate,
        size=picture,
    )


def follow(
    detections: BoxRows,
    fps: float,
    size: tuple[int, int],
    settings: TrackerSettings | None = None,
) -> BoxRows:
    """The sightings of all tracks that were confirmed, with their first ones, as people; joined."""
    settings = settings or TrackerSettings()
    width, height = size
    tracker, joins = Tracker(settings, width / height), Joins(width / height)
    scale = np.array([width, height, width, height], np.float64)
    corners = detections.box.copy()
    corners[:, 2:] += corners[:, :2]
    corners /= scale
    frames, first = np.unique(detections.frame, return_index=True)
    last = [*first[1:].tolist(), len(detections)]
    parts: list[BoxRows] = []
    confirmed: set[int] = set()
    expected = int(frames[0]) if len(frames) else 0
    living = 0
    for frame, begin, end in zip(frames.tolist(), first.tolist(), last, strict=True):
        while living and expected < frame:  # frames in which nothing was detected
            tracks = tracker.update((expected - 1) / fps, Detections.empty())
            joins.see((expected - 1) / fps, tracks)
            living = len(tracks)
            expected += 1
        tracks = tracker.update(
            (frame - 1) / fps,
            Detections(
                corners[begin:end].astype(np.float32),
                detections.score[begin:end].astype(np.float32),
                np.zeros(end - begin, np.int16),
            ),
        )
        joins.see((frame - 1) / fps, tracks)
        expected = frame + 1
        living = len(tracks)
        confirmed.update(tracks.id[tracks.hits >= settings.confirm_hits].tolist())
        now = tracks.unseen == 0
        box = tracks.box[now].astype(np.float64) * scale
        box[:, 2:] -= box[:, :2]
        parts.append(
            BoxRows(
                np.full(len(box), frame, np.int64),
                tracks.id[now],
                box,
                tracks.score[now].astype(np.float64),
            )
        )
    rows = _joined(parts)
    keep = np.isin(rows.id, np.fromiter(confirmed, np.int64, len(confirmed)))
    sure = BoxRows(rows.frame[keep], rows.id[keep], rows.box[keep], rows.score[keep])
    return joins.renumbered(sure) if len(sure) else sure


def fill_gaps(rows: BoxRows, fps: float, longest: float = FILL) -> BoxRows:
    """``rows`` and a box, on a straight line, for each frame that a track missed.

    Only gaps of at most ``longest`` seconds between sightings are filled; the score of a filled
    box is the lower one of its neighbours.
    """
    order = np.lexsort((rows.frame, rows.id))
    frame, number, box, score = (
        rows.frame[order],
        rows.id[order],
        rows.box[order],
        rows.score[order],
    )
    step = np.diff(frame)
    gaps = np.flatnonzero((np.diff(number) == 0) & (step > 1) & (step <= longest * fps))
    missing = step[gaps] - 1
    gap = np.repeat(gaps, missing)
    nth = np.arange(len(gap)) - np.repeat(np.cumsum(missing) - missing, missing) + 1
    part = (nth / step[gap])[:, None]
    filled = BoxRows(
        frame[gap] + nth,
        number[gap],
        (1.0 - part) * box[gap] + part * box[gap + 1],
        np.minimum(score[gap], score[gap + 1]),
    )
    return _joined([rows, filled])


def _joined(parts: list[BoxRows]) -> BoxRows:
    """All rows in order of frame, then id."""
    if not parts:
        return BoxRows(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 4)), np.empty(0))
    frame = np.concatenate([part.frame for part in parts])
    number = np.concatenate([part.id for part in parts])
    order = np.lexsort((number, frame))
    return BoxRows(
        frame[order],
        number[order],
        np.concatenate([part.box for part in parts])[order],
        np.concatenate([part.score for part in parts])[order],
    )
