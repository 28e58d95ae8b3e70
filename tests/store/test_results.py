from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.store import Database, health
from curtilage.store.found import events, results, series, tracks
from curtilage.store.found.buckets import Step
from curtilage.store.found.results import (
    CountRow,
    DwellRow,
    OccupancyRow,
    PathRow,
    Results,
    SupersededError,
)
from curtilage.store.found.tracks import TrackSummary
from tests.store.seen import NOON, UTC_ZONE, an_event, commit
from tests.store.support import S, in_memory

BERLIN = ZoneInfo("Europe/Berlin")


def ns(year: int, month: int, day: int, hour: int = 0, *, zone: ZoneInfo = UTC_ZONE) -> int:
    return round(datetime(year, month, day, hour, tzinfo=zone).timestamp()) * S


def state(database: Database, camera: str = "gate") -> tuple[int, bytes] | None:
    with database.read() as connection:
        found = results.load_state(connection, camera)
    return None if found is None else (found.at_ns, found.blob)


def counts(database: Database, from_ns: int, to_ns: int, **more: Any) -> series.CountSeries:
    given = {"step": Step.HOUR, "zone": UTC_ZONE, **more}
    with database.read() as connection:
        return series.counts(connection, ["gate"], from_ns, to_ns, **given)


def test_an_event_comes_back_as_it_was_given(database: Database) -> None:
    sent = [an_event(1), an_event(2, direction=None, track=None, score=None, box=None, details={})]
    kept = commit(database, events=sent)
    assert [one.seq for one in kept] == [1, 2]
    with database.read() as connection:
        assert events.since(connection, 0, cameras_seen=["gate"]) == kept
        assert events.one(connection, sent[0].id) == kept[0]
        assert events.last_seq(connection) == 2


def test_what_the_state_follows_from_is_committed_with_it_or_not_at_all(
    database: Database,
) -> None:
    assert state(database) is None
    row = CountRow("door", NOON, "person", ins=1, inside=1)
    commit(database, counts=[row], state=b"one")
    assert state(database) == (NOON, b"one")
    with pytest.raises(SupersededError, match="another process"):
        commit(
            database,
            at_ns=NOON + 2 * S,
            counts=[row],
            events=[an_event(7)],
            state=b"of one thought dead",
            follows_ns=NOON - S,
        )
    assert state(database) == (NOON, b"one")
    assert counts(database, NOON, NOON + S).ins.tolist() == [[1]]
    assert commit(database, at_ns=NOON + S, counts=[row], state=b"two", follows_ns=NOON) == []
    assert state(database) == (NOON + S, b"two")
    assert counts(database, NOON, NOON + S).ins.tolist() == [[2]]


def test_of_two_that_begin_a_camera_only_one_does(database: Database) -> None:
    row = CountRow("door", NOON, "person", ins=1, inside=1)
    commit(database, counts=[row], state=b"mine", follows_ns=results.FIRST)
    with pytest.raises(SupersededError):
        commit(database, counts=[row], state=b"another's", follows_ns=results.FIRST)
    assert state(database) == (NOON, b"mine")
    assert counts(database, NOON, NOON + S).ins.tolist() == [[1]]


def test_the_same_results_given_twice_count_once(database: Database) -> None:
    commit(database, at_ns=NOON - S, state=b"begin")
    new: dict[str, Any] = {
        "events": [an_event(1)],
        "counts": [CountRow("line", NOON, "person", ins=1)],
        "state": b"then",
        "follows_ns": NOON - S,
    }
    commit(database, **new)
    with pytest.raises(SupersededError):
        commit(database, **new)
    assert counts(database, NOON, NOON + S).ins.tolist() == [[1]]


def test_a_change_that_fails_leaves_nothing_of_a_camera(database: Database) -> None:
    def fails(connection: Any) -> None:
        given = Results("gate", NOON, UTC_ZONE, events=[an_event(1)], state=b"one")
        results.commit(connection, given)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        database.now(fails)
    assert state(database) is None
    (kept,) = commit(database, events=[an_event(1)])
    assert kept.seq == 1


def test_an_event_with_a_known_id_is_not_added_again(database: Database) -> None:
    commit(database, events=[an_event(1)])
    kept = commit(database, events=[an_event(1), an_event(2)])
    assert [one.track for one in kept] == [2]
    with database.read() as connection:
        found = events.since(connection, 0, cameras_seen=["gate"])
    assert [one.track for one in found] == [1, 2]
    assert found[0].seq < found[1].seq


def test_counts_of_minutes_hours_and_days_are_the_same_counts(database: Database) -> None:
    for second in (0, 59, 60, 3599, 3600, 90_000):
        commit(database, counts=[CountRow("door", NOON + second * S, "person", ins=2, outs=1)])
    until = NOON + 86_400 * 2 * S
    for step in Step:
        found = counts(database, NOON, until, step=step)
        assert (int(found.ins.sum()), int(found.outs.sum())) == (12, 6), step
    hours = counts(database, NOON, NOON + 2 * 3600 * S)
    assert hours.ins.tolist() == [[8, 2]]
    minutes = counts(database, NOON, NOON + 180 * S, step=Step.MINUTE)
    assert minutes.ins.tolist() == [[4, 2, 0]]
    assert [one.rule for one in minutes.series] == ["door"]


def test_a_day_on_which_the_clocks_change_has_its_hours(database: Database) -> None:
    begin, end = ns(2026, 10, 25, zone=BERLIN), ns(2026, 10, 26, zone=BERLIN)
    for hour in range(25):
        row = CountRow("door", begin + hour * 3600 * S, "person", ins=1)
        commit(database, zone=BERLIN, counts=[row])
    days = counts(database, begin, end, step=Step.DAY, zone=BERLIN)
    assert days.ins.tolist() == [[25]]
    assert np.diff(days.edges).tolist() == [25 * 3600 * S]
    hours = counts(database, begin, end, zone=BERLIN)
    assert hours.ins.tolist() == [[1] * 25]


def test_inside_is_that_of_the_last_entry_and_lasts(database: Database) -> None:
    hour = 3600 * S
    commit(
        database,
        counts=[
            CountRow("door", NOON - 2 * hour, "person", ins=1, inside=1),
            CountRow("door", NOON + 5 * S, "car", ins=1, inside=3),
            CountRow("door", NOON + 4 * S, "person", ins=1, inside=2),
        ],
    )
    found = counts(database, NOON - hour, NOON + 2 * hour)
    assert found.inside.tolist() == [[1, 3, 3]]
    commit(database, counts=[CountRow("door", NOON + 9 * S, None, adjusted=-3, inside=0)])
    found = counts(database, NOON - 3 * hour, NOON + hour)
    assert found.inside.tolist() == [[-1, 1, 1, 0]]
    assert found.adjusted.tolist() == [[0, 0, 0, -3]]
    # told late: it does not change what is inside now
    commit(database, counts=[CountRow("door", NOON + 3 * S, "person", ins=1, inside=9)])
    assert counts(database, NOON, NOON + hour).inside.tolist() == [[0]]
    people = counts(database, NOON, NOON + hour, labels=["person"])
    assert (people.ins.tolist(), people.inside.tolist()) == ([[2]], [[-1]])


def test_rules_of_one_camera_are_told_apart(database: Database) -> None:
    rows = [CountRow(rule, NOON, "person", ins=n) for n, rule in enumerate("abc", 1)]
    commit(database, counts=rows)
    commit(database, camera="yard", counts=[CountRow("b", NOON, "person", ins=7)])
    with database.read() as connection:
        found = series.counts(
            connection, ["gate", "yard"], NOON, NOON + S, Step.HOUR, UTC_ZONE, rules=["b", "c"]
        )
    assert [(one.camera, one.rule) for one in found.series] == [
        ("gate", "b"),
        ("gate", "c"),
        ("yard", "b"),
    ]
    assert found.ins.tolist() == [[2], [3], [7]]


def test_occupancy_is_a_mean_over_what_is_known(database: Database) -> None:
    hour = 3600 * S
    commit(database, occupancy=[OccupancyRow("hall", NOON, 60.0, 120.0, 3)])
    commit(
        database,
        occupancy=[
            OccupancyRow("hall", NOON + 60 * S, 30.0, 0.0, 0),
            OccupancyRow("hall", NOON + 60 * S, 30.0, 30.0, 1),
        ],
    )
    with database.read() as connection:
        found = series.occupancy(
            connection, ["gate"], NOON - hour, NOON + hour, Step.HOUR, UTC_ZONE
        )
        minutes = series.occupancy(
            connection, ["gate"], NOON, NOON + 120 * S, Step.MINUTE, UTC_ZONE
        )
    assert np.isnan(found.mean[0, 0])
    assert (found.mean[0, 1], found.most.tolist()) == (1.25, [[-1, 3]])
    assert minutes.mean.tolist() == [[2.0, 0.5]]
    assert minutes.seconds.tolist() == [[60.0, 60.0]]


def test_few_presences_are_not_told_of(database: Database) -> None:
    for n in range(6):
        commit(database, dwell=[DwellRow("seat", NOON + n * S, 0.0, 10.0)])
    commit(database, dwell=[DwellRow("seat", NOON, 10.0, None, presences=4)])
    with database.read() as connection:
        (found,) = series.dwell(connection, ["gate"], NOON, NOON + S, UTC_ZONE)
        (all_of_it,) = series.dwell(connection, ["gate"], NOON, NOON + S, UTC_ZONE, k=1)
    assert (found.lower_s.tolist(), found.upper_s.tolist()) == ([0.0], [10.0])
    assert found.presences.tolist() == [6]
    assert all_of_it.upper_s.tolist() == [10.0, np.inf]


def test_ways_between_zones_of_days_and_hours(database: Database) -> None:
    day = 86_400 * S
    for at in (NOON, NOON + day, NOON + 2 * day):
        commit(database, paths=[PathRow("ways", at, "door", "desk", legs=2, journeys=1)])
    with database.read() as connection:
        (found,) = series.paths(connection, ["gate"], NOON, NOON + 2 * day + S, UTC_ZONE)
        (less,) = series.paths(connection, ["gate"], NOON + 3600 * S, NOON + 2 * day, UTC_ZONE)
    assert found.zones == ("desk", "door")
    assert found.legs.tolist() == [[0, 0], [6, 0]]
    assert found.journeys[1, 0] == 3
    assert less.legs[1, 0] == 2


def test_tracks_are_listed_by_their_end(database: Database) -> None:
    def track(number: int, first_s: int, last_s: int, label: str = "person") -> TrackSummary:
        first_ns, last_ns = NOON + first_s * S, NOON + last_s * S
        box, begin, end = (0.0, 0.0, 0.5, 0.5), (0.25, 0.5), (0.5, 0.5)
        return TrackSummary(
            "gate", number, label, first_ns, last_ns, 9, first_ns, 0.5, box, begin, end
        )

    given = [track(1, 0, 10), track(2, 5, 7, "car"), track(3, 20, 30)]
    commit(database, tracks=given)
    commit(database, tracks=[track(3, 20, 40)])
    with database.read() as connection:
        first = tracks.page(connection, ["gate"], most=2)
        rest = tracks.page(connection, ["gate"], most=2, before=first[-1])
        during = tracks.page(connection, ["gate"], from_ns=NOON + 8 * S, to_ns=NOON + 15 * S)
        cars = tracks.page(connection, ["gate"], labels=["car"])
        hidden = tracks.page(connection, ["yard"])
    assert [(one.track, one.last_ns) for one in first] == [
        (3, NOON + 40 * S),
        (1, NOON + 10 * S),
    ]
    assert [one.track for one in rest] == [2]
    assert [one.track for one in during] == [1]
    assert [one.label for one in cars] == ["car"]
    assert hidden == []


def test_the_last_word_of_each_process_is_kept(database: Database) -> None:
    database.now(lambda connection: health.report(connection, "web", 1, {"fps": 5.0}))
    database.now(lambda connection: health.report(connection, "web", 2, {"fps": 4.5}))
    database.now(lambda connection: health.report(connection, "analyser-0", 2, {}))
    with database.read() as connection:
        found = health.reports(connection)
    assert [(one.process, one.at_ns) for one in found] == [("analyser-0", 2), ("web", 2)]
    assert found[1].facts == {"fps": 4.5}
    database.now(lambda connection: health.forget(connection, "web"))
    with database.read() as connection:
        assert [one.process for one in health.reports(connection)] == ["analyser-0"]


Entry = tuple[int, str, int]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 3 * 86_400), st.sampled_from(["person", "car"]), st.integers(1, 3)
            ),
            max_size=6,
        ),
        max_size=6,
    ),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_however_entries_are_cut_into_commits_the_sums_are_theirs(
    commits: list[list[Entry]], name: str
) -> None:
    zone = ZoneInfo(name)
    begin = ns(2026, 4, 4)  # Lord Howe turns its clocks by half an hour on the 5th
    entries = [entry for part in commits for entry in part]
    with in_memory() as connection:
        for part in commits:
            rows = [CountRow("door", begin + at * S, label, ins=n) for at, label, n in part]
            results.commit(connection, Results("gate", begin, zone, counts=rows))
        for step in Step:
            found = series.counts(
                connection, ["gate"], begin, begin + 3 * 86_400 * S + 1, step, zone
            )
            times = np.array([begin + at * S for at, _, _ in entries], np.int64)
            expected = np.histogram(times, found.edges, weights=[n for _, _, n in entries])[0]
            assert found.ins.sum(axis=0).tolist() == expected.tolist() or not entries
