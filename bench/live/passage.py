"""One camera's analysis over files, as often as one likes in a row, without threads and clock.

What the analyser does live, one step after the other: packets of the analysed stream, those of the
small one while it is decoded (from its last keyframe, as the packet bus gives it), and every
picture that is wanted looked at. Detections of a picture are kept by its content: the gated run
and the ungated one look at the same pictures.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.live.matching import Heard as Told
from curtilage.analysis.camera import CameraAnalysis
from curtilage.analysis.frames.sight import Aim, Sample
from curtilage.analysis.tracks.camera_scene import Update
from curtilage.config.site import SiteSettings
from curtilage.ingest.live.items import Opened
from curtilage.model import Detections, Image, Packet, StreamInfo, VideoInfo
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.results import Results
from curtilage.vision.detector import Detector
from curtilage.vision.gate import GateReport
from tests.analysis.recordings import packets

BEGIN_NS = 1_790_000_000_000_000_000  # UTC of the first picture: a day in September 2026
SECOND_NS = 1_000_000_000


class Seen:
    """A detector that remembers what it found in a picture."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._found: dict[bytes, Detections] = {}
        self.asked = 0

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """As the detector's own."""
        marks = [hashlib.blake2b(image.tobytes(), digest_size=16).digest() for image in images]
        new = {m: i for m, i in zip(marks, images, strict=True) if m not in self._found}
        # one at a time: what is found must not depend on who was looked at together
        for mark, image in new.items():
            (self._found[mark],) = self._detector.detect([image])
        self.asked += len(images)
        return [self._found[mark] for mark in marks]

    def picture_size(self, width: int, height: int) -> tuple[int, int]:
        """As the detector's own."""
        return self._detector.picture_size(width, height)


@dataclass(slots=True)
class Passage:
    """What an analysis did."""

    events: list[StoredEvent] = field(default_factory=list)
    results: Results | None = None
    packets: int = 0  # of the analysed stream
    decoded: int = 0  # of them
    small_decoded: int = 0  # of the small stream
    looked_at: int = 0  # pictures that the detector saw
    states: list[tuple[float, str, str]] = field(default_factory=list)  # s, state, reason
    looked: list[float] = field(default_factory=list)  # s, of every moment that was looked at
    report: GateReport | None = None

    def told(self) -> list[Told]:
        """The events as they are compared, times in s from the beginning."""
        return [
            Told(e.rule, e.kind, e.phase, e.direction, (e.time_ns - BEGIN_NS) / SECOND_NS)
            for e in self.events
        ]

    def state_at(self, time: float) -> str:
        """State and reason of the gate then."""
        found = [s for s in self.states if s[0] <= time]
        return f"{found[-1][1]} ({found[-1][2]})" if found else "not begun"


@dataclass(frozen=True, slots=True)
class Reel:
    """A stream's packets, to be played again and again."""

    info: VideoInfo
    packets: list[Packet]
    length_ns: int

    @classmethod
    def of(cls, path: Path) -> "Reel":
        """From a file."""
        info, found = packets(path, BEGIN_NS)
        first, last = found[0], found[-1]
        step_ns = (last.dts_ns - first.dts_ns) // max(len(found) - 1, 1)
        return cls(info, found, last.dts_ns - first.dts_ns + step_ns)

    def round(self, number: int, length_ns: int) -> Iterator[Packet]:
        """Round ``number`` (0 first), each of ``length_ns``."""
        shift = number * length_ns
        for one in self.packets:
            yield replace(one, dts_ns=one.dts_ns + shift, pts_ns=one.pts_ns + shift)


def run(
    site: SiteSettings, main: Reel, small: Reel | None, detector: Seen, rounds: int = 1
) -> Passage:
    """Analyse the only camera of ``site``; with ``small``, its streams are ``main`` and ``sub``."""
    camera = site.cameras[0]
    analysis = CameraAnalysis(site, camera, None, detector.picture_size)
    passage = Passage()
    asked = detector.asked
    for stream, item in _items(analysis, main, small, rounds):
        analysis.take(stream, item)
        for update in _finish(analysis, detector, passage):
            _note(passage, update, analysis)
        if isinstance(item, Packet) and stream == camera.analysed_stream:
            passage.packets += 1
            for update in analysis.pass_time(item.pts_ns):
                _note(passage, update, analysis)
        _state(passage, analysis, item)
    passage.results = analysis.results(0)
    passage.report = analysis.gate
    passage.looked_at = detector.asked - asked
    return passage


def _items(
    analysis: CameraAnalysis, main: Reel, small: Reel | None, rounds: int
) -> Iterator[tuple[str, Opened | Packet]]:
    """The packets as the analyser hears them."""
    camera = analysis.camera
    first, second = camera.analysed_stream, camera.motion_stream
    yield first, Opened(StreamInfo(main.info), main.packets[0].dts_ns, step=False)
    heard: list[Packet] = []  # of the small stream, since its last keyframe
    listens = False
    for number in range(rounds):
        others = iter(() if small is None else small.round(number, main.length_ns))
        other = next(others, None)
        for packet in main.round(number, main.length_ns):
            yield first, packet
            while other is not None and small is not None and other.dts_ns <= packet.dts_ns:
                heard = [other] if other.key else [*heard, other]
                if analysis.watch.aim is Aim.MOTION:
                    if not listens:
                        yield second, Opened(StreamInfo(small.info), heard[0].dts_ns, step=False)
                    yield from ((second, one) for one in (heard[-1:] if listens else heard))
                listens = analysis.watch.aim is Aim.MOTION
                other = next(others, None)


def _finish(analysis: CameraAnalysis, detector: Seen, passage: Passage) -> Iterator[Update]:
    """Decode and look at whatever waits."""
    while True:
        aim = analysis.watch.aim
        samples = analysis.decode_next()
        if samples is None:
            return
        if aim is Aim.MOTION and analysis.camera.motion_stream != analysis.camera.analysed_stream:
            passage.small_decoded += 1
        else:
            passage.decoded += 1
        for sample in samples:
            update = analysis.look(sample, _found(sample, detector))
            if update is not None:
                yield update


def _found(sample: Sample, detector: Seen) -> Detections | None:
    return None if sample.image is None else detector.detect([sample.image])[0]


def _note(passage: Passage, update: Update, analysis: CameraAnalysis) -> None:
    passage.events += update.events
    passage.looked.append((analysis.time_ns - BEGIN_NS) / SECOND_NS)


def _state(passage: Passage, analysis: CameraAnalysis, item: Opened | Packet) -> None:
    if not isinstance(item, Packet):
        return
    report = analysis.gate
    now = str(report.state), str(report.reason)
    if not passage.states or passage.states[-1][1:] != now:
        passage.states.append(((item.dts_ns - BEGIN_NS) / SECOND_NS, *now))
