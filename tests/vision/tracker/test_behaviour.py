"""What the tracker does with people who walk, meet, hide and run."""

import numpy as np
import pytest

from curtilage.model import CLASS_ID, Detections, Tracks
from curtilage.vision.tracker import Tracker, TrackerSettings
from tests.vision.tracker.scenes import ASPECT, Walker, every, film, look, track_at


def numbers(tracks: list[Tracks]) -> set[int]:
    return {int(i) for t in tracks for i in t.id}


@pytest.mark.parametrize("fps", [4, 7, 15, 30])
def test_two_people_who_cross_keep_their_numbers(fps: float) -> None:
    walkers = [Walker(0.4, 0.60, vx=0.15), Walker(1.2, 0.63, vx=-0.15)]
    times = every(5, fps)
    tracks = film(walkers, times)
    for walker in walkers:
        assert track_at(tracks[2], walker, times[2]) == track_at(tracks[-1], walker, times[-1])
    assert len(numbers(tracks)) == 2


def test_at_a_low_rate_somebody_who_moves_more_than_their_width_a_step_stays_one() -> None:
    runner = Walker(0.1, 0.7, vx=0.5, height=0.3)  # 0.125 a step at 4 fps, 0.12 wide
    assert numbers(film([runner], every(3, 4))) == {1}


@pytest.mark.parametrize("hidden", [0.5, 1.0, 1.8])
def test_behind_a_post_and_out_again_is_one_track(hidden: float) -> None:
    walker = Walker(0.3, 0.7, vx=0.2, hidden=(2.0, 2.0 + hidden))
    tracks = film([walker], every(6, 10))
    assert numbers(tracks) == {1}
    coasting = [t for t in tracks if t.unseen[0] > 0]
    assert len(coasting) == round(hidden * 10)
    assert coasting[-1].unseen[0] == pytest.approx(hidden, abs=1e-3)


def test_a_coasting_box_goes_on_where_the_person_goes() -> None:
    walker = Walker(0.3, 0.7, vx=0.2, hidden=(3.0, 4.0))
    times = every(4, 10)
    tracks = film([walker], times)
    assert np.abs(tracks[-1].box[0] - np.array(walker.corners(times[-1]))).max() < 0.02
    assert tracks[-1].velocity[0] == pytest.approx([0.2 / ASPECT, 0.0], abs=0.01)


def test_after_max_age_the_track_is_gone_and_its_number_is_not_used_again() -> None:
    walker = Walker(0.3, 0.7, hidden=(2.0, 4.5))
    tracks = film([walker], every(7, 10))
    assert max(float(t.unseen.max(initial=0)) for t in tracks) <= 2.0
    assert [len(t) for t in tracks].count(0) > 0
    assert tracks[-1].id.tolist() == [2]


def test_dropped_frames_and_uneven_times_change_nobody() -> None:
    rng = np.random.default_rng(3)
    times = np.cumsum(rng.uniform(0.02, 0.4, 60))
    walkers = [Walker(0.2, 0.5, vx=0.05), Walker(1.5, 0.9, vx=-0.06), Walker(0.9, 0.3)]
    assert numbers(film(walkers, times)) == {1, 2, 3}


def test_a_long_gap_ends_everything() -> None:
    walker = Walker(0.3, 0.7)
    tracks = film([walker], np.array([0.0, 0.1, 0.2, 0.3, 60.0, 60.1]))
    assert tracks[3].id.tolist() == [1]
    assert tracks[4].id.tolist() == [2]


def test_one_flash_is_never_confirmed_and_soon_gone() -> None:
    flash = Walker(0.3, 0.7, hidden=(0.1, 99.0))
    tracks = film([flash], every(2, 10))
    assert tracks[0].hits.tolist() == [1]
    assert len(tracks[1]) == 1, "one missed frame is forgiven"
    assert len(tracks[-1]) == 0


def test_weak_sightings_confirm_later_than_strong_ones() -> None:
    def frames_to_confirm(score: float) -> int:
        for n, tracks in enumerate(film([Walker(0.3, 0.7, score=score)], every(5, 10)), start=1):
            if (tracks.hits >= 3).any():
                return n
        return 0

    assert frames_to_confirm(0.9) == 3
    assert 3 < frames_to_confirm(0.6) < 15


def test_a_score_below_new_begins_nothing_but_carries_on() -> None:
    assert numbers(film([Walker(0.3, 0.7, score=0.4)], every(3, 10))) == set()
    tracker = Tracker(TrackerSettings(), ASPECT)
    for n, time in enumerate(every(4, 10)):
        score = 0.9 if n < 5 else 0.3
        tracks = tracker.update(float(time), look([Walker(0.3, 0.7, score=score)], float(time)))
    assert tracks.hits.tolist() == [40]


def test_the_class_is_voted_and_an_outvoted_sighting_changes_nothing() -> None:
    tracker = Tracker(TrackerSettings(), ASPECT)
    labels = ["truck", "car", "car", "bus", "car", "truck", "car", "car"]
    classes = []
    for n, label in enumerate(labels):
        car = Walker(0.5, 0.6, label=label, score=0.95 if label == "car" else 0.7)
        tracks = tracker.update(n / 10, look([car], n / 10))
        assert tracks.id.tolist() == [1]
        classes.append(int(tracks.class_id[0]))
    assert classes[0] == CLASS_ID["truck"]
    assert set(classes[2:]) == {CLASS_ID["car"]}


def test_a_person_never_becomes_a_dog() -> None:
    tracker = Tracker(TrackerSettings(), ASPECT)
    for n in range(6):
        label = "person" if n < 3 else "dog"
        tracks = tracker.update(n / 10, look([Walker(0.5, 0.6, label=label)], n / 10))
    assert sorted(tracks.class_id.tolist()) == [CLASS_ID["person"], CLASS_ID["dog"]]


def test_when_the_camera_swings_everybody_keeps_their_number() -> None:
    rng = np.random.default_rng(5)
    places = [(0.3 + 0.2 * k, 0.5 + 0.07 * (k % 3)) for k in range(6)]
    tracker = Tracker(TrackerSettings(), ASPECT)
    offset, speed = 0.0, 0.0
    for n, time in enumerate(every(8, 15)):
        if n > 30:
            speed = 0.9 * speed + 0.2 * rng.normal()
            offset += speed / 15
        people = [Walker(x + offset, y, height=0.15) for x, y in places]
        tracks = tracker.update(float(time), look(people, float(time)))
    assert sorted(tracks.id.tolist()) == [1, 2, 3, 4, 5, 6]


def test_thousands_of_detections() -> None:
    rng = np.random.default_rng(1)
    n = 3000
    corner = rng.uniform(0, 1, (n, 2))
    boxes = np.concatenate([corner, corner + np.array([0.004, 0.015])], axis=1).astype(np.float32)
    crowd = Detections(boxes, np.full(n, 0.9, np.float32), np.zeros(n, np.int16))
    tracker = Tracker(TrackerSettings(), ASPECT)
    first = tracker.update(0.0, crowd)
    for k in range(1, 4):
        last = tracker.update(k / 10, crowd)
    assert np.array_equal(first.id, np.arange(1, n + 1))
    assert np.array_equal(last.id, first.id)
    assert (last.hits == 4).all()
