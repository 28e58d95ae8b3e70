"""One camera's analysis, from its packets to its results, without threads and without a clock.

Three halves that may run in three threads: ``take`` hears packets and asks the gate whether they
must be decoded (``watch``); ``decode_next`` decodes what was decided (``sight``); ``look`` follows
what the detector found (``follow``). Whoever calls them one after the other (``straight``) has the
same analysis of a recording.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy.typing as npt

from curtilage.analysis.frames.rate import Rate
from curtilage.analysis.frames.sight import Aim, Sample, Sight
from curtilage.analysis.packets.watch import KEPT_BYTES, GateState, Watch
from curtilage.analysis.tracks.blob import BlobError, unpack
from curtilage.analysis.tracks.camera_scene import Update
from curtilage.analysis.tracks.follow import Follow, Present
from curtilage.analysis.tracks.masking import outside_masks
from curtilage.config.site import SiteCamera, SiteSettings
from curtilage.ingest.bus import Heard
from curtilage.model import Detections
from curtilage.store.found.results import Results, SavedState
from curtilage.vision.gate import GateReport

SECOND_NS: Final = 1_000_000_000
BLIND_NS: Final = 5 * SECOND_NS  # awake without pictures, until it counts as seeing nothing
GATE: Final = "gate/"
GATE_NS: Final = 5 * SECOND_NS  # while it stays awake, what the gate remembers is kept so often


@dataclass(frozen=True, slots=True)
class Faults:
    """What went wrong with a camera since the start."""

    undecodable: int  # packets
    missed: int  # packets that the bus lost for us
    skipped: int  # packets that were not decoded since decoding lagged
    failed: int  # pictures that the detector could not look at
    sentence: str | None  # why nothing can be decoded


class CameraAnalysis:
    """Analyses one camera.

    Args:
        site: with the settings that all cameras share.
        camera: its own.
        saved: what it remembers, of another process.
        picture_size: width and height that the detector wants for a picture of some size.
        kept_bytes: most encoded bytes that are kept of each stream.

    """

    def __init__(
        self,
        site: SiteSettings,
        camera: SiteCamera,
        saved: SavedState | None,
        picture_size: Callable[[int, int], tuple[int, int]],
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self.name = camera.name
        self.camera = camera
        self.watch = Watch(camera, _gate_of(saved), kept_bytes)
        self.rate = Rate()
        self._sight = Sight(
            camera.analysis.fps,
            picture_size,
            measure_motion=camera.analysis.gate != "always",
        )
        self._follow = Follow(site, camera, saved)
        self._lock = threading.Lock()
        self._unlooked = 0  # pictures that were made and not looked at yet
        self._failed = 0
        self._gate_kept: tuple[Aim | None, int, GateState] | None = None  # its aim, when, what

    def take(self, stream: str, item: Heard) -> bool:
        """The next item of one of the camera's streams; whether there is something to decode."""
        return self.watch.take(stream, item)

    def decode_next(self) -> list[Sample] | None:
        """Decode what waits first; what of it is to be looked at. None: nothing waits."""
        job = self.watch.next_job()
        if job is None:
            return None
        follow = self._follow
        settled = self._unlooked == 0 and follow.present.settled
        after_ns = follow.time_ns if job.epoch == follow.epoch else 0
        wanted = []
        for sample in self._sight.look(job, after_ns, settled):
            if sample.motion is not None:
                self.watch.moved(sample.time_ns, sample.motion)
            if sample.aim is not Aim.MOTION:
                wanted.append(sample)
        if wanted:
            with self._lock:
                self._unlooked += len(wanted)
        return wanted

    def look(self, sample: Sample, found: Detections | None) -> Update | None:
        """Follow what was found.

        Args:
            sample: as ``decode_next`` gave it, in its order.
            found: in its picture; None where it has none, or where the detector failed.

        Returns:
            The tracks of that moment and the events that they brought; None: nothing new.

        """
        seen = None if found is None else outside_masks(found, self.camera.masks)
        try:
            return self._look(sample, seen)
        finally:
            self.left_out(1)

    def left_out(self, count: int) -> None:
        """So many pictures of ``decode_next`` need not be waited for any more."""
        with self._lock:
            self._unlooked -= count

    def pass_time(self, now_ns: int) -> list[Update]:
        """Let time pass where no picture does it; ``now_ns`` (UTC) where no packet does either."""
        watch, follow = self.watch, self._follow
        if self._unlooked:
            return []
        if watch.lost is not None:
            return follow.see_nothing(now_ns - SECOND_NS)
        if watch.aim is Aim.ANALYSE:
            if watch.patient or watch.newest_ns - follow.time_ns < 2 * BLIND_NS:
                return []
            return follow.see_nothing(watch.newest_ns - BLIND_NS)
        if watch.waiting:
            return []
        update = follow.pass_time(watch.newest_ns, watch.key_ns)
        return [] if update is None else [update]

    def due(self, now_ns: int) -> bool:
        """Whether there are results that should be kept now."""
        return self._follow.due(now_ns)

    def results(self, now_ns: int) -> Results | None:
        """All that is new, to be committed; then say what became of it. None: nothing."""
        return self._follow.results(now_ns, self._gate_state(now_ns))

    def committed(self, now_ns: int) -> None:
        """The results that were given are in the index."""
        self._follow.committed(now_ns, self.watch.state)

    def refused(self, now_ns: int) -> None:
        """They are not; they come again."""
        self._follow.refused(now_ns, self.watch.state)

    def superseded(self, saved: SavedState | None) -> None:
        """Another process went on from what we had; this is what it knows."""
        self._follow.superseded(saved)

    def change(self, site: SiteSettings, camera: SiteCamera, now_ns: int) -> None:
        """Other settings, of the same streams; what they do not concern goes on."""
        before, self.camera = self.camera, camera
        self._follow.change(site, camera, now_ns, self.watch.state)
        if camera.analysis != before.analysis:
            self._sight.set_pace(camera.analysis.fps)
            self._sight.measure_motion = camera.analysis.gate != "always"
            self.watch.set_gate(camera)

    @property
    def present(self) -> Present:
        """Who is there."""
        return self._follow.present

    @property
    def time_ns(self) -> int:
        """UTC up to which was looked; 0: nothing was seen yet."""
        return self._follow.time_ns

    @property
    def gate(self) -> GateReport:
        """What the gate says of itself."""
        return self.watch.report

    @property
    def faults(self) -> Faults:
        """What went wrong."""
        watch, sight = self.watch, self._sight
        return Faults(sight.errors, watch.missed, watch.skipped, self._failed, sight.fault)

    def take_notes(self) -> list[str]:
        """Sentences about what could not go on; told once."""
        notes, self._follow.notes = self._follow.notes, []
        return notes

    def _gate_state(self, now_ns: int) -> GateState:
        """What the gate remembers, or did a few seconds ago: it is larger than what is counted."""
        aim, kept = self.watch.aim, self._gate_kept
        if kept is None or kept[0] is not aim or not 0 <= now_ns - kept[1] < GATE_NS:
            kept = self._gate_kept = (aim, now_ns, self.watch.state())
        return kept[2]

    def _look(self, sample: Sample, found: Detections | None) -> Update | None:
        follow = self._follow
        if sample.image is None:
            # a picture in which nothing moves; if somebody does by now, it is left out
            update = follow.hold(sample.time_ns) if follow.present.settled else None
        elif found is None:
            self._failed += 1
            return None
        elif sample.aim is Aim.CHECK:
            self.watch.checked(sample.time_ns, follow.found_all(found))
            return None
        else:
            update = follow.see(sample.time_ns, found, sample.aspect, sample.epoch)
        if update is not None:
            present = follow.present
            self.watch.tracked(sample.time_ns, present.moving, present.standing)
        return update


def _gate_of(saved: SavedState | None) -> Mapping[str, npt.NDArray[Any]] | None:
    """What the gate remembers, of the saved state of a camera."""
    if saved is None:
        return None
    try:
        arrays = unpack(saved.blob)
    except BlobError:
        return None
    gate = {name[len(GATE) :]: a for name, a in arrays.items() if name.startswith(GATE)}
    return gate or None


def aspect_of(saved: SavedState) -> float | None:
    """Width / height of the camera's pictures, of its saved state."""
    try:
        return round(float(unpack(saved.blob)["aspect"]), 3)
    except (BlobError, KeyError, ValueError, TypeError):
        return None
