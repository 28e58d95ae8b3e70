from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from curtilage.record.upkeep.expiry import JUMP_NS, AgeClock, Wants, choose

CAMERAS, VOLUMES = ("a", "b"), ("x", "y")


@dataclass(frozen=True)
class One:
    id: int
    camera: str
    volume: str
    start_ns: int
    end_ns: int
    bytes: int
    state: str


@dataclass(frozen=True)
class Hold:
    camera: str | None
    from_ns: int
    to_ns: int


@st.composite
def recordings(draw: st.DrawFn) -> list[One]:
    found = []
    for n in range(draw(st.integers(0, 25))):
        start = draw(st.integers(0, 100))
        found.append(
            One(
                n,
                draw(st.sampled_from(CAMERAS)),
                draw(st.sampled_from(VOLUMES)),
                start,
                start + draw(st.integers(0, 10)),
                draw(st.integers(0, 20)),
                draw(st.sampled_from(["closed"] * 5 + ["open", "intended", "deleting"])),
            )
        )
    return found


sizes = st.integers(-20, 120)
wanted = st.builds(
    Wants,
    st.dictionaries(st.sampled_from(CAMERAS), st.integers(0, 110)),
    st.dictionaries(st.sampled_from(CAMERAS), sizes),
    st.dictionaries(st.sampled_from(VOLUMES), sizes),
)
held = st.lists(
    st.builds(
        Hold, st.sampled_from([None, *CAMERAS]), st.integers(0, 110), st.integers(0, 110)
    ).filter(lambda hold: hold.to_ns > hold.from_ns),
    max_size=4,
)


@given(recordings(), wanted, held)
def test_nothing_on_hold_and_nothing_open_is_ever_chosen(
    found: list[One], wants: Wants, holds: list[Hold]
) -> None:
    chosen = {one.id: one for one in found if one.id in choose(found, wants, holds)}
    for one in chosen.values():
        assert one.state == "closed"
        for hold in holds:
            if hold.camera in (None, one.camera):
                assert one.end_ns <= hold.from_ns or hold.to_ns <= one.start_ns


@given(recordings(), wanted, held)
def test_every_choice_was_asked_for(found: list[One], wants: Wants, holds: list[Hold]) -> None:
    """Without its last recording, what a camera or a volume asked for would not be reached."""
    numbers = choose(found, wants, holds)
    assert len(set(numbers)) == len(numbers)
    taken: list[One] = []
    for one in (found[number] for number in numbers):
        of_camera = sum(t.bytes for t in taken if t.camera == one.camera)
        of_volume = sum(t.bytes for t in taken if t.volume == one.volume)
        assert (
            one.end_ns <= wants.before_ns.get(one.camera, 0)
            or of_camera < wants.surplus.get(one.camera, 0)
            or of_volume < wants.needed.get(one.volume, 0)
        )
        taken.append(one)


@given(recordings(), wanted, held)
def test_all_that_was_asked_for_is_reached_if_it_can_be(
    found: list[One], wants: Wants, holds: list[Hold]
) -> None:
    numbers = set(choose(found, wants, holds))
    everything = {
        one.id for one in found if choose([one], Wants(needed={one.volume: one.bytes + 1}), holds)
    }
    for one in found:
        if one.id in everything and one.end_ns <= wants.before_ns.get(one.camera, 0):
            assert one.id in numbers
    for camera, surplus in wants.surplus.items():
        freed = sum(one.bytes for one in found if one.id in numbers and one.camera == camera)
        rest = [one for one in found if one.id in everything - numbers and one.camera == camera]
        assert freed >= surplus or not rest
    for volume, needed in wants.needed.items():
        freed = sum(one.bytes for one in found if one.id in numbers and one.volume == volume)
        rest = [one for one in found if one.id in everything - numbers and one.volume == volume]
        assert freed >= needed or not rest


@given(recordings(), sizes, held)
def test_the_oldest_go_first(found: list[One], size: int, holds: list[Hold]) -> None:
    for wants, own in (
        (Wants(surplus={"a": size}), [one for one in found if one.camera == "a"]),
        (Wants(needed={"x": size}), [one for one in found if one.volume == "x"]),
    ):
        chosen = set(choose(found, wants, holds))
        kept = [
            one
            for one in own
            if one.id not in chosen and choose([one], Wants(before_ns={one.camera: 999}), holds)
        ]
        gone = [one for one in own if one.id in chosen]
        if kept and gone:
            assert max(one.start_ns for one in gone) <= min(one.start_ns for one in kept)


def test_what_is_too_old_makes_the_room_before_an_older_one_that_is_kept_longer() -> None:
    found = [One(0, "b", "x", 0, 10, 5, "closed"), One(1, "a", "x", 20, 30, 5, "closed")]
    wants = Wants(before_ns={"a": 50}, needed={"x": 5})
    assert choose(found, wants, []) == [1]


def test_a_clock_that_jumps_ahead_makes_nothing_old_at_once() -> None:
    clock, minute = AgeClock(), JUMP_NS // 60
    year = 365 * 24 * JUMP_NS
    assert clock.now(1000, 0) == 1000
    assert clock.now(1000 + minute, minute) == 1000 + minute
    for n in range(2, 62):
        assert clock.now(year + n * minute, n * minute) == 1000 + n * minute
    assert clock.now(year + 62 * minute, 62 * minute) == year + 62 * minute


def test_a_jump_that_is_taken_back_counts_nothing() -> None:
    clock, minute = AgeClock(), JUMP_NS // 60
    clock.now(1000, 0)
    clock.now(10 * JUMP_NS, minute)
    assert clock.now(1000 + 2 * minute, 2 * minute) == 1000 + 2 * minute
    assert clock.now(500, 3 * minute) == 500


def test_a_clock_that_is_ahead_at_the_start_makes_nothing_old_at_once() -> None:
    known, year, minute = 1000, 365 * 24 * JUMP_NS, JUMP_NS // 60
    clock = AgeClock(known)
    for n in range(60):
        assert clock.now(year + n * minute, 7 + n * minute) == known + n * minute
    assert clock.now(year + 60 * minute, 7 + 60 * minute) == year + 60 * minute


def test_a_clock_that_is_put_right_within_the_hour_has_made_nothing_old() -> None:
    clock, minute = AgeClock(1000), JUMP_NS // 60
    assert clock.now(50 * JUMP_NS, 0) == 1000
    assert clock.now(1000 + minute, minute) == 1000 + minute


def test_nothing_is_old_in_the_first_hour_when_nothing_is_known() -> None:
    clock = AgeClock()
    assert clock.now(50 * JUMP_NS, 0) == 0
    assert clock.now(51 * JUMP_NS, JUMP_NS) == 51 * JUMP_NS


def test_a_clock_that_is_behind_at_the_start_counts() -> None:
    assert AgeClock(50 * JUMP_NS).now(1000, 0) == 1000
