"""One camera from detections to results: its tracker, its rules, and what they remember.

What is counted and what is remembered leave together, in one ``Results`` for one transaction. So
whoever goes on from the state in the index repeats nothing that was counted, and misses nothing:
what came after that state is looked at again (``analysis.resume.joining.joining``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from curtilage.analysis.resume.recorded import SAME_NS
from curtilage.analysis.tracks.alarms import left_open
from curtilage.analysis.tracks.blob import BlobError, pack, unpack
from curtilage.analysis.tracks.looks import Look, as_kept
from curtilage.analysis.tracks.rows import (
    count_rows,
    dwell_rows,
    event_rows,
    heat_stretches,
    occupancy_rows,
    path_rows,
    summaries,
)
from curtilage.analysis.tracks.track_book import TrackBook
from curtilage.config.site import SiteCamera, SiteSettings
from curtilage.model import Detections, Event, Tracks
from curtilage.scene import Scene, SceneError
from curtilage.scene.adopt import SAME_SHAPE
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.heat import HeatStretch
from curtilage.store.found.results import (
    CountRow,
    DwellRow,
    OccupancyRow,
    PathRow,
    Results,
    SavedState,
)
from curtilage.store.found.tracks import TrackSummary
from curtilage.vision.tracker import Tracker, TrackerError, TrackerSettings

Arrays = Mapping[str, npt.NDArray[Any]]

SAVED_S: Final = 5.0
"""So often what is counted goes to the index while somebody is there."""
SAVED_QUIET_S: Final = 30.0
"""And so often while nobody is."""
SAVED_EVENTS_S: Final = 0.4
"""After a commit events wait so long for others: ten in a row are three transactions."""
SET_BACK_NS: Final = 1_000_000_000
"""A picture so much older than the last one means that the clock was set."""
HOLD_S: Final = 1.0
"""What stands still is told to the rules so often, well before any of them gives it up."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a moment brought. Events are not in the index yet: tell them after their commit."""

    tracks: Tracks
    events: Sequence[StoredEvent]
    looks: Sequence[Look] = ()  # what the rules were told, each moment of it


@dataclass
class _New:
    """Rows on their way to the index."""

    events: list[StoredEvent] = field(default_factory=list)
    counts: list[CountRow] = field(default_factory=list)
    occupancy: list[OccupancyRow] = field(default_factory=list)
    dwell: list[DwellRow] = field(default_factory=list)
    paths: list[PathRow] = field(default_factory=list)
    heat: dict[tuple[str, int, str | None], HeatStretch] = field(default_factory=dict)
    tracks: list[TrackSummary] = field(default_factory=list)


class CameraScene:
    """One camera's tracks, rules and memory; for one thread at a time, without a clock.

    Args:
        site: its time zone and mode.
        camera: its name and rules.
        aspect: width / height of the picture.
        fps: pictures per second that are wanted; what the first one stands for.
        saved: what the index remembers of it; None: it begins.

    """

    def __init__(
        self,
        site: SiteSettings,
        camera: SiteCamera,
        aspect: float,
        saved: SavedState | None = None,
        tracker: TrackerSettings | None = None,
    ) -> None:
        self.camera = camera.name
        self.aspect = aspect
        self.gate: Arrays = {}
        """What was given with the saved results as the gate's."""
        self.notes: list[str] = []
        """Sentences about what could not go on from the saved state."""
        self._zone = ZoneInfo(site.timezone)
        self._settings = site.scene_of(camera)
        self._armed_in = camera.armed_rules
        self._mode = site.mode
        self._interval = 1.0 / camera.analysis.fps
        self._tracking = tracker or TrackerSettings()
        self._tracker = Tracker(self._tracking, aspect)
        self._scene = Scene(self._settings, aspect, self._interval)
        self._book = TrackBook()
        self._held: Detections | None = None  # while nothing moves
        self._tracks = Tracks.empty()
        self._seen_ns: int | None = None  # of the last picture, or until when it was held
        self._follows_ns: int | None = None  # the state in the index
        self._new = _New()
        self._asked: Results | None = None  # results whose commit is not known yet
        self._asked_ns: int | None = None  # when results were last given
        if saved is not None:
            self._go_on(saved)

    @property
    def seen_ns(self) -> int | None:
        """Up to when (UTC) everything is in; None before the first picture."""
        return self._seen_ns

    @property
    def scene(self) -> Scene:
        """The rules, to be read: what is inside now."""
        return self._scene

    def wants(self, time_ns: int) -> bool:
        """Whether a picture of that time is news: it was not looked at before."""
        if self._seen_ns is None or time_ns > self._seen_ns + SAME_NS:
            return True
        return time_ns < self._seen_ns - SET_BACK_NS

    def update(self, time_ns: int, detections: Detections) -> Update:
        """The detections of a picture. Where the clock was set back, tracks begin anew.

        Raises:
            TrackerError: detections that cannot be, or a time that is not ``wanted``.

        """
        if not self.wants(time_ns):
            raise TrackerError(f"{self.camera}: a picture of {time_ns} ns was looked at before")
        if self._seen_ns is not None and time_ns < self._seen_ns:
            self._clock_was_set()
        self._held = None
        time = time_ns * 1e-9
        tracks = self._tracker.update(time, detections)
        told = as_kept(tracks)
        events = self._noticed(time_ns, self._scene.update(time, told))
        self._note(time, tracks)
        look = Look(time_ns, self._seen_ns, self.aspect, told, still=False)
        self._tracks, self._seen_ns = tracks, time_ns
        return Update(tracks, events, (look,))

    def hold(self, time_ns: int) -> Update:
        """Nothing has moved until ``time_ns``: who stood there stands there still.

        To be called while the camera is watched but not decoded, at any distance of time: what
        is not told to be held was not looked at. A time that is not later changes nothing.
        """
        if self._seen_ns is None:
            return self.update(time_ns, Detections.empty())
        if time_ns <= self._seen_ns + SAME_NS:
            return Update(self._tracks, [])
        begin = self._seen_ns * 1e-9
        if self._held is None:
            self._held = self._book.there(begin)
        steps = max(1, int(np.ceil((time_ns * 1e-9 - begin) / HOLD_S)))
        if not len(self._book) and not self._scene.busy:
            steps = 1
        events: list[StoredEvent] = []
        looks: list[Look] = []
        tracks, before_ns = self._tracks, self._seen_ns
        for step in range(1, steps + 1):
            at_ns = self._seen_ns + (time_ns - self._seen_ns) * step // steps
            time = at_ns * 1e-9
            tracks = self._tracker.update(time, self._held)
            told = as_kept(tracks)
            events += self._noticed(at_ns, self._scene.still(time, told))
            self._note(time, tracks)
            looks.append(Look(at_ns, before_ns, self.aspect, told, still=True))
            before_ns = at_ns
        self._tracks, self._seen_ns = tracks, time_ns
        return Update(tracks, events, looks)

    def due(self, now_ns: int) -> bool:
        """Whether ``results`` should go to the index now; ``now_ns`` by any clock that rises."""
        if self._asked is not None or self._seen_ns is None:
            return False
        if self._asked_ns is None:
            return True
        waited_s = (now_ns - self._asked_ns) * 1e-9
        if waited_s < 0.0:
            return True  # the clock was set
        if self._new.events:
            return waited_s >= SAVED_EVENTS_S
        if self._seen_ns == self._follows_ns:
            return False
        return waited_s >= (SAVED_S if len(self._book) else SAVED_QUIET_S)

    def results(self, now_ns: int, gate: Arrays | None = None) -> Results:
        """All that is new since the last commit, and the state that follows from it.

        Say what became of them with ``committed`` or ``refused`` before asking again.

        Args:
            now_ns: as for ``due``.
            gate: what the camera's gate remembers; comes back as ``self.gate``.

        Raises:
            ValueError: there was no picture yet, or the last results are not answered for.

        """
        if self._seen_ns is None or self._asked is not None:
            raise ValueError(f"{self.camera}: no results can be given now; ask `due` first")
        self._gather()
        new = self._new
        self.gate = gate if gate is not None else self.gate
        self._asked_ns = now_ns
        self._asked = Results(
            camera=self.camera,
            at_ns=self._seen_ns,
            zone=self._zone,
            events=tuple(new.events),
            counts=tuple(new.counts),
            occupancy=tuple(new.occupancy),
            dwell=tuple(new.dwell),
            paths=tuple(new.paths),
            heat=tuple(new.heat.values()),
            tracks=tuple(new.tracks),
            state=self._blob(),
            follows_ns=self._follows_ns,
            armed_in=self._armed_in,
            mode=self._mode,
        )
        return self._asked

    def committed(self) -> None:
        """The results that were given are in the index."""
        if self._asked is None:
            raise ValueError(f"{self.camera}: no results were asked for")
        given, new = self._asked, self._new
        self._follows_ns, self._asked = given.at_ns, None
        heat = {key: one for key, one in new.heat.items() if one not in given.heat}
        self._new = _New(
            new.events[len(given.events) :],
            new.counts[len(given.counts) :],
            new.occupancy[len(given.occupancy) :],
            new.dwell[len(given.dwell) :],
            new.paths[len(given.paths) :],
            heat,
            new.tracks[len(given.tracks) :],
        )

    def refused(self) -> None:
        """Nothing of the results that were given is in the index: they come again with the next."""
        self._asked = None

    def _note(self, time: float, tracks: Tracks) -> None:
        self._new.tracks += summaries(self.camera, self._book.update(time, tracks))

    def _noticed(self, time_ns: int, events: Sequence[Event]) -> list[StoredEvent]:
        """Events as they are kept; on their way to the index."""
        made = event_rows(self.camera, time_ns, events, self._book.score_of) if events else []
        self._new.events += made
        return made

    def _gather(self) -> None:
        """Take from the scene what it has counted."""
        drained, new = self._scene.drain(), self._new
        new.counts += count_rows(drained.tallies)
        new.dwell += dwell_rows(drained.stays, self._settings)
        new.paths += path_rows(drained.steps)
        for rule, occupied in drained.occupied.items():
            new.occupancy += occupancy_rows(rule, occupied)
        for rule, rows in drained.heat.items():
            for one in heat_stretches(rule, self._scene.heatmaps[rule], rows):
                new.heat[one.rule, one.start_ns, one.label] = one

    def _blob(self) -> bytes:
        held = self._held
        arrays: dict[str, npt.NDArray[Any]] = {}
        parts = {
            "tracker": self._tracker.state(),
            "scene": self._scene.state(),
            "book": self._book.state(),
            "gate": self.gate,
        }
        if held is not None:
            parts["held"] = {"boxes": held.boxes, "score": held.score, "class": held.class_id}
        for name, part in parts.items():
            arrays |= {f"{name}/{key}": array for key, array in part.items()}
        return pack(arrays | {"aspect": np.array(self.aspect), "seen_ns": np.array(self._seen_ns)})

    def _go_on(self, saved: SavedState) -> None:
        """From the saved state, as far as it fits."""
        self._follows_ns = saved.at_ns
        try:
            arrays = unpack(saved.blob)
            self.gate = _under(arrays, "gate")
            shape = float(arrays["aspect"])
            same_view = abs(shape - self.aspect) <= SAME_SHAPE * self.aspect
            anew = self._scene.adopt(_under(arrays, "scene"))
            if same_view:
                self._tracker.restore(_under(arrays, "tracker"))
                self._book.restore(_under(arrays, "book"))
                held = _under(arrays, "held")
                if held:
                    self._held = Detections(held["boxes"], held["score"], held["class"])
            self._seen_ns = int(arrays["seen_ns"])
        except (BlobError, SceneError, TrackerError, KeyError, ValueError) as error:
            self._start_over()
            self.notes.append(f"{self.camera}: counting begins anew, since {error}.")
            return
        self._noticed(saved.at_ns, left_open(_under(arrays, "scene"), self._settings, anew))
        if not same_view:
            self.notes.append(
                f"{self.camera}: the shape of the picture has changed, so tracks begin anew; "
                "counters go on."
            )
        if anew:
            rules = ", ".join(anew)
            self.notes.append(f"{self.camera}: changed or new, so begun anew: {rules}.")

    def _start_over(self) -> None:
        """Nobody is known; numbers of tracks go on, so that no two have the same."""
        following = self._tracker.state()["counters"][1]
        self._tracker = Tracker(self._tracking, self.aspect)
        nobody = self._tracker.state()
        nobody["counters"][1] = following
        self._tracker.restore(nobody)
        self._scene = Scene(self._settings, self.aspect, self._interval)
        self._book = TrackBook()
        self._held = None

    def _clock_was_set(self) -> None:
        """Times go back: who was there is somebody new, but what was counted stays."""
        self._noticed(self._seen_ns or 0, self._scene.finish())
        self._gather()
        before = self._scene.state()
        self._new.tracks += summaries(self.camera, self._book.update(0.0, Tracks.empty()))
        self._start_over()
        self._scene.adopt_counts(before)
        self.notes.append(f"{self.camera}: the clock was set back, so tracks begin anew.")


def _under(arrays: Arrays, name: str) -> dict[str, npt.NDArray[Any]]:
    """The arrays of one part, by their names in it."""
    return {k[len(name) + 1 :]: v for k, v in arrays.items() if k.startswith(f"{name}/")}
