"""What holds for any detections whatever."""

import io
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.model import LABELS, Detections, Tracks
from curtilage.vision.tracker import Tracker, TrackerSettings
from tests.vision.tracker.scenes import same

SEEDS = st.integers(0, 2**32 - 1)


def noise(seed: int, frames: int = 25) -> list[tuple[float, Detections]]:
    """People who walk through false, missing, huge, empty and outlying boxes at uneven times."""
    rng = np.random.default_rng(seed)
    people = rng.uniform(0, 1, (rng.integers(0, 8), 2))
    speed = rng.normal(0, 0.1, people.shape)
    footage = []
    time = float(rng.uniform(-5, 5))
    for _ in range(frames):
        dt = float(rng.choice([0.03, 0.1, 0.14, 0.5, 2.5], p=[0.4, 0.3, 0.2, 0.08, 0.02]))
        time += dt
        people = people + speed * dt
        there = people[rng.random(len(people)) < 0.85]
        false = rng.uniform(-0.5, 1.5, (rng.integers(0, 5), 2))
        centre = np.concatenate([there + rng.normal(0, 0.005, there.shape), false])
        size = np.abs(rng.normal([0.05, 0.15], [0.01, 0.03], centre.shape))
        size[rng.random(len(size)) < 0.03] = 0.0
        size[rng.random(len(size)) < 0.02] *= 50
        boxes = np.concatenate([centre - size / 2, centre + size / 2], axis=1)
        n = len(boxes)
        footage.append(
            (
                time,
                Detections(
                    boxes.astype(np.float32),
                    rng.uniform(0, 1, n).astype(np.float32) ** 0.5,
                    rng.choice(len(LABELS), n, p=[0.7] + [0.02] * 15).astype(np.int16),
                ),
            )
        )
    return footage


def run(footage: list[tuple[float, Detections]], tracker: Tracker | None = None) -> list[Tracks]:
    tracker = tracker or Tracker(TrackerSettings(), 4 / 3)
    return [tracker.update(time, detections) for time, detections in footage]


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_numbers_are_unique_sorted_and_never_used_again(seed: int) -> None:
    ended: set[int] = set()
    living: set[int] = set()
    newest = 0
    for tracks in run(noise(seed)):
        assert (np.diff(tracks.id) > 0).all()
        now = set(tracks.id.tolist())
        assert not now & ended
        assert all(i > newest for i in now - living)
        ended |= living - now
        living = now
        newest = max(newest, *now) if now else newest


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_every_answer_makes_sense(seed: int) -> None:
    limit = TrackerSettings().max_age
    for tracks in run(noise(seed)):
        for name in ("box", "score", "age", "unseen", "velocity"):
            assert np.isfinite(getattr(tracks, name)).all(), name
        assert (tracks.box[:, 2:] > tracks.box[:, :2]).all()
        assert ((tracks.unseen >= 0) & (tracks.unseen <= limit + 1e-6)).all()
        assert (tracks.age >= tracks.unseen - 1e-6).all()
        assert (tracks.hits >= 1).all()
        assert ((tracks.class_id >= 0) & (tracks.class_id < len(LABELS))).all()


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_each_sure_detection_is_in_one_track_and_no_track_has_two(seed: int) -> None:
    before: dict[int, int] = {}
    for (_, detections), tracks in zip(noise(seed), run(noise(seed)), strict=True):
        size = detections.boxes[:, 2:] - detections.boxes[:, :2]
        real = (size > 0).all(axis=1)
        seen = int((tracks.unseen == 0).sum())
        assert seen <= int(real.sum())
        assert seen >= int((real & (detections.score >= TrackerSettings().score_new)).sum())
        hits = dict(zip(tracks.id.tolist(), tracks.hits.tolist(), strict=True))
        assert all(n - before.get(i, 0) <= 1 or before.get(i, 0) == 2 for i, n in hits.items())
        before = hits


@settings(max_examples=40, deadline=None)
@given(SEEDS, SEEDS)
def test_the_order_of_detections_changes_nothing(seed: int, order: int) -> None:
    rng = np.random.default_rng(order)
    footage = noise(seed)
    shuffled = []
    for time, d in footage:
        p = rng.permutation(len(d))
        shuffled.append((time, Detections(d.boxes[p], d.score[p], d.class_id[p])))
    assert all(same(a, b) for a, b in zip(run(footage), run(shuffled), strict=True))


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 24))
def test_saved_and_restored_it_goes_on_bit_by_bit(seed: int, cut: int) -> None:
    footage = noise(seed)
    whole = run(footage)
    first = Tracker(TrackerSettings(), 4 / 3)
    run(footage[:cut], first)
    file = io.BytesIO()
    saved: dict[str, Any] = dict(first.state())
    np.savez(file, **saved)
    file.seek(0)
    second = Tracker(TrackerSettings(), 4 / 3)
    second.restore(dict(np.load(file)))
    rest = run(footage[cut:], second)
    assert all(same(a, b) for a, b in zip(whole[cut:], rest, strict=True))


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from([0.25, 0.5, 2.0]))
def test_a_smaller_or_larger_scene_gives_the_same_numbers(seed: int, scale: float) -> None:
    footage = noise(seed)
    scaled = [(t, Detections(d.boxes * np.float32(scale), d.score, d.class_id)) for t, d in footage]
    for a, b in zip(run(footage), run(scaled), strict=True):
        assert np.array_equal(a.id, b.id)
        assert np.array_equal(a.hits, b.hits)
        assert np.array_equal(a.box * np.float32(scale), b.box)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from([-1e6, 3600.0, 1.7e9]))
def test_the_hour_of_the_day_changes_no_number(seed: int, later: float) -> None:
    footage = noise(seed)
    moved = [(t + later, d) for t, d in footage]
    for a, b in zip(run(footage), run(moved), strict=True):
        assert np.array_equal(a.id, b.id)
        assert np.array_equal(a.hits, b.hits)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_frames_without_detections_only_age_the_tracks(seed: int) -> None:
    footage = noise(seed)
    tracker = Tracker(TrackerSettings(), 4 / 3)
    before = run(footage, tracker)[-1]
    time = footage[-1][0]
    after = tracker.update(time + 0.01, Detections.empty())
    assert set(after.id.tolist()) <= set(before.id.tolist())
    assert (after.unseen > 0).all()
    assert len(tracker.update(time + 60, Detections.empty())) == 0
