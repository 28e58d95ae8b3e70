"""First part of an analysis: look at the footage, keep who was where. Resumable.

A thread decodes ahead, the caller's thread detects and tracks. What comes out does not depend
on where a run was interrupted: the tracker's state is kept to the bit, and the reader finds the
very picture after which it was kept.
"""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from curtilage.app.analyze.fingerprint import Fingerprint, difference
from curtilage.app.analyze.journal import Checkpoint, Journal
from curtilage.app.analyze.progress import Progress, Stopped, StopSign
from curtilage.app.outputs.tracks_file import LOOK, ROW, Rows
from curtilage.ingest.footage.ahead import ReadAhead
from curtilage.ingest.footage.reader import (
    ChangedFootageError,
    FootageReader,
    Mark,
    Reading,
    Sample,
    Size,
    checksum,
)
from curtilage.model import Tracks
from curtilage.vision.detector import Detector
from curtilage.vision.tracker import Tracker, TrackerSettings

BATCH = 16
"""Frames per call of the detector: enough to keep every core busy, few enough to stop soon."""

AHEAD = 2
"""Batches that may lie decoded."""

KEEP_EVERY_S = 5.0
"""Wall-clock seconds of work that a killed analysis loses at most."""

_MARK = TypeAdapter(Mark)


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at and how."""

    path: Path
    reading: Reading
    tracker: TrackerSettings
    fingerprint: Fingerprint
    open_detector: Callable[[], Detector]


@dataclass(slots=True)
class Seen:
    """What is known after looking, apart from the tracks. JSON with ``asdict``."""

    size: Size  # as shown
    source_fps: float | None
    duration: float | None  # s, promised by the header
    first: float = 0.0  # s, of the first analysed frame
    last: float = 0.0  # s, of the last
    decoded: int = 0
    analysed: int = 0
    decode_s: float = 0.0
    detect_s: float = 0.0
    track_s: float = 0.0
    detector: str = ""
    seekable: bool = True  # the file's own timestamps tell where a frame is
    losses: list[str] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)


def look(what: Look, journal: Journal, progress: Progress, stop: StopSign) -> Seen:
    """Detect and track through the footage into ``journal``, from its checkpoint if it has one.

    Raises:
        FootageError: the file gives no picture.
        OutputError: the journal cannot be written.
        Stopped: the user asked for the end; the journal is kept.

    """
    detector = what.open_detector()
    shrunk = replace(what.reading, picture_size=lambda size: detector.picture_size(*size))
    reader = FootageReader(what.path, shrunk)
    checkpoint, reason = _usable(what, journal, detector)
    if checkpoint is not None:
        try:
            return _Run(what, reader, detector, journal, progress, stop).go_on(checkpoint)
        except ChangedFootageError:
            reader, reason = FootageReader(what.path, shrunk), "its pictures are others"
    if reason:
        progress.note(str(what.path), f"starts over, because {reason}")
    return _Run(what, reader, detector, journal, progress, stop).start()


def _usable(
    what: Look, journal: Journal, detector: Detector
) -> tuple[Checkpoint | None, str | None]:
    """The checkpoint from which one may go on, or why the one that is there is of no use."""
    checkpoint = journal.last()
    if checkpoint is None:
        return None, None
    before = checkpoint.facts["fingerprint"]
    if before != what.fingerprint:
        return None, difference(before, what.fingerprint)
    width, height = checkpoint.facts["picture"]
    detector.detect([np.zeros((height, width, 3), np.uint8)])  # only then it knows what it runs
    if detector.name != checkpoint.facts["seen"]["detector"]:
        return None, f"the detector runs as {detector.name} now"
    return checkpoint, None


class _Run:
    """One run through the footage; owns nothing that outlives it."""

    def __init__(
        self,
        what: Look,
        reader: FootageReader,
        detector: Detector,
        journal: Journal,
        progress: Progress,
        stop: StopSign,
    ) -> None:
        self._what, self._reader, self._detector = what, reader, detector
        self._journal, self._progress, self._stop = journal, progress, stop
        self._tracker = Tracker(what.tracker, reader.size[0] / reader.size[1])

    def start(self) -> Seen:
        """From the beginning."""
        self._journal.start()
        seen = Seen(self._reader.size, self._reader.rate, self._reader.duration)
        return self._through(self._reader.samples, seen)

    def go_on(self, checkpoint: Checkpoint) -> Seen:
        """From where a run before was interrupted. Raises ChangedFootageError."""
        facts = checkpoint.facts
        self._journal.go_on(checkpoint)
        self._tracker.restore(checkpoint.arrays)
        mark = _MARK.validate_python(facts["mark"])
        seen = Seen(**facts["seen"])
        return self._through(
            lambda: self._reader.samples_after(mark, int(facts["checksum"])),
            replace(seen, size=self._reader.size),
        )

    def _through(self, samples: Callable[[], Iterator[Sample]], seen: Seen) -> Seen:
        progress, path = self._progress, str(self._what.path)
        start = self._what.reading.start
        progress.begin(path, self._total(), max(0.0, seen.last - start))
        before = seen.analysed
        kept = time.monotonic()
        last: Sample | None = None
        with ReadAhead(lambda: _batches(self._reader, samples), AHEAD) as ahead:
            decoded_before = seen.decode_s
            try:
                for batch in ahead.items(self._stop.check):
                    self._take(batch, seen)
                    last = batch[-1]
                    seen.decode_s = decoded_before + ahead.busy_s
                    progress.advance(path, seen.last - start, seen.analysed - before)
                    if time.monotonic() - kept > KEEP_EVERY_S:
                        self._keep(last, seen)
                        kept = time.monotonic()
                    self._stop.check()
                if last is not None:
                    self._keep(last, seen)
            except Stopped:
                if last is not None:
                    self._keep(last, seen)
                raise
            finally:
                self._reader.stop()
                self._journal.close()
        seen.decoded = self._reader.decoded
        seen.seekable = self._reader.seekable
        seen.losses, seen.repairs = self._reader.losses, self._reader.repairs
        return seen

    def _take(self, batch: list[Sample], seen: Seen) -> None:
        """Detect and track the frames of a batch, and write what is found."""
        began = time.perf_counter()
        found = self._detector.detect([sample.frame.image for sample in batch])
        detected = time.perf_counter()
        looks = np.array([(s.frame.index, s.frame.time) for s in batch], LOOK)
        rows = [
            rows_of(self._tracker.update(sample.frame.time, detections), sample)
            for sample, detections in zip(batch, found, strict=True)
        ]
        self._journal.append(looks, np.concatenate(rows))
        seen.detect_s += detected - began
        seen.track_s += time.perf_counter() - detected
        if seen.analysed == 0:
            seen.first = batch[0].frame.time
        seen.last = batch[-1].frame.time
        seen.analysed += len(batch)
        seen.detector = self._detector.name

    def _keep(self, last: Sample, seen: Seen) -> None:
        height, width = last.frame.image.shape[:2]
        self._journal.keep(
            {
                "fingerprint": self._what.fingerprint,
                "mark": asdict(last.mark),
                "picture": (width, height),
                "checksum": checksum(last.frame.image),
                "seen": asdict(seen),
            },
            self._tracker.state(),
        )

    def _total(self) -> float | None:
        reading, duration = self._what.reading, self._reader.duration
        end = reading.stop if duration is None else min(reading.stop, duration)
        return None if end == float("inf") else max(0.0, end - reading.start)


def rows_of(tracks: Tracks, sample: Sample) -> Rows:
    """The tracks of one frame as ``ROW[N]``."""
    rows = np.empty(len(tracks), ROW)
    rows["frame"], rows["time"] = sample.frame.index, sample.frame.time
    rows["track"], rows["class"], rows["score"] = tracks.id, tracks.class_id, tracks.score
    for i, name in enumerate(("x0", "y0", "x1", "y1")):
        rows[name] = tracks.box[:, i]
    rows["hits"], rows["seen"] = tracks.hits, tracks.unseen == 0
    return rows


def _batches(
    reader: FootageReader, samples: Callable[[], Iterator[Sample]]
) -> Generator[list[Sample], None, None]:
    """Lists of ``BATCH`` samples; closes the reader in the thread that reads."""
    with reader:
        drawn = samples()
        while batch := list(islice(drawn, BATCH)):
            yield batch
