"""What is kept of a stream to go back a little."""

from hypothesis import given
from hypothesis import strategies as st

from curtilage.analysis.packets.kept import KeptPackets
from curtilage.model import Medium, Packet

FRAME_NS = 100_000_000


def packet(number: int, key: bool, size: int = 100) -> Packet:
    at_ns = number * FRAME_NS
    return Packet(Medium.VIDEO, at_ns, at_ns, FRAME_NS, key, bytes(size))


def filled(count: int, gop: int, most: int = 1_000_000) -> KeptPackets:
    kept = KeptPackets(most)
    for number in range(count):
        kept.add(packet(number, number % gop == 0))
    return kept


def test_one_goes_back_to_the_last_keyframe_or_to_the_one_before() -> None:
    kept = filled(75, gop=30)
    assert [p.pts_ns // FRAME_NS for p in kept.since()] == list(range(60, 75))
    assert kept.since(59 * FRAME_NS)[0].pts_ns == 30 * FRAME_NS
    assert kept.since(60 * FRAME_NS)[0].pts_ns == 60 * FRAME_NS
    assert kept.since(0)[0].pts_ns == 30 * FRAME_NS


def test_with_a_keyframe_every_moment_two_seconds_are_kept() -> None:
    kept = filled(200, gop=1)
    assert 20 <= len(kept.since(0)) <= 22


def test_nothing_before_the_first_keyframe_and_no_sound_is_kept() -> None:
    kept = KeptPackets(1000)
    kept.add(packet(0, key=False))
    kept.add(Packet(Medium.AUDIO, 0, 0, 0, True, b"sound"))
    assert kept.since() == []
    assert kept.size == 0


def test_a_gop_that_is_too_long_is_let_go_until_the_next_keyframe_and_said() -> None:
    kept = filled(50, gop=40, most=1500)
    assert [p.pts_ns // FRAME_NS for p in kept.since()] == list(range(40, 50))
    for number in range(50, 60):
        kept.add(packet(number, key=False))
    assert kept.too_long
    assert kept.since() == []
    kept.add(packet(60, key=True))
    assert not kept.too_long
    assert len(kept.since()) == 1


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 400)), max_size=150), st.integers(100, 5000)
)
def test_it_is_bounded_and_always_begins_with_a_keyframe(
    some: list[tuple[bool, int]], most: int
) -> None:
    kept = KeptPackets(most)
    for number, (key, size) in enumerate(some):
        kept.add(packet(number, key, size))
        everything = kept.since(0)
        assert kept.size == sum(len(p.data) for p in everything) <= most
        assert not everything or everything[0].key
