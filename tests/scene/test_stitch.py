"""Identity switches: who may be whose continuation."""

import numpy as np
import pytest

from curtilage.config import IntrusionRule
from curtilage.model import Tracks
from tests.scene.stage import HEIGHT, Paths, frames_of, run, scene_of, walk

EVERYWHERE = IntrusionRule(id="all", polygon=[(0, 0), (1, 0), (1, 1), (0, 1)], time_threshold=0)


def presences(paths: Paths, until: float = 12.0) -> int:
    events = run(scene_of(EVERYWHERE), frames_of(paths, until=until))
    return sum(event.phase == "start" for event in events)


def broken(gap: float, shift: tuple[float, float] = (0.0, 0.0)) -> Paths:
    """Somebody who walks; after the gap under another id, and maybe beside the path."""
    path = walk((0, 0.2, 0.5), (6, 0.5, 0.5))
    after = path[path[:, 0] > 2.95 + gap] + np.array([0, *shift])
    return {1: path[path[:, 0] < 3.05], 2: after}


def test_beside_and_soon_after_is_one() -> None:
    assert presences(broken(0.2)) == 1
    assert presences(broken(1.4)) == 1


def test_too_late_is_another() -> None:
    assert presences(broken(1.7)) == 2


@pytest.mark.parametrize("shift", [(1.2 * HEIGHT, 0.0), (0.0, 1.2 * HEIGHT), (-1.2 * HEIGHT, 0.0)])
def test_too_far_is_another(shift: tuple[float, float]) -> None:
    assert presences(broken(0.4, shift)) == 2


def test_the_other_way_is_another() -> None:
    paths = broken(0.4)
    back = walk((3.4, 0.36, 0.5), (4.4, 0.0, 0.5))
    assert presences(paths | {2: back}) == 2


def test_another_class_or_size_is_another() -> None:
    for change in ("class", "size"):
        frames = frames_of(broken(0.4), until=12)
        for _, tracks in frames:
            other = tracks.id == 2
            if change == "class":
                tracks.class_id[other] = 6
            else:
                tracks.box[other, 1] -= 0.5 * HEIGHT
        rule = EVERYWHERE.model_copy(update={"classes": ["person", "dog"]})
        events = run(scene_of(rule), frames)
        assert sum(event.phase == "start" for event in events) == 2, change


def test_one_that_its_tracker_still_follows_unseen_is_continued() -> None:
    """Trackers follow for longer than the longest gap; waiting for the end would join nobody."""
    frames = []
    lost: Tracks | None = None
    for time, tracks in frames_of(broken(0.4), until=12):
        if 1 in tracks.id:
            lost = tracks
        elif lost is not None and time < 5:
            arrays = [
                np.concatenate([getattr(lost, name), getattr(tracks, name)])
                for name in Tracks.__slots__
            ]
            tracks = Tracks(*arrays)
            tracks.unseen[0] = time - 3.0
        frames.append((time, tracks))
    events = run(scene_of(EVERYWHERE), frames)
    assert sum(event.phase == "start" for event in events) == 1


def test_each_is_continued_once_and_by_the_nearest() -> None:
    path = walk((0, 0.2, 0.5), (3, 0.35, 0.5))
    near, far = walk((3.3, 0.37, 0.5), (6, 0.5, 0.5)), walk((3.3, 0.37, 0.55), (6, 0.5, 0.55))
    events = run(scene_of(EVERYWHERE), frames_of({1: path, 2: far, 3: near}, until=12))
    ends = {event.track: event.duration for event in events if event.phase == "end"}
    assert ends == {1: pytest.approx(6.0), 2: pytest.approx(2.7)}


def test_one_follows_another_in_a_chain() -> None:
    path = walk((0, 0.1, 0.5), (9, 0.8, 0.5))
    paths = {k: path[(path[:, 0] > 3 * k + 0.3) & (path[:, 0] < 3 * k + 3)] for k in range(3)}
    events = run(scene_of(EVERYWHERE), frames_of(paths, until=12))
    assert [event.track for event in events] == [0, 0]
