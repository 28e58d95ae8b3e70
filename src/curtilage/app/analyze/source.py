"""The whole analysis of one file: look at it, run the rules, take pictures, write the report."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from curtilage import __version__
from curtilage.app.analyze.fingerprint import Fingerprint, difference, fingerprint
from curtilage.app.analyze.journal import Journal
from curtilage.app.analyze.options import AnalyzeOptions
from curtilage.app.analyze.progress import Progress, StopSign
from curtilage.app.analyze.rules import run_rules
from curtilage.app.analyze.rules_file import RULES, RulesFile, made_rules, own_rules, write_rules
from curtilage.app.analyze.tracking import Look, Seen, look
from curtilage.app.outputs.events import write_events
from curtilage.app.outputs.files import make_folder, told
from curtilage.app.outputs.lock import locked
from curtilage.app.outputs.pictures import write_pictures
from curtilage.app.outputs.playback import Playback, playback
from curtilage.app.outputs.summary import Summary, read_summary, write_summary
from curtilage.app.outputs.tracks_file import (
    FRAMES,
    TRACKS,
    Footage,
    read_facts,
    read_tracks,
    write_tracks,
)
from curtilage.ingest.errors import FootageError
from curtilage.ingest.footage.moments import frames_at, frames_at_from_the_start
from curtilage.ingest.footage.reader import Reading
from curtilage.model import Frame
from curtilage.vision.detector import DetectorSettings, open_detector

VIDEO = "annotated.mp4"
_TIMES = ("decode_s", "detect_s", "track_s")


@dataclass(frozen=True, slots=True)
class Job:
    """One file to analyse into one folder."""

    path: Path
    out: Path
    options: AnalyzeOptions
    rules: RulesFile | None  # None: the folder's own, or made from what is seen
    detector: DetectorSettings
    decoder_threads: int  # 0: as many as FFmpeg likes


@dataclass(slots=True)
class AnalysisSummary:
    """How the analysis of one file went."""

    source: Path
    out: Path
    summary: Summary | None = None  # what is in summary.json; None when it failed
    losses: list[str] = field(default_factory=list)  # what of the footage could not be read
    error: str | None = None  # the sentence, when it failed


def analyze_source(job: Job, progress: Progress, stop: StopSign) -> AnalysisSummary:
    """Analyse one file, going on where an earlier run stopped.

    Raises:
        InputError: the file, the rules or the folder cannot be used.
        Stopped: the user asked for the end; the same call goes on from there.

    """
    began, source = time.monotonic(), str(job.path)
    make_folder(job.out)
    with locked(job.out):
        given = job.rules or own_rules(job.out)
        if given is not None and job.rules is None:
            progress.note(source, f"runs the rules in {job.out / RULES}")
        reading = Reading(
            rate=job.options.fps,
            start=job.options.start,
            stop=job.options.stop,
            source_fps=given.settings.camera.source_fps if given else None,
            threads=job.decoder_threads,
        )
        seen = _seen(job, reading, progress, stop)
        progress.stage(source, "rules")
        played = playback(str(job.out / TRACKS), *read_tracks(job.out / TRACKS))
        rules = given or made_rules(played)
        summary = _summary(job, seen, played, rules)
        if read_summary(job.out).get("rules_sha256") != rules.sha256:
            _drop_video(job.out)
        write_summary(job.out, summary)
        write_rules(job.out, rules)
        ruled = time.monotonic()
        results = run_rules(job.out, played, rules.settings, stop.check)
        summary.timings["rules_s"] = round(time.monotonic() - ruled, 3)
        stop.check()
        progress.stage(source, "pictures")
        fetch = _Fetch(job.path, reading, seen.seekable, stop)
        named = write_pictures(job.out, results.events, played, fetch.frames)
        write_events(job.out, named)
        summary.complete = True
        summary.timings["wall_s"] = round(time.monotonic() - began, 3)
        write_summary(job.out, summary)
        if job.options.video:
            _video(job, progress, stop)
        _report(job, progress, stop)
    return AnalysisSummary(job.path, job.out, summary, seen.losses)


def _seen(job: Job, reading: Reading, progress: Progress, stop: StopSign) -> Seen:
    """Tracks in the folder, from before or from now."""
    source = str(job.path)
    wanted = fingerprint(job.path, reading, job.detector, job.options.tracker)
    before = read_facts(job.out / TRACKS)
    journal = Journal(job.out)
    if before.get("fingerprint") == wanted and (job.out / FRAMES).exists():
        journal.drop()
        times = read_summary(job.out).get("timings", {})
        seen = Seen(**before["seen"], **{name: times.get(name, 0.0) for name in _TIMES})
        progress.begin(source, seen.last - seen.first, seen.last - seen.first)
    else:
        if before and journal.last() is None:
            reason = difference(before.get("fingerprint", {}), wanted)
            progress.note(source, f"is analysed anew, because {reason}")
        what = Look(
            job.path, reading, job.options.tracker, wanted, lambda: open_detector(job.detector)
        )
        seen = look(what, journal, progress, stop)
        _store(job, wanted, seen, journal)
        journal.drop()
    for sentence in seen.repairs:  # losses are told at the end, as an error
        progress.note(source, sentence)
    return seen


def _store(job: Job, wanted: Fingerprint, seen: Seen, journal: Journal) -> None:
    """The journal becomes the files of tracks."""
    looks = journal.looks()
    if not len(looks):
        end = f"it ends at {seen.duration:.1f} s" if seen.duration else "it ends before"
        raise FootageError(f"{job.path}: has no picture from {job.options.start:g} s on; {end}")
    steps = np.diff(looks["time"])
    interval = float(np.median(steps)) if len(steps) else 1 / (seen.source_fps or 10.0)
    footage = Footage(
        source=job.path.name,
        source_id=wanted["source"]["id"],
        size=seen.size,
        frame_interval=round(interval, 9),
    )
    # without the times that it took: equal footage gives files that are equal to the byte
    _drop_video(job.out)
    facts = {
        "fingerprint": wanted,
        "seen": {key: value for key, value in asdict(seen).items() if key not in _TIMES},
    }
    write_tracks(job.out, footage, facts, looks, journal.rows())


def _summary(job: Job, seen: Seen, played: Playback, rules: RulesFile) -> Summary:
    interval = played.footage.frame_interval
    named = re.fullmatch(r"(?P<name>.*) \((?P<how>[^ ,]*) (?P<input>\d+x\d+).*\)", seen.detector)
    parts = named.groupdict() if named else {"name": seen.detector, "how": "", "input": ""}
    backend, _, precision = (parts["how"] or "").partition("-")
    start, stop = seen.first, seen.last + interval
    return Summary(
        source=job.path.name,
        camera=rules.settings.camera.name,
        duration=round(stop - start, 6),
        size=seen.size,
        source_fps=seen.source_fps,
        analysis_fps=round(1 / interval, 6),
        frames_decoded=seen.decoded,
        frames_analysed=seen.analysed,
        start=round(start, 6),
        stop=round(stop, 6),
        detector={
            "name": parts["name"] or "",
            "backend": backend,
            "precision": precision,
            "input": parts["input"] or "",
        },
        timings={
            **{name: round(getattr(seen, name), 3) for name in _TIMES},
            "rules_s": 0.0,
            "wall_s": 0.0,
        },
        warnings=[*seen.losses, *seen.repairs],
        created=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        version=__version__,
        rules_made=rules.made,
        rules_sha256=rules.sha256,
    )


def _report(job: Job, progress: Progress, stop: StopSign) -> None:
    """What people look at."""
    from curtilage.app.report import write_heatmap, write_report

    stop.check()
    progress.stage(str(job.path), "report")
    write_heatmap(job.out)
    write_report(job.out)


def _video(job: Job, progress: Progress, stop: StopSign) -> None:
    from curtilage.app.annotate import annotate

    progress.stage(str(job.path), "video")
    annotate(job.path, job.out, lambda _: stop.check())


def _drop_video(out: Path) -> None:
    """An annotated video that shows other rules or tracks goes."""
    with told(out / VIDEO):
        (out / VIDEO).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Fetch:
    """Fetches frames of the file by the times that the analysis gave them."""

    path: Path
    reading: Reading
    seekable: bool
    stop: StopSign

    def frames(self, times: Sequence[float]) -> Iterator[Frame]:
        """See ``pictures.Fetch``."""
        get = frames_at if self.seekable else frames_at_from_the_start
        for frame in get(self.path, times, self.reading):
            self.stop.check()
            yield frame
