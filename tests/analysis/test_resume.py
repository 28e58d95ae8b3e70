"""From the recordings into the live packets: each picture once, in order, whatever comes when."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.analysis.resume.joining import MOST_BYTES, PATIENCE_NS, Junction, missed, plan
from curtilage.analysis.resume.recorded import Recorded, Recording
from curtilage.config.site import SiteSettings
from curtilage.ingest.bus import Heard, Missed
from curtilage.ingest.live import Lost, Opened
from curtilage.model import GapReason, Medium, Packet, StreamInfo, VideoCodec, VideoInfo
from curtilage.store.index.database import Database
from curtilage.store.recorded import volumes
from tests.analysis.frames import AVCC, GOP, INFO, Camera, frame_of, packet, until
from tests.analysis.scenes import NS, T0, site_of

LARGER = StreamInfo(VideoInfo(VideoCodec.H264, 1920, 1080, AVCC))


def frames(items: list[Heard] | list[Recording]) -> list[int]:
    return [frame_of(item) for item in items if isinstance(item, Packet)]


# --- what is on the disk -----------------------------------------------------------------------


def read(site: SiteSettings, from_frame: float, to_frame: float = 1e6) -> list[Recording]:
    with Database.of(site) as database:
        return list(
            missed(database, _folders(database), "yard", "main", _at(from_frame), _at(to_frame))
        )


def _folders(database: Database) -> dict[str, Path]:
    with database.read() as connection:
        return {row.identity: Path(row.path) for row in volumes.known(connection)}


def _at(frame: float) -> int:
    return T0 + round(frame * NS / 7)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> SiteSettings:
    """Frames 0..419 (a minute, three files), 140 lost, 560..699; at 630 the picture is larger."""
    site = site_of(tmp_path_factory.mktemp("recorded"))
    with Camera(site) as camera:
        camera.open()
        camera.show(0, 420)
        lost = Lost(GapReason.UNREACHABLE, packet(420).dts_ns, "does not answer")
        camera._items.put(lost)
        camera.open(560)
        camera.show(560, 630)
        camera.open(630, LARGER)
        camera.show(630, 700)
        until(lambda: camera._items.empty(), "the end")
    return site


@pytest.mark.parametrize("begin", [0, 6, 7, 8, 100, 140, 141, 279, 280, 281, 419])
def test_read_from_the_keyframe_before(recorded: SiteSettings, begin: int) -> None:
    """Whatever segment it lies in; the first item says what is to be decoded."""
    items = read(recorded, begin, 420)
    assert isinstance(items[0], Opened)
    assert items[0].info == INFO
    assert frames(items) == list(range(begin - begin % GOP, 420))
    assert [type(item) for item in items].count(Opened) == 1
    first = items[1]
    assert isinstance(first, Packet)
    assert first.key
    assert abs(first.pts_ns - packet(frame_of(first)).pts_ns) < 10_000
    assert first.data == packet(frame_of(first)).data


def test_after_a_gap_and_with_other_pictures_it_begins_anew(recorded: SiteSettings) -> None:
    items = read(recorded, 400)
    assert frames(items) == [*range(399, 420), *range(560, 700)]
    opened = [item for item in items if isinstance(item, Opened)]
    assert [one.info for one in opened] == [INFO, INFO, LARGER]
    for one in opened:
        after = items[items.index(one) + 1]
        assert isinstance(after, Packet)
        assert after.key
        assert after.dts_ns == one.at_ns


@pytest.mark.parametrize(("begin", "expected"), [(500, 560), (-5000, 0)])
def test_from_a_time_of_which_nothing_is_recorded(
    recorded: SiteSettings, begin: int, expected: int
) -> None:
    assert frames(read(recorded, begin))[0] == expected


def test_nothing_is_recorded(recorded: SiteSettings) -> None:
    assert read(recorded, 701) == []
    with Database.of(recorded) as database:
        folders = _folders(database)
        assert list(missed(database, folders, "yard", "sub", T0, _at(900))) == []
        assert list(missed(database, folders, "hall", "main", T0, _at(900))) == []
        assert list(missed(database, {}, "yard", "main", T0, _at(900))) == []


def test_a_file_that_is_gone_is_passed_over(recorded: SiteSettings, tmp_path: Path) -> None:
    with Database.of(recorded) as database:
        reader = Recorded(database, _folders(database), "yard", "main", T0)
        items = reader.read(_at(900))
        before = [next(items) for _ in range(3)]
        files = sorted((recorded.volumes[0].path / "yard").rglob("*.m??"))
        moved = files[1].rename(tmp_path / "away")
        try:
            rest = list(items)
        finally:
            moved.rename(files[1])
    assert frames([*before, *rest]) == [*range(140), *range(280, 420), *range(560, 700)]


def test_follows_the_file_that_is_being_written(tmp_path: Path) -> None:
    """Frames come while it is read; a fragment is there when the next keyframe has come."""
    site = site_of(tmp_path)
    with Camera(site) as camera, Database.of(site) as database:
        camera.open()
        camera.show(0, 50)
        given: list[Recording] = []
        reader: Recorded | None = None
        for end in (50, 110, 170):
            camera.show(end, end + 60)
            whole = (end + 59) // GOP * GOP

            def more(whole: int = whole) -> bool:
                nonlocal reader
                if reader is None:
                    folders = _folders(database)
                    reader = Recorded(database, folders, "yard", "main", T0) if folders else None
                if reader is not None:
                    given.extend(reader.read(1 << 62))
                return frames(given)[-1:] == [whole - 1]

            until(more, f"frame {whole}")
    assert frames(given) == list(range(frames(given)[-1] + 1))
    assert [type(item) for item in given].count(Opened) == 1


# --- the junction ------------------------------------------------------------------------------


class Disk:
    """What ``Recorded`` is to a junction: frames from ``first`` up to ``written``."""

    def __init__(self, first: int, written: int = 0, info: StreamInfo = INFO) -> None:
        self.from_ns = _at(first)
        self.end_ns: int | None = None
        self.last_ns: int | None = None
        self.info: StreamInfo | None = None
        self.written = written
        self._next = first
        self._info = info

    def read(self, _to_ns: int) -> Iterator[Recording]:
        while self._next < self.written:
            item = packet(self._next)
            if self.info is None:
                self.info = self._info
                yield Opened(self._info, item.dts_ns, step=False)
            self._next += 1
            # a tick of a recording is 11 µs
            self.last_ns = item.dts_ns + 5_000
            self.end_ns = self.last_ns + NS // 7
            yield Packet(Medium.VIDEO, self.last_ns, self.last_ns, NS // 7, item.key, item.data)


def junction_of(disk: Disk | None) -> Junction:
    return Junction(cast(Recorded | None, disk))


@given(
    st.integers(0, 3), st.integers(0, 60), st.integers(0, 9),
    st.lists(st.sampled_from(["live", "live", "more", "miss"]), min_size=60, max_size=200),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_every_picture_once(keys: int, come: int, lag: int, script: list[str]) -> None:
    """However far recordings lag, however slowly they are read, also when live ones are lost."""
    begin = keys * GOP
    disk, live = Disk(0), begin + come // GOP * GOP
    junction = junction_of(disk)
    got: list[Heard] = list(junction.live(Opened(INFO, _at(live), step=False)))
    now_ns = 0
    for word in [*script, *["live", "more"] * 40]:
        disk.written = max(disk.written, (live - lag) // GOP * GOP)
        if word == "live":
            got += junction.live(packet(live))
            live += 1
        elif word == "miss" and not junction.joined:
            lost = GOP - live % GOP + GOP
            got += junction.live(Missed(lost, 1))
            live += lost
        else:
            now_ns += NS // 100
            got += junction.more(now_ns)
    assert junction.joined
    assert junction.sentence is None
    assert frames(got) == list(range(live))
    opened = [n for n, item in enumerate(got) if isinstance(item, Opened)]
    assert opened[0] == 0
    for at in opened:
        after = got[at + 1]
        assert isinstance(after, Packet)
        assert after.key


def test_what_is_not_recorded_is_live_at_once() -> None:
    junction = junction_of(None)
    assert junction.joined
    items: list[Heard] = [Opened(INFO, T0, step=False), packet(0), packet(1)]
    assert [one for item in items for one in junction.live(item)] == items
    assert junction.more(0) == []


def test_recordings_that_never_come_are_waited_for_for_a_while() -> None:
    """The recorder's disk hangs: live goes on with a hole, and that is said."""
    disk = Disk(0, 14)
    junction = junction_of(disk)
    got = junction.live(Opened(INFO, _at(70), step=False))
    for frame in range(70, 90):
        got += junction.live(packet(frame))
    got += junction.more(0)
    got += junction.more(1)
    assert junction.more(PATIENCE_NS) == []
    assert not junction.joined
    got += junction.more(PATIENCE_NS + 1)
    assert junction.joined
    assert frames(got) == [*range(14), *range(70, 90)]
    assert isinstance(got[15], Opened)
    assert junction.sentence == (
        "Not analysed from 2026-11-18 11:10:02 to 2026-11-18 11:10:10 UTC (8 s): "
        "nothing of it could be read from the recordings."
    )


def test_nothing_recorded_at_all() -> None:
    junction = junction_of(Disk(0, 0))
    got = junction.live(Opened(INFO, _at(70), step=False)) + junction.live(packet(70))
    for n in range(10):
        got += junction.more(n * NS)
    assert frames(got) == [70]
    assert isinstance(got[0], Opened)
    assert "Not analysed from" in (junction.sentence or "")


def test_a_camera_that_is_lost_meanwhile() -> None:
    junction = junction_of(Disk(0, 14))
    lost = Lost(GapReason.UNREACHABLE, _at(14), "does not answer")
    got = junction.live(lost)
    for n in range(10):
        got += junction.more(n * NS)
    assert junction.joined
    assert frames(got) == list(range(14))
    assert got[-1] == lost
    assert junction.sentence is None


def test_the_clock_is_set_meanwhile() -> None:
    """Times of the recordings and of what is live have nothing to do with each other."""
    junction = junction_of(Disk(70, 84))
    got = junction.live(Opened(INFO, _at(0), step=True))
    got += [one for frame in range(5) for one in junction.live(packet(frame))]
    for n in range(3):
        got += junction.more(n)
    got += junction.live(packet(5))
    assert frames(got) == [*range(70, 84), *range(6)]
    assert isinstance(got[15], Opened)


def test_another_picture_from_where_it_is_live() -> None:
    junction = junction_of(Disk(0, 14))
    got = junction.live(Opened(LARGER, _at(14), step=False))
    for frame in range(14, 20):
        got += junction.live(packet(frame))
    got += junction.more(0) + junction.more(1)
    assert frames(got) == list(range(20))
    assert [item.info for item in got if isinstance(item, Opened)] == [INFO, LARGER]


def test_what_waits_is_bounded() -> None:
    """Older GOPs go: the recordings have them."""
    disk = Disk(0)
    junction = junction_of(disk)
    junction.live(Opened(INFO, T0, step=False))
    large = MOST_BYTES // 40
    count = 200
    for frame in range(count):
        one = packet(frame)
        data = one.data + bytes(large)
        junction.live(Packet(one.medium, one.dts_ns, one.pts_ns, one.duration_ns, one.key, data))
        assert sum(len(i.data) for i in junction._waiting if isinstance(i, Packet)) <= MOST_BYTES
    disk.written = count // GOP * GOP
    got: list[Heard] = []
    for n in range(20):
        got += junction.more(n)
    assert junction.joined
    assert [int.from_bytes(i.data[5:8], "big") for i in got if isinstance(i, Packet)] == list(
        range(count)
    )


def test_at_most_two_minutes_are_looked_at_again() -> None:
    assert plan(_at(0), _at(700)).sentence is None
    assert plan(_at(0), _at(700)).from_ns == _at(0)
    assert plan(_at(700), _at(0)).from_ns == _at(700)  # the clock was set
    late = plan(T0, T0 + 1000 * NS)
    assert late.from_ns == T0 + 880 * NS
    assert late.sentence == (
        "Not analysed from 2026-11-18 11:10:00 to 2026-11-18 11:24:40 UTC (880 s): "
        "the analysis was not running."
    )
