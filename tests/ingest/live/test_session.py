"""Packets of one connection, made into items: segments, times, steps of the clock, no keyframes."""

from itertools import pairwise

from curtilage.ingest.live.items import Item, Lost, Opened
from curtilage.ingest.live.patience import Patience
from curtilage.ingest.live.session import Session, Timeline
from curtilage.model import GapReason, Packet
from tests.ingest.live.fakes import SECOND, STEP, UTC, FakeClock, FakeConnection, picture


class Stage:
    """A session, and time that passes."""

    def __init__(self, age: int = 0) -> None:
        self.clock = FakeClock()
        self.timeline = Timeline(self.clock)
        self.age = age
        self.items: list[Item] = []
        self.connect()

    def connect(self) -> None:
        connection = FakeConnection()
        patience = Patience(keyframe_s=2.0)
        self.session = Session("yard", connection, self.timeline, patience)
        self.sent = 0

    def play(self, count: int, *, gop: int = 15, step: int = STEP, first: int = 0) -> None:
        for _ in range(count):
            key = gop > 0 and self.sent % gop == 0
            raw = picture(first + self.sent * step, key=key)
            self.items += self.session.take(raw._replace(age=self.age))
            self.sent += 1
            self.clock.pass_by(step)

    def of(self, kind: type[Item]) -> list[Item]:
        return [item for item in self.items if isinstance(item, kind)]

    @property
    def times(self) -> list[int]:
        return [item.dts_ns for item in self.items if isinstance(item, Packet)]


def test_a_stream_begins_with_its_description_and_a_keyframe() -> None:
    stage = Stage()
    stage.play(40)
    first, second, *rest = stage.items
    assert isinstance(first, Opened)
    assert isinstance(second, Packet)
    assert second.key
    assert first.at_ns == second.dts_ns == UTC
    assert not first.step
    assert all(isinstance(item, Packet) for item in rest)
    assert {b - a for a, b in pairwise(stage.times)} == {STEP}


def test_pictures_before_the_first_keyframe_are_left_out() -> None:
    stage = Stage()
    stage.sent = 3
    stage.play(20)
    assert isinstance(stage.items[0], Opened)
    assert len(stage.times) == 20 - 12


def test_a_picture_that_comes_out_with_the_next_one_is_dated_by_its_own_arrival() -> None:
    stage = Stage(age=STEP)
    stage.clock.pass_by(STEP)  # what was taken at UTC comes out when the next one begins
    stage.play(40)
    assert stage.times[0] == UTC
    assert stage.times[-1] == UTC + 39 * STEP


def test_hikvision_first_keyframe_has_no_dts() -> None:
    stage = Stage()
    stage.items += stage.session.take(picture(None, key=True))
    stage.clock.pass_by(STEP)
    stage.sent = 1
    stage.play(5)
    assert [b - a for a, b in pairwise(stage.times)] == [STEP] * 5


def test_with_b_frames_the_first_pictures_have_no_dts() -> None:
    stage = Stage()
    shown = [None, 5, 3, 4, 8, 6, 7]
    for number, place in enumerate(shown):
        dts = None if number < 3 else number * STEP
        pts = None if place is None else place * STEP
        stage.items += stage.session.take(picture(dts, key=number == 0, pts=pts)._replace(pts=pts))
        stage.clock.pass_by(STEP)
    packets = [item for item in stage.items if isinstance(item, Packet)]
    assert {b - a for a, b in pairwise(stage.times)} == {STEP}
    assert [p.pts_ns - packets[0].dts_ns for p in packets] == [
        place * STEP for place in (2, 5, 3, 4, 8, 6, 7)
    ]


def test_other_parameters_begin_a_new_segment() -> None:
    stage = Stage()
    stage.play(15)
    other = picture(15 * STEP, key=True)
    changed = bytes(other.data).replace(bytes.fromhex("68ee3c30"), bytes.fromhex("68ee3c80"))
    stage.items += stage.session.take(other._replace(data=changed))
    opened = stage.of(Opened)
    assert len(opened) == 2
    assert opened[0] != opened[1]


def test_times_grow_across_connections() -> None:
    stage = Stage()
    stage.play(30)
    stage.connect()
    stage.clock.pass_by(-5 * STEP)  # the camera sends again what it sent before
    stage.play(30, first=7 * SECOND)
    assert min(b - a for a, b in pairwise(stage.times)) > 0
    assert len(stage.of(Opened)) == 2


def test_a_clock_that_is_put_back_begins_a_segment_at_the_next_keyframe() -> None:
    stage = Stage()
    stage.play(20)
    stage.clock.set_by(-3600 * SECOND)
    stage.play(40)
    steps = [b - a for a, b in pairwise(stage.times)]
    assert sorted(steps)[0] == STEP - 3600 * SECOND
    assert sorted(steps)[1:] == [STEP] * (len(steps) - 1)
    opened = [item for item in stage.items if isinstance(item, Opened)]
    assert [item.step for item in opened] == [False, True]
    assert opened[1].at_ns == UTC + 30 * STEP - 3600 * SECOND


def test_a_clock_that_is_put_forward_begins_a_segment_too() -> None:
    stage = Stage()
    stage.play(20)
    stage.clock.set_by(3600 * SECOND)
    stage.play(40)
    opened = [item for item in stage.items if isinstance(item, Opened)]
    assert [item.step for item in opened] == [False, True]
    assert opened[1].at_ns == UTC + 30 * STEP + 3600 * SECOND


def test_a_clock_that_was_set_while_the_camera_was_away_is_told_with_the_first_picture() -> None:
    stage = Stage()
    stage.play(20)
    stage.clock.set_by(-60 * SECOND)
    stage.connect()
    stage.play(20)
    opened = [item for item in stage.items if isinstance(item, Opened)]
    assert [item.step for item in opened] == [False, True]
    assert opened[1].at_ns == UTC + 20 * STEP - 60 * SECOND


def test_a_camera_without_keyframes_is_told_once_and_taken_back() -> None:
    stage = Stage()
    stage.play(30)
    last = stage.times[-1]
    stage.play(65, gop=0)  # three groups are 3 s, of the last keyframe
    lost = [item for item in stage.items if isinstance(item, Lost)]
    assert [item.reason for item in lost] == [GapReason.NO_KEYFRAME]
    assert lost[0].since_ns >= last + STEP
    assert lost[0].since_ns == stage.times[-1] + STEP  # nothing in between is unexplained
    assert not stage.session.hopeless
    before = len(stage.times)
    stage.sent = 105
    stage.play(15)
    assert len(stage.times) == before + 15
    assert isinstance(stage.items[-16], Opened)


def test_the_first_group_of_pictures_may_be_long() -> None:
    stage = Stage()
    stage.play(80, gop=80)  # 5.3 s, with a patience of 2 s
    assert not stage.of(Lost)


def test_long_groups_of_pictures_are_waited_for() -> None:
    stage = Stage()
    stage.play(15 * 12, gop=29)  # groups of 1.9 s
    stage.play(29 * 2, gop=0)  # 3.9 s without: more than 2 s, less than three groups
    assert not stage.of(Lost)


def test_groups_longer_than_the_first_patience_are_learned_from_the_first_one() -> None:
    stage = Stage()
    stage.play(10 * 150, gop=150)  # groups of 10 s, with a first patience of 3 x 2 s
    lost = [item for item in stage.items if isinstance(item, Lost)]
    assert [item.reason for item in lost] == [GapReason.NO_KEYFRAME]
    assert len(stage.times) >= 9 * 150, "only of the first group something is missing"


def test_a_camera_that_never_sends_a_keyframe_is_asked_anew() -> None:
    stage = Stage()
    stage.play(15 * 13, gop=0)
    lost = [item for item in stage.items if isinstance(item, Lost)]
    assert [(item.reason, item.since_ns) for item in lost] == [(GapReason.NO_KEYFRAME, UTC)]
    assert stage.session.hopeless


def test_what_is_held_back_comes_out_at_the_end() -> None:
    stage = Stage()
    stage.play(1)
    assert stage.items == []
    stage.items += stage.session.rest()
    assert [type(item) for item in stage.items] == [Opened, Packet]
