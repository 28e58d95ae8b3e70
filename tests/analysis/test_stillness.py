"""Who stands still: told from the foot point, in the thing's own height."""

import numpy as np

from curtilage.analysis.frames.rate import Rate
from curtilage.analysis.tracks.stillness import STILL_S, Stillness
from curtilage.model import Tracks


def tracks(*places: tuple[int, float]) -> Tracks:
    """Things of a fifth of the frame's height, by id and x of the foot."""
    count = len(places)
    x = np.array([place for _, place in places], np.float32)
    box = np.stack((x - 0.02, np.full(count, 0.4), x + 0.02, np.full(count, 0.6)), axis=1)
    zeros = np.zeros(count, np.float32)
    return Tracks(
        np.array([number for number, _ in places], np.int64),
        box.astype(np.float32),
        np.zeros(count, np.int16),
        np.ones(count, np.float32),
        np.full(count, 9, np.int32),
        zeros,
        zeros,
        np.zeros((count, 2), np.float32),
    )


def test_who_trembles_stands_still_after_a_while_who_creeps_does_not() -> None:
    stillness = Stillness()
    for step in range(30):
        time = step * 0.2
        trembling = 0.3 + 0.01 * (-1) ** step
        still = stillness.update(time, tracks((1, trembling), (2, 0.1 + 0.01 * step)), 1.0)
        assert still.tolist() == [time >= STILL_S, False]


def test_ids_that_come_and_go_do_not_inherit() -> None:
    stillness = Stillness()
    stillness.update(0.0, tracks((1, 0.3), (5, 0.5)), 1.0)
    assert stillness.update(4.0, tracks((1, 0.3), (3, 0.5)), 1.0).tolist() == [True, False]
    assert stillness.update(5.0, tracks(), 1.0).tolist() == []
    assert stillness.update(9.0, tracks((1, 0.3)), 1.0).tolist() == [False]


def test_rates_are_of_the_last_seconds_with_pictures() -> None:
    rate = Rate()
    assert rate.told(50.0) == (0.0, 0.0, 0.0)
    for step in range(50):
        rate.looked(100.0 + step / 5, 0.1 + (step == 45))
    rate.left_out(109.0, 10)
    looked, wanted, lag = rate.told(110.0)
    assert looked == 5.0
    assert wanted == 6.0
    assert lag == 1.1
    assert rate.told(200.0) == (0.0, 0.0, 0.0)
