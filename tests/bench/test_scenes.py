"""The truth that the bars speak of."""

from bench.truth.scenes import scene_truth
from tests.footage import need


def test_the_main_scene_has_the_published_truth() -> None:
    need("pets09-s2l1/gt.txt")
    truth = scene_truth("main")
    assert truth.certain == 47
    assert [len(v) for v in truth.visits.values()] == [26, 3]
    assert round(truth.occupancy["plaza"].sum() / 7, 1) == 140.1
