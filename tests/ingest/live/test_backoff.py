"""Waits between attempts."""

from hypothesis import given
from hypothesis import strategies as st

from curtilage.ingest.live.backoff import Backoff


@given(st.integers(0, 10_000))
def test_waits_grow_to_the_limit_and_begin_anew(seed: int) -> None:
    backoff = Backoff(1.0, 30.0, seed)
    waits = [backoff.next_s() for _ in range(12)]
    assert all(0.999 <= wait <= 30.001 for wait in waits)
    assert waits[0] <= 1.7
    assert all(wait >= 17.9 for wait in waits[6:])
    backoff.reset()
    assert backoff.next_s() <= 1.7


def test_cameras_do_not_come_back_in_the_same_instant() -> None:
    waits = {Backoff(1.0, 30.0).next_s() for _ in range(50)}
    assert len(waits) > 40
