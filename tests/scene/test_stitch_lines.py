"""Lines behind posts: who goes in under one number and comes out under another has crossed once."""

from collections.abc import Sequence

import pytest

from curtilage.config.scene import LineCrossingRule
from tests.scene.drive import ASPECT, HEIGHT, Walk, run, walk

GATE = LineCrossingRule(id="gate", points=[(0.5, 0.8), (0.5, 0.2)])
H = HEIGHT / ASPECT  # a box height sideways, in frame widths
FOLLOWED = 2.0  # s that a tracker follows what it does not see


def seen_again(
    *,
    gap: float,
    to: float,
    before: float = 0.6,
    after: float = 0.6,
    height: float = HEIGHT,
    again: float = HEIGHT,
    tracks: tuple[int, int] = (1, 2),
    followed: float = FOLLOWED,
) -> list[Walk]:
    """Walks to x = 0.47 in 4 s, is hidden for ``gap``, and goes on at ``to`` with another number.

    Velocities in box heights per second to the right; its tracker follows for ``followed`` s.
    """
    x, y = 0.47, 0.5
    begin = (0.0, x - 4 * before * H, y)
    last, lost = (4.0, x, y), (4.0 + followed, x + followed * before * H, y)
    first = walk(
        begin, last, lost, track=tracks[0], height=height,
        hidden=[(4.05, 4.0 + followed)], coasts=True,
    )  # fmt: skip
    out = 4.0 + gap
    second = walk((out, to, y), (out + 4, to + 4 * after * H, y), track=tracks[1], height=again)
    return [first, second]


def crossings(people: Sequence[Walk], rule: LineCrossingRule = GATE) -> list[str]:
    return [str(event.direction) for event in run([rule], people)]


@pytest.mark.parametrize("gap", [0.3, 1.4, 2.2, 2.9])
def test_who_walks_on_behind_a_post_has_crossed_once(gap: float) -> None:
    assert crossings(seen_again(gap=gap, to=0.47 + gap * 0.6 * H)) == ["a_to_b"]


@pytest.mark.parametrize("waited", [0.0, 1.0, 2.0])
def test_who_waits_behind_it_has_crossed_too(waited: float) -> None:
    gap = 2.9
    people = seen_again(gap=gap, to=0.47 + (gap - waited) * 0.6 * H)
    assert crossings(people) == ["a_to_b"]


def test_who_turns_behind_it_and_comes_out_where_it_went_in_has_not_crossed() -> None:
    assert crossings(seen_again(gap=2.5, to=0.45, before=0.5, after=-0.5)) == []


def test_later_than_a_line_remembers_is_somebody_else() -> None:
    assert crossings(seen_again(gap=3.3, to=0.53)) == []


def test_a_line_that_remembers_less_forgets_earlier() -> None:
    people = seen_again(gap=2.5, to=0.47 + 2.5 * 0.6 * H)
    assert crossings(people, GATE.model_copy(update={"memory": 2.0})) == []


def test_only_if_its_tracker_had_followed_on() -> None:
    assert crossings(seen_again(gap=2.0, to=0.53, followed=0.0)) == []


def test_somewhere_else_is_somebody_else() -> None:
    beyond = 0.47 + 2 * 0.6 * H + 0.9 * H
    assert crossings(seen_again(gap=2.0, to=beyond)) == []


def test_of_two_behind_one_post_size_tells_who_comes_out() -> None:
    """A tall one who stands beyond the line would be nearer to where the small one comes out."""
    beyond = 0.47 + 2.4 * 0.1 * H + 0.15 * H
    small = seen_again(
        gap=2.4, to=beyond, before=0.1, after=0.1, height=0.16, again=0.16, tracks=(1, 3)
    )
    tall = walk(
        (0.0, beyond, 0.5), (7.5, beyond, 0.5), track=2, height=0.19, hidden=[(5.55, 7.5)],
        coasts=True,
    )  # fmt: skip
    events = run([GATE], [*small, tall])
    assert [(str(e.direction), e.track) for e in events] == [("a_to_b", 3)]


def test_each_comes_out_once() -> None:
    """Two come out where one went in: only one of them goes on as it."""
    one, other = seen_again(gap=2.0, to=0.47 + 2 * 0.6 * H)
    third = walk(*[(t, x, y + 0.02) for t, x, y in other.stops], track=5)
    assert crossings([one, other, third]) == ["a_to_b"]
