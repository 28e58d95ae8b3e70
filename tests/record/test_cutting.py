from hypothesis import given
from hypothesis import strategies as st

from curtilage.model import Medium, Packet
from curtilage.record.cutting import LONGEST_NS, MINUTE_NS, begins_segment

NS = 1_000_000_000


def packet(at_ns: int, *, key: bool = True, medium: Medium = Medium.VIDEO) -> Packet:
    return Packet(medium, at_ns, at_ns, 0, key, b"")


def test_the_first_keyframe_at_or_after_a_minute_begins_a_segment() -> None:
    start = 10 * MINUTE_NS + 3 * NS
    assert not begins_segment(packet(11 * MINUTE_NS - 1), start)
    assert begins_segment(packet(11 * MINUTE_NS), start)
    assert begins_segment(packet(11 * MINUTE_NS + 3 * NS), start)
    assert not begins_segment(packet(11 * MINUTE_NS, key=False), start)
    assert not begins_segment(packet(11 * MINUTE_NS, medium=Medium.AUDIO), start)
    assert not begins_segment(packet(12 * MINUTE_NS - 1), 11 * MINUTE_NS)


def test_other_lengths() -> None:
    assert begins_segment(packet(4 * NS), 2 * NS, every_ns=2 * NS)
    assert not begins_segment(packet(4 * NS - 1), 2 * NS, every_ns=2 * NS)


def test_a_camera_without_keyframes_is_cut_at_any_picture() -> None:
    start = 10 * MINUTE_NS
    assert not begins_segment(packet(start + LONGEST_NS - 1, key=False), start)
    assert begins_segment(packet(start + LONGEST_NS, key=False), start)
    assert not begins_segment(packet(start + LONGEST_NS, key=False), start, every_ns=10 * MINUTE_NS)


@given(
    st.lists(st.integers(1, 90 * NS), min_size=1, max_size=60),
    st.integers(1, 40),
    st.integers(0, 3_000_000_000 * NS),
)
def test_no_segment_is_longer_than_five_minutes_and_a_packet(
    steps: list[int], gop: int, begin: int
) -> None:
    start = now = begin
    for index, step in enumerate(steps, 1):
        before, now = now, now + step
        if begins_segment(packet(now, key=index % gop == 0), start):
            assert before - start < LONGEST_NS
            start = now
    assert now - start < LONGEST_NS + 90 * NS
