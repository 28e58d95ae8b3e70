"""One camera from packets to results, without threads: gated, interrupted, broken, changed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from curtilage.analysis.camera import CameraAnalysis
from curtilage.analysis.frames.sight import Aim
from curtilage.analysis.straight import analyse
from curtilage.config.site import SiteSettings
from curtilage.ingest.bus import Heard, Missed
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import GapReason, Packet
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.results import Results, SavedState
from tests.analysis.blocks import BlockDetector, film, walks
from tests.analysis.recordings import BEGIN_NS, SECOND_NS, items, site_of

LINE = {"id": "line", "type": "line_crossing", "points": [[0.5, 0.0], [0.5, 1.0]]}
DOOR = {"id": "door", "type": "counter", "lines": [{"line": "line", "in": "b_to_a"}]}
VISITS = ((20.0, 26.0), (45.0, 49.0), (70.0, 78.0))
Story = list[tuple[str, Heard]]


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """90 s with three visits."""
    return list(items(film(tmp_path_factory.mktemp("yard") / "yard.mp4", 90.0, walks(*VISITS))))


def site(state: Path, gate: str = "auto", **camera: Any) -> SiteSettings:
    said = {"name": "yard", "rules": [LINE, DOOR], "analysis": {"gate": gate}, **camera}
    return site_of(state, said)


def key_after(story: Story, first: int) -> int:
    """Place of the next keyframe."""
    return next(
        n for n in range(first, len(story)) if isinstance(p := story[n][1], Packet) and p.key
    )


class Run:
    """A camera that is given a story; commits nothing unless told."""

    def __init__(self, settings: SiteSettings, saved: SavedState | None = None) -> None:
        self.detector = BlockDetector()
        self.camera = CameraAnalysis(
            settings, settings.cameras[0], saved, self.detector.picture_size
        )
        self.events: list[StoredEvent] = []
        self.results: list[Results] = []
        self.asleep = self.awake = 0

    def go(self, story: Story) -> "Run":
        for item in story:
            for update in analyse(self.camera, [item], self.detector):
                self.events += update.events
            self.asleep += self.camera.watch.aim is None
            self.awake += self.camera.watch.aim is Aim.ANALYSE
        return self

    def commit(self) -> Results:
        results = self.camera.results(0)
        assert results is not None
        self.results.append(results)
        self.camera.committed(0)
        return results

    @property
    def crossings(self) -> list[tuple[str | None, float]]:
        """Direction and time (s) of each crossing of the line."""
        return [
            (event.direction, (event.time_ns - BEGIN_NS) / SECOND_NS)
            for event in self.events
            if event.rule == "line"
        ]


def test_each_visit_is_one_crossing_and_the_counter_counts_it(yard: Story, tmp_path: Path) -> None:
    run = Run(site(tmp_path, "always")).go(yard)
    middles = [(a + b) / 2 for a, b in VISITS]
    assert [round(time) for _, time in run.crossings] == [round(middle) for middle in middles]
    results = run.commit()
    assert sum(row.ins for row in results.counts if row.rule == "door") == 3
    assert results.state is not None


@pytest.mark.parametrize("gate", ["auto", "pixels", "sizes"])
def test_the_gate_saves_work_and_loses_nothing(yard: Story, tmp_path: Path, gate: str) -> None:
    everything = Run(site(tmp_path, "always")).go(yard)
    gated = Run(site(tmp_path, gate)).go(yard)
    assert [d for d, _ in gated.crossings] == [d for d, _ in everything.crossings]
    for (_, time), (_, expected) in zip(gated.crossings, everything.crossings, strict=True):
        assert time == pytest.approx(expected, abs=0.5)
    assert gated.detector.pictures < 0.8 * everything.detector.pictures
    assert gated.awake < everything.awake


def test_asleep_nothing_is_decoded(yard: Story, tmp_path: Path) -> None:
    run = Run(site(tmp_path, "sizes")).go(yard)
    assert run.asleep > 0.3 * len(yard)


def test_who_stands_still_keeps_the_track_while_the_camera_sleeps(tmp_path: Path) -> None:
    def stands(time: float) -> float | None:
        if time < 15.0 or time >= 64.0:
            return None
        return min(time - 15.0, 2.0) / 4.0 if time < 60.0 else 0.5 + (time - 60.0) / 8.0

    zone = [[0.3, 0.0], [0.75, 0.0], [0.75, 1.0], [0.3, 1.0]]
    rules = [{"id": "zone", "type": "loitering", "polygon": zone, "time_threshold": 20.0}]
    settings = site(tmp_path, "sizes", rules=rules)
    run = Run(settings).go(list(items(film(tmp_path / "a.mp4", 75.0, stands))))
    assert run.asleep > 100
    start, end = run.events
    assert (start.phase, end.phase) == ("start", "end")
    assert start.track == end.track
    assert end.duration_s == pytest.approx(45.5, abs=3.0)


def test_a_process_that_ends_and_one_that_goes_on_count_as_one_that_ran_through(
    yard: Story, tmp_path: Path
) -> None:
    settings = site(tmp_path)
    through = Run(settings).go(yard).commit()
    cut = 1 + round(47.05 * 15)  # somebody is on the line
    first = Run(settings).go(yard[:cut])
    before = first.commit()
    assert before.state is not None
    last_key = max(n for n, (_, i) in enumerate(yard[:cut]) if isinstance(i, Packet) and i.key)
    again = [yard[0], *yard[last_key:]]  # what the recordings hold from the keyframe on
    second = Run(settings, SavedState(before.at_ns, before.state)).go(again)
    after = second.commit()
    ids = [event.id for event in (*before.events, *after.events)]
    assert sorted(ids) == sorted(event.id for event in through.events)
    assert sum(row.ins for r in (before, after) for row in r.counts if row.rule == "door") == 3


def test_a_changed_rule_begins_anew_and_the_others_go_on(yard: Story, tmp_path: Path) -> None:
    run = Run(site(tmp_path))
    half = 1 + 60 * 15
    run.go(yard[:half])
    other = {**LINE, "id": "other", "points": [[0.4, 0.0], [0.4, 1.0]]}
    settings = site(tmp_path, rules=[LINE, DOOR, other])
    run.camera.change(settings, settings.cameras[0], 0)
    old = run.commit()
    run.go(yard[half:])
    new = run.commit()
    assert [row.inside for row in old.counts if row.rule == "door"] == [1, 2]
    assert [row.inside for row in new.counts if row.rule == "door"] == [3]
    assert [event.rule for event in new.events if event.rule == "other"] == ["other"]


def test_a_change_waits_for_the_commit_that_is_on_its_way(yard: Story, tmp_path: Path) -> None:
    run = Run(site(tmp_path)).go(yard[: 1 + 60 * 15])
    asked = run.camera.results(0)
    assert asked is not None
    settings = site(tmp_path, rules=[LINE])
    run.camera.change(settings, settings.cameras[0], 0)
    run.camera.refused(0)
    old = run.commit()
    assert old.events == asked.events
    new = run.go(yard[1 + 60 * 15 :]).commit()
    assert new.follows_ns == old.at_ns
    assert {event.rule for event in new.events} == {"line"}


def test_packets_that_cannot_be_decoded_cost_their_gop_and_are_counted(
    yard: Story, tmp_path: Path
) -> None:
    story = list(yard)
    for number in range(10 * 15, 12 * 15):
        stream, item = story[number]
        assert isinstance(item, Packet)
        story[number] = (stream, replace(item, data=b"\0\0\0\4\xff\xff\xff\xff"))
    run = Run(site(tmp_path, "always")).go(story)
    assert run.camera.faults.undecodable > 0
    assert len(run.crossings) == 3


def test_what_the_bus_lost_is_counted_and_it_goes_on_at_the_keyframe(
    yard: Story, tmp_path: Path
) -> None:
    key = key_after(yard, 30 * 15)
    story = [*yard[: key - 20], ("main", Missed(20, 1)), *yard[key:]]
    run = Run(site(tmp_path, "always")).go(story)
    assert run.camera.faults.missed == 20
    assert len(run.crossings) == 3


def test_a_camera_that_is_lost_lets_its_tracks_end_and_comes_back(
    yard: Story, tmp_path: Path
) -> None:
    cut = 1 + 22 * 15  # somebody walks
    run = Run(site(tmp_path, "always")).go(yard[:cut])
    assert len(run.camera.present.tracks) == 1
    at_ns = run.camera.time_ns
    run.camera.take("main", Lost(GapReason.UNREACHABLE, at_ns, "no answer"))
    assert run.camera.watch.lost is not None
    run.camera.pass_time(at_ns + 10 * SECOND_NS)
    assert len(run.camera.present.tracks) == 0
    key = next(
        n for n in range(40 * 15, len(yard)) if isinstance(p := yard[n][1], Packet) and p.key
    )
    run.go([yard[0], *yard[key:]])
    assert run.camera.watch.lost is None
    assert len(run.crossings) == 2


def test_a_clock_that_is_set_back_is_followed(yard: Story, tmp_path: Path) -> None:
    back_ns = 3600 * SECOND_NS
    opened = yard[0][1]
    assert isinstance(opened, Opened)
    earlier: Story = [("main", replace(opened, at_ns=opened.at_ns - back_ns, step=True))]
    for stream, item in yard[1:]:
        assert isinstance(item, Packet)
        moved = replace(item, pts_ns=item.pts_ns - back_ns, dts_ns=item.dts_ns - back_ns)
        earlier.append((stream, moved))
    run = Run(site(tmp_path)).go([*yard, *earlier])
    assert len(run.crossings) == 6
    assert run.commit().at_ns < BEGIN_NS


def test_parameters_that_change_are_followed(yard: Story, tmp_path: Path) -> None:
    run = Run(site(tmp_path, "always")).go(yard[: 1 + 40 * 15])
    later_ns = BEGIN_NS + 40 * SECOND_NS
    film_b = film(tmp_path / "b.mp4", 20.0, walks((8.0, 14.0)), gop=15)
    run.go(list(items(film_b, later_ns)))
    assert len(run.crossings) == 2
    assert run.camera.faults.undecodable == 0


def test_a_small_stream_is_watched_where_sizes_do_not_tell(yard: Story, tmp_path: Path) -> None:
    streams = [
        {"name": "main", "url": "rtsp://127.0.0.1/main"},
        {"name": "small", "url": "rtsp://127.0.0.1/small"},
    ]
    settings = site_of(
        tmp_path,
        {"name": "yard", "url": None, "streams": streams, "rules": [LINE],
         "analysis": {"gate": "pixels"}},
    )  # fmt: skip
    run = Run(settings)
    watched = 0
    for stream, item in yard:
        watching = run.camera.watch.aim is Aim.MOTION
        watched += watching
        both: Story = [(stream, item)]
        if watching or isinstance(item, Opened):
            both.append(("small", item))
        run.go(both)
    assert watched > 0.3 * len(yard)
    assert len(run.crossings) == 3


def test_a_small_stream_that_does_not_come_is_stood_in_for(yard: Story, tmp_path: Path) -> None:
    streams = [
        {"name": "main", "url": "rtsp://127.0.0.1/main"},
        {"name": "small", "url": "rtsp://127.0.0.1/small"},
    ]
    settings = site_of(
        tmp_path,
        {"name": "yard", "url": None, "streams": streams, "rules": [LINE],
         "analysis": {"gate": "pixels"}},
    )  # fmt: skip
    run = Run(settings)
    third = len(yard) // 3
    run.go(yard[:third])  # asked for on demand, and the camera has it no more
    assert len(run.crossings) == 1
    for n, (stream, item) in enumerate(yard[third:]):  # it comes, and is lost again
        both: Story = [(stream, item)]
        if isinstance(item, Packet) and n < third:
            if n == 0:
                both.insert(0, ("small", yard[0][1]))
            both.append(("small", item))
        elif n == third:
            both.append(("small", Lost(GapReason.UNREACHABLE, 0, "gone")))
        run.go(both)
    assert len(run.crossings) == 3
    assert run.camera.faults.undecodable == 0


def test_what_was_read_back_is_decoded_though_live_packets_wait_behind_it(
    yard: Story, tmp_path: Path
) -> None:
    """A camera that becomes live before everything that it missed was decoded has no hole."""
    watch = Run(site(tmp_path, gate="always")).camera.watch
    watch.patient = True
    for stream, item in yard[:60]:
        watch.take(stream, item)
    waiting = watch.waiting
    assert waiting == 59
    watch.patient = False
    for stream, item in yard[60:120]:  # seconds of live packets, and nobody decodes
        watch.take(stream, item)
    jobs = []
    while (job := watch.next_job()) is not None:
        jobs.append(job)
    assert [job.patient for job in jobs[:waiting]] == [True] * waiting
    assert watch.skipped == 0
