"""The understanding half of a camera's analysis: what was found, followed and judged by its rules.

Owns the camera's scene. Time passes here with the pictures that were looked at, and without them
where the camera sleeps: what stood still when it fell asleep is held. For one thread at a time.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from curtilage.analysis.packets.watch import GateState
from curtilage.analysis.tracks.camera_scene import CameraScene, Update
from curtilage.analysis.tracks.stillness import Stillness
from curtilage.config.site import SiteCamera, SiteSettings
from curtilage.model import Boxes, Detections, Floats, Mask, Tracks
from curtilage.store.found.results import Results, SavedState
from curtilage.vision.tracker import TrackerSettings

GateStates: TypeAlias = Callable[[], GateState]  # asked only when a scene begins anew

SECOND_NS: Final = 1_000_000_000
BEHIND_NS: Final = SECOND_NS // 2
"""Time is let pass only so far: what woke the gate just now began a little earlier."""
STEP_NS: Final = SECOND_NS // 2  # of time passing, with tracks
IDLE_STEP_NS: Final = 10 * SECOND_NS  # without
ENDING_NS: Final = 5 * SECOND_NS  # of seeing nothing: every track has ended
SAME_ASPECT: Final = 0.005
FOUND_OVERLAP: Final = 0.3  # IoU from which a check has found what stood there
SURE: Final = TrackerSettings().score_sure
CONFIRMED: Final = TrackerSettings().confirm_hits


@dataclass(frozen=True, slots=True)
class Present:
    """Who is there."""

    tracks: Tracks
    still: Mask  # [N]
    moving: int  # confirmed tracks that move, or are not seen
    standing: int  # confirmed tracks that stand still
    young: int  # tracks not confirmed yet

    @property
    def settled(self) -> bool:
        """Whether nobody moves and nobody is new."""
        return not (self.moving or self.young)


NOBODY: Final = Present(Tracks.empty(), np.empty(0, np.bool_), 0, 0, 0)


class Follow:
    """Follows one camera.

    Args:
        site: with the settings that all cameras share.
        camera: its own.
        saved: what its scene remembers, of another process.

    """

    def __init__(self, site: SiteSettings, camera: SiteCamera, saved: SavedState | None) -> None:
        self.present = NOBODY
        self.time_ns = saved.at_ns if saved is not None else 0  # up to which was looked
        self.notes: list[str] = []  # sentences about what could not go on
        self._site, self._camera = site, camera
        self._saved = saved
        self._scene: CameraScene | None = None
        self._aspect = 1.0
        self.epoch = 0  # how often the camera's clock had been set
        self._stillness = Stillness()
        self._before: deque[Results] = deque()  # of scenes that are no more
        self._asked: Results | None = None
        self._change: tuple[SiteSettings, SiteCamera] | None = None

    def see(self, time_ns: int, found: Detections, aspect: float, epoch: int) -> Update | None:
        """A picture that was looked at; None: it is older than what was seen before.

        Args:
            time_ns: UTC.
            found: in it.
            aspect: its width / height as shown.
            epoch: how often the camera's clock was set.

        """
        scene = self._scene_for(aspect)
        if epoch != self.epoch:
            self.epoch = epoch
        elif time_ns <= self.time_ns:
            return None
        return self._follow(scene.update(time_ns, found)) if scene.wants(time_ns) else None

    def hold(self, time_ns: int) -> Update | None:
        """A picture in which nothing moves: who stood still is there."""
        if self._scene is None or time_ns <= self.time_ns:
            return None
        return self._follow(self._scene.hold(time_ns))

    def pass_time(self, newest_ns: int, key_ns: int) -> Update | None:
        """The camera sleeps: let time pass.

        Args:
            newest_ns: UTC of its newest packet.
            key_ns: of its last keyframe; where nobody is, time is not let pass beyond.

        """
        if len(self.present.tracks):
            target_ns, step_ns = newest_ns - BEHIND_NS, STEP_NS
        else:
            target_ns, step_ns = min(newest_ns - BEHIND_NS, key_ns - 1), IDLE_STEP_NS
        return self.hold(target_ns) if target_ns - self.time_ns >= step_ns else None

    def see_nothing(self, until_ns: int) -> list[Update]:
        """The camera is lost, or gives no picture: let its tracks end."""
        scene = self._scene
        if scene is None or not len(self.present.tracks):
            return []
        end_ns = min(until_ns, self.time_ns + ENDING_NS)
        times_ns = range(self.time_ns + STEP_NS, end_ns, STEP_NS)
        return [self._follow(scene.update(at_ns, Detections.empty())) for at_ns in times_ns]

    def found_all(self, found: Detections) -> bool:
        """Whether everything that stood still is among ``found``, and nothing else."""
        present = self.present
        held = present.tracks.box[present.tracks.hits >= CONFIRMED]
        near = _overlaps(held, found.boxes) >= FOUND_OVERLAP
        return bool(near.any(axis=1).all() and (near.any(axis=0) | (found.score < SURE)).all())

    def due(self, now_ns: int) -> bool:
        """Whether there are results that should be kept now, and those before are answered for."""
        if self._asked is not None:
            return False
        return bool(self._before) or (self._scene is not None and self._scene.due(now_ns))

    def results(self, now_ns: int, gate: GateState) -> Results | None:
        """What is to be committed next; then say what became of it. None: nothing."""
        if self._asked is None:
            if self._before:
                self._asked = self._before[0]
            elif self._scene is not None and self._scene.seen_ns is not None:
                self._asked = self._scene.results(now_ns, gate)
        return self._asked

    def committed(self, now_ns: int, gate: GateStates) -> None:
        """The results that were given are in the index."""
        self._answer()
        if self._before:
            self._before.popleft()
        elif self._scene is not None:
            self._scene.committed()
        self._apply_change(now_ns, gate)

    def refused(self, now_ns: int, gate: GateStates) -> None:
        """They are not; they come again."""
        self._answer()
        if not self._before and self._scene is not None:
            self._scene.refused()
        self._apply_change(now_ns, gate)

    def superseded(self, saved: SavedState | None) -> None:
        """Somebody else went on from what we had; what is new here is void."""
        self._answer()
        self._before.clear()
        self._saved = saved
        self.time_ns = saved.at_ns if saved is not None else 0
        if self._scene is not None:
            self._scene = self._new_scene()

    def change(self, site: SiteSettings, camera: SiteCamera, now_ns: int, gate: GateStates) -> None:
        """Other rules, from now on; those that did not change go on."""
        self._change = (site, camera)
        if self._asked is None:
            self._apply_change(now_ns, gate)

    def _answer(self) -> None:
        if self._asked is None:
            raise ValueError(f"{self._camera.name}: no results were asked for")
        self._asked = None

    def _apply_change(self, now_ns: int, gate: GateStates) -> None:
        """Between two commits, when what the scene knows can be taken over as a whole."""
        if self._change is None:
            return
        self._site, self._camera = self._change
        self._change = None
        self._begin_anew(now_ns, gate())

    def _begin_anew(self, now_ns: int, gate: GateState) -> None:
        """A scene that goes on from the present one; that one's results are committed first."""
        scene = self._scene
        if scene is None:
            return
        if scene.seen_ns is not None:
            last = scene.results(now_ns, gate)
            self._before.append(last)
            self._saved = SavedState(last.at_ns, last.state or b"")
        self._scene = self._new_scene()

    def _scene_for(self, aspect: float) -> CameraScene:
        """The scene, for pictures of that shape."""
        if self._scene is None:
            self._aspect = aspect
            self._scene = self._new_scene()
        elif abs(aspect - self._aspect) > SAME_ASPECT * aspect and self._asked is None:
            self._aspect = aspect
            self._begin_anew(self.time_ns, self._scene.gate)
        return self._scene

    def _new_scene(self) -> CameraScene:
        scene = CameraScene(self._site, self._camera, self._aspect, self._saved)
        self.notes += scene.notes
        return scene

    def _follow(self, update: Update) -> Update:
        tracks, scene = update.tracks, self._scene
        if scene is not None and scene.seen_ns is not None:
            self.time_ns = scene.seen_ns
        still = self._stillness.update(self.time_ns * 1e-9, tracks, self._aspect)
        confirmed = tracks.hits >= CONFIRMED
        standing = int(np.count_nonzero(confirmed & still & (tracks.unseen == 0)))
        moving = int(np.count_nonzero(confirmed)) - standing
        self.present = Present(tracks, still, moving, standing, len(tracks) - moving - standing)
        return update


def _overlaps(first: Boxes, second: Boxes) -> npt.NDArray[np.float32]:
    """IoU of each of the first with each of the second, ``[N, M]``."""
    a, b = first[:, None], second[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    common = np.maximum(sides, 0.0).prod(axis=2)
    both = _area(a) + _area(b) - common
    return np.asarray(common / np.maximum(both, 1e-9), np.float32)


def _area(boxes: npt.NDArray[Any]) -> Floats:
    area: Floats = (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
    return area
