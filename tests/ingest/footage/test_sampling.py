from hypothesis import given
from hypothesis import strategies as st

from curtilage.ingest.footage.sampling import Moments, Pace


def taken(pace: Pace, times: list[float]) -> list[float]:
    return [time for time in times if pace.wants(time)]


def test_every_frame_of_a_ten_fps_file_at_ten() -> None:
    times = [i / 10 for i in range(795)]
    assert taken(Pace(10), times) == times


@given(
    phase=st.floats(0, 1),
    jitter=st.lists(st.floats(-0.011, 0.011), min_size=20, max_size=80),
    pause=st.integers(0, 19),
    length=st.floats(0, 30),
)
def test_every_frame_of_a_jittering_ten_fps_file(
    phase: float, jitter: list[float], pause: int, length: float
) -> None:
    times = [
        phase + i / 10 + shake + (length if i > pause else 0) for i, shake in enumerate(jitter)
    ]
    assert taken(Pace(10), times) == times


def test_thirty_fps_is_thinned_evenly() -> None:
    kept = taken(Pace(10), [i / 30 for i in range(300)])
    assert kept == [i / 10 for i in range(100)]


@given(
    rate=st.floats(0.5, 60),
    steps=st.lists(st.floats(0.001, 0.5), min_size=2, max_size=200),
)
def test_never_faster_than_the_rate(rate: float, steps: list[float]) -> None:
    times, now = [], 0.0
    for step in steps:
        now += step
        times.append(now)
    kept = taken(Pace(rate), times)
    pauses = sum(step > 1 / rate for step in steps)  # each may move the rhythm by half a step
    assert len(kept) <= (times[-1] - times[0]) * rate + 2 + pauses / 2
    assert kept[0] == times[0]


def test_zero_takes_every_frame() -> None:
    times = [0.0, 0.001, 0.002, 5.0]
    assert taken(Pace(0), times) == times


def test_state_goes_on_elsewhere() -> None:
    times = [i / 25 for i in range(100)]
    whole = Pace(10)
    first = taken(whole, times[:50])
    again = Pace(10, due=whole.due)
    assert first + taken(again, times[50:]) == taken(Pace(10), times)


def test_moments_take_the_first_frame_at_or_after() -> None:
    chooser = Moments([0.5, 0.51, 2.0])
    times = [0.0, 0.4, 0.8, 1.2, 1.6, 2.0, 2.4]
    assert [time for time in times if chooser.wants(time)] == [0.8, 2.0]
