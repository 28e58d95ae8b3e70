from hypothesis import given
from hypothesis import strategies as st

from curtilage.model import GapReason
from curtilage.store.notices import Notice, NoticeKind
from curtilage.store.recorded.watch import PATIENCE_NS, SETTLE_NS, Watch
from tests.store.support import S

UTC_AHEAD = 1_790_000_000 * S
"""Wall clock minus monotonic clock."""


class Told:
    """A watch asked once a second."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.now_s = 0
        self.notices: list[tuple[int, Notice]] = []

    def until(self, now_s: int) -> None:
        while self.now_s < now_s:
            self.now_s += 1
            for notice in self.watch.tick(self.now_s * S, UTC_AHEAD + self.now_s * S):
                self.notices.append((self.now_s, notice))

    def lost(self, at_s: int, reason: GapReason = GapReason.STALLED, sentence: str = "") -> None:
        self.until(at_s)
        self.watch.lost("gate", "main", at_s * S, UTC_AHEAD + at_s * S, reason, sentence)

    def resumed(self, at_s: int) -> None:
        self.until(at_s)
        self.watch.resumed("gate", "main", at_s * S, UTC_AHEAD + at_s * S)

    def kinds(self) -> list[tuple[int, NoticeKind]]:
        return [(at, notice.kind) for at, notice in self.notices]


def test_a_gap_is_told_once_within_the_bar_and_its_end_once() -> None:
    told = Told()
    told.lost(100, sentence="no packet for 4 s")
    told.lost(105, GapReason.UNREACHABLE, "no route to 192.0.2.7")
    told.until(400)
    told.resumed(400)
    told.until(500)
    assert told.kinds() == [
        (110, NoticeKind.NOT_RECORDING),
        (405, NoticeKind.RECORDING_AGAIN),
    ]
    first, last = (notice for _, notice in told.notices)
    assert first.sentence == (
        "gate/main is not recorded since 2026-09-21 14:15:00 UTC "
        "(camera unreachable): no route to 192.0.2.7"
    )
    assert last.sentence == (
        "gate/main is recorded again since 2026-09-21 14:20:00 UTC, after 300 s"
    )
    assert last.time_ns == UTC_AHEAD + 400 * S


def test_a_short_gap_is_not_told() -> None:
    told = Told()
    told.lost(100)
    told.resumed(109)
    told.until(200)
    assert told.notices == []


def test_what_the_owner_switched_off_is_not_told() -> None:
    told = Told()
    told.lost(100, GapReason.DISABLED)
    told.until(200)
    assert told.notices == []
    told.lost(200, GapReason.UNREACHABLE)
    told.until(300)
    assert told.kinds() == [(201, NoticeKind.NOT_RECORDING)]


def test_a_camera_that_comes_back_for_a_moment_is_still_away() -> None:
    told = Told()
    told.lost(100)
    told.until(115)
    for at in range(120, 180, 6):
        told.resumed(at)
        told.lost(at + 3)
    told.until(300)
    assert told.kinds() == [(110, NoticeKind.NOT_RECORDING)]


def test_gaps_too_short_to_tell_are_not_added_up_across_recordings() -> None:
    told = Told()
    for at in range(100, 200, 12):
        told.lost(at)
        told.resumed(at + 9)
    told.until(300)
    assert told.notices == []


def test_a_stream_that_left_is_not_told_of() -> None:
    told = Told()
    told.lost(100)
    told.watch.forget("gate", "main")
    told.watch.forget("gate", "main")
    told.until(200)
    assert told.notices == []


def test_a_wall_clock_that_is_set_hides_nothing() -> None:
    watch = Watch()
    watch.lost("gate", "main", 0, UTC_AHEAD, GapReason.STALLED, "")
    (notice,) = watch.tick(PATIENCE_NS, UTC_AHEAD - 3600 * S)
    assert notice.kind is NoticeKind.NOT_RECORDING
    watch.resumed("gate", "main", PATIENCE_NS, UTC_AHEAD - 3600 * S)
    (notice,) = watch.tick(PATIENCE_NS + SETTLE_NS, UTC_AHEAD - 3600 * S)
    assert notice.sentence.endswith("after 0 s")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=20))
def test_the_owner_hears_not_and_again_in_turn(events: list[tuple[bool, int]]) -> None:
    told = Told()
    longest_s = away_s = 0
    for is_away, lasts_s in events:
        (told.lost if is_away else told.resumed)(told.now_s)
        told.until(told.now_s + lasts_s)
        away_s = away_s + lasts_s if is_away else 0
        longest_s = max(longest_s, away_s)
    kinds = [kind for _, kind in told.kinds()]
    turn = [NoticeKind.NOT_RECORDING, NoticeKind.RECORDING_AGAIN]
    assert kinds == [turn[number % 2] for number in range(len(kinds))]
    if longest_s >= PATIENCE_NS // S + 1:
        assert kinds
    if longest_s < PATIENCE_NS // S:
        assert not kinds
