"""``curtilage replay``: rules over tracks that are there already, ours or anybody's."""

import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from curtilage import __version__
from curtilage.app.analyze.fingerprint import source_id
from curtilage.app.analyze.rules import run_rules
from curtilage.app.analyze.rules_file import RulesFile, read_rules, write_rules
from curtilage.app.outputs.files import make_folder, told
from curtilage.app.outputs.lock import locked
from curtilage.app.outputs.pictures import STILL, THUMBNAILS
from curtilage.app.outputs.playback import Playback, playback
from curtilage.app.outputs.summary import Summary, write_summary
from curtilage.app.outputs.tracks_file import (
    FRAMES,
    LOOK,
    ROW,
    TRACKS,
    Footage,
    Rows,
    TracksError,
    read_facts,
    read_tracks,
    write_tracks,
)
from curtilage.app.track_files import BoxRows, frame_rate, read_boxes, read_sequence
from curtilage.model import CLASS_ID

PARQUET = b"PAR1"


def replay(
    tracks: Path,
    rules: Path,
    out: Path,
    fps: float | None = None,
    size: tuple[int, int] | None = None,
) -> Summary:
    """Run ``rules`` over ``tracks`` and write what ``analyze`` writes, but pictures, into ``out``.

    ``tracks`` is a ``tracks.parquet`` (times and size are in it), or MOTChallenge text: frame,
    id, x, y, w, h, …, in pixels, frame 1 at time 0. ``fps`` are the frames per second, ``size``
    is width and height of the picture in pixels; without them they are looked for in a
    ``seqinfo.ini``, the rate also in the rules file (``source_fps``).

    Raises:
        InputError: a file cannot be used, or rate or size are not known.

    """
    began = time.monotonic()
    used = read_rules(rules)
    rate = fps if fps is not None else used.settings.camera.source_fps
    _check(fps, size)
    played = _from_parquet(tracks, rate) if _is_parquet(tracks) else _from_text(tracks, rate, size)
    make_folder(out)
    with locked(out):
        _keep_tracks(tracks, played, out)
        write_rules(out, used)
        summary = _summary(tracks, played, used)
        write_summary(out, summary)
        run_rules(out, played, used.settings)
        summary.complete = True
        summary.timings["rules_s"] = summary.timings["wall_s"] = round(time.monotonic() - began, 3)
        write_summary(out, summary)
        _report(out)
    return summary


def _check(fps: float | None, size: tuple[int, int] | None) -> None:
    if fps is not None and not 0 < fps < float("inf"):
        raise TracksError(f"--fps {fps:g}: must be a number above 0")
    if size is not None and min(size) < 1:
        raise TracksError(f"--size {size[0]}x{size[1]}: width and height must be above 0")


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == PARQUET
    except OSError as error:
        raise TracksError(f"{path}: cannot be read ({error.strerror})") from None


def _from_parquet(path: Path, rate: float | None) -> Playback:
    """Our own tracks; with a ``rate``, frames are timed by it instead of by the footage."""
    footage, rows, looks = read_tracks(path)
    if rate is not None:
        if looks is None:
            looks = _every_frame(int(rows["frame"].max(initial=0)) + 1, rate)
        step = float(np.median(np.diff(looks["frame"]))) if len(looks) > 1 else 1.0
        rows["time"], looks["time"] = rows["frame"] / rate, looks["frame"] / rate
        footage = replace(footage, frame_interval=step / rate)
    return playback(str(path), footage, rows, looks)


def _from_text(path: Path, rate: float | None, size: tuple[int, int] | None) -> Playback:
    boxes, sequence = read_boxes(path), read_sequence(path)
    nobody = np.flatnonzero(boxes.id < 0)
    if len(nobody):
        raise TracksError(
            f"{path}: has boxes without an id (frame {boxes.frame[nobody[0]]}), so these are "
            "detections; make tracks of them with `curtilage track`"
        )
    picture = size or sequence.size
    if picture is None:
        raise TracksError(
            f"{path}: how large the picture is is not known (no seqinfo.ini with imWidth and "
            "imHeight beside it); give it with --size, such as --size 768x576"
        )
    fps = frame_rate(path, rate, sequence)
    footage = Footage(path.name, source_id(path), picture, 1 / fps)
    rows = _rows(boxes, fps, picture)
    return playback(str(path), footage, rows, _every_frame(int(boxes.frame[-1]), fps))


def _rows(boxes: BoxRows, fps: float, size: tuple[int, int]) -> Rows:
    """``ROW[N]`` of boxes in pixels; their last columns mean too many things to be trusted."""
    rows = np.zeros(len(boxes), ROW)
    rows["frame"] = boxes.frame - 1
    rows["time"] = (boxes.frame - 1) / fps
    rows["track"] = boxes.id
    rows["class"] = CLASS_ID["person"]
    rows["score"] = boxes.score
    x, y, width, height = boxes.box.T
    rows["x0"], rows["x1"] = x / size[0], (x + width) / size[0]
    rows["y0"], rows["y1"] = y / size[1], (y + height) / size[1]
    rows["hits"] = _sightings(boxes)
    rows["seen"] = True
    return rows


def _sightings(boxes: BoxRows) -> np.ndarray:
    """For each row how many rows its track has up to there, itself included."""
    order = np.lexsort((boxes.frame, boxes.id))
    _, first, count = np.unique(boxes.id[order], return_index=True, return_counts=True)
    hits = np.empty(len(order), np.int32)
    hits[order] = np.arange(len(order)) - np.repeat(first, count) + 1
    return hits


def _every_frame(count: int, rate: float) -> Rows:
    looks = np.zeros(count, LOOK)
    looks["frame"] = np.arange(count)
    looks["time"] = looks["frame"] / rate
    return looks


def _keep_tracks(tracks: Path, played: Playback, out: Path) -> None:
    """The tracks lie beside what was made of them, and so does a still of their footage."""
    if tracks.resolve() == (out / TRACKS).resolve():
        if not (out / FRAMES).exists():
            write_tracks(out, played.footage, read_facts(tracks), played.looks, [played.rows])
        return
    write_tracks(out, played.footage, {}, played.looks, [played.rows])
    still = tracks.parent / STILL
    with told(out / STILL):
        shutil.rmtree(out / THUMBNAILS, ignore_errors=True)
        if _is_parquet(tracks) and still.is_file():
            shutil.copyfile(still, out / STILL)
        else:
            (out / STILL).unlink(missing_ok=True)


def _summary(tracks: Path, played: Playback, rules: RulesFile) -> Summary:
    footage, times = played.footage, played.looks["time"]
    seen = read_facts(tracks).get("seen", {}) if _is_parquet(tracks) else {}
    start, stop = float(times[0]), float(times[-1]) + footage.frame_interval
    return Summary(
        source=footage.source,
        camera=rules.settings.camera.name,
        duration=round(stop - start, 6),
        size=footage.size,
        source_fps=seen.get("source_fps"),
        analysis_fps=round(1 / footage.frame_interval, 6),
        frames_decoded=seen.get("decoded", 0),
        frames_analysed=len(times),
        start=round(start, 6),
        stop=round(stop, 6),
        detector={
            "name": str(seen.get("detector", "")),
            "backend": "",
            "precision": "",
            "input": "",
        },
        timings=dict.fromkeys(("decode_s", "detect_s", "track_s", "rules_s", "wall_s"), 0.0),
        created=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        version=__version__,
        rules_sha256=rules.sha256,
    )


def _report(out: Path) -> None:
    from curtilage.app.report import write_heatmap, write_report

    write_heatmap(out)
    write_report(out)
