"""What the ledger says of the time between two runs of the recorder."""

import pytest
from sqlalchemy import Connection

from curtilage.model import GapReason
from curtilage.store.recorded import gaps, ledger, runs
from curtilage.store.recorded.cover import Reason
from curtilage.store.recorded.runs import Wanted
from tests.store.support import S, keep, row, short

GATE = Wanted("gate", "main")
OFF = Wanted("gate", "main", recorded=False)
RESTARTING, STALLED, DISABLED = GapReason.RESTARTING, GapReason.STALLED, GapReason.DISABLED


def said(connection: Connection, to_s: float) -> list[tuple[float, float, Reason]]:
    """Of a recorder that runs at ``to_s``."""
    runs.beat(connection, round(to_s * S))
    now_ns = round(to_s * S)
    return short(ledger.intervals(connection, "gate", "main", 0, now_ns, now_ns))


@pytest.fixture
def recorded(connection: Connection) -> Connection:
    """It began at 0 s, recorded from 1 s to 100 s, and last gave a sign of life at 98 s."""
    runs.begin(connection, 0, [GATE])
    gaps.resumed(connection, "gate", "main", 1 * S)
    keep(connection, row(1, 60), row(60, 100))
    runs.beat(connection, 98 * S)
    return connection


PAST = [(0, 1, RESTARTING), (1, 100, None)]


def test_killed_while_recording(recorded: Connection) -> None:
    runs.begin(recorded, 130 * S, [GATE])
    gaps.resumed(recorded, "gate", "main", 132 * S)
    assert said(recorded, 140) == [*PAST, (100, 132, RESTARTING), (132, 140, None)]


def test_killed_in_a_gap(recorded: Connection) -> None:
    gaps.explain(recorded, "gate", "main", 100 * S, STALLED, "")
    runs.beat(recorded, 110 * S)
    runs.begin(recorded, 130 * S, [GATE])
    assert said(recorded, 140) == [*PAST, (100, 110, STALLED), (110, 140, RESTARTING)]


def test_killed_in_a_gap_that_no_heartbeat_has_seen(recorded: Connection) -> None:
    gaps.explain(recorded, "gate", "main", 100 * S, STALLED, "")
    runs.begin(recorded, 130 * S, [GATE])
    assert said(recorded, 140) == [*PAST, (100, 140, RESTARTING)]


def test_stopped_as_it_should_be(recorded: Connection) -> None:
    runs.end(recorded, 101 * S)
    runs.begin(recorded, 130 * S, [GATE])
    gaps.explain(recorded, "gate", "main", 131 * S, GapReason.UNREACHABLE, "")
    assert said(recorded, 140) == [
        *PAST,
        (100, 131, RESTARTING),
        (131, 140, GapReason.UNREACHABLE),
    ]


def test_stopped_in_a_gap(recorded: Connection) -> None:
    gaps.explain(recorded, "gate", "main", 100 * S, STALLED, "")
    runs.end(recorded, 120 * S)
    runs.begin(recorded, 130 * S, [GATE])
    assert said(recorded, 140) == [*PAST, (100, 120, STALLED), (120, 140, RESTARTING)]


def test_killed_many_times_before_the_first_picture(recorded: Connection) -> None:
    for now in (130, 140, 150):
        runs.begin(recorded, now * S, [GATE])
    assert said(recorded, 160) == [*PAST, (100, 160, RESTARTING)]


def test_the_clock_stepped_back_between_two_runs(recorded: Connection) -> None:
    runs.begin(recorded, 50 * S, [GATE])
    assert said(recorded, 55) == [(0, 1, RESTARTING), (1, 55, None)]
    gaps.resumed(recorded, "gate", "main", 60 * S)
    keep(recorded, row(60, 120, path="again.mp4"))
    assert said(recorded, 120) == [(0, 1, RESTARTING), (1, 120, None)]


def test_the_clock_stepped_back_and_the_camera_stays_away(recorded: Connection) -> None:
    gaps.explain(recorded, "gate", "main", 100 * S, STALLED, "")
    runs.beat(recorded, 120 * S)
    runs.begin(recorded, 50 * S, [GATE])
    gaps.explain(recorded, "gate", "main", 51 * S, GapReason.UNREACHABLE, "")
    assert said(recorded, 55) == [(0, 1, RESTARTING), (1, 55, None)]
    assert said(recorded, 140) == [*PAST, (100, 140, GapReason.UNREACHABLE)]


def test_the_clock_was_far_ahead_for_a_while(recorded: Connection) -> None:
    """Recordings of a future that has not come explain nothing of today."""
    keep(recorded, row(90_000, 90_060))
    runs.begin(recorded, 130 * S, [GATE])
    assert said(recorded, 140) == [*PAST, (100, 140, RESTARTING)]


def test_a_camera_that_was_switched_off(recorded: Connection) -> None:
    runs.begin(recorded, 130 * S, [OFF])
    assert said(recorded, 140) == [*PAST, (100, 130, RESTARTING), (130, 140, DISABLED)]
    runs.begin(recorded, 200 * S, [OFF])
    assert said(recorded, 210) == [*PAST, (100, 130, RESTARTING), (130, 210, DISABLED)]
    runs.begin(recorded, 300 * S, [GATE])
    gaps.resumed(recorded, "gate", "main", 302 * S)
    assert said(recorded, 310)[-3:] == [
        (130, 300, DISABLED),
        (300, 302, RESTARTING),
        (302, 310, None),
    ]


def test_a_camera_switched_off_while_its_gap_was_open(recorded: Connection) -> None:
    gaps.explain(recorded, "gate", "main", 100 * S, STALLED, "")
    runs.beat(recorded, 110 * S)
    runs.begin(recorded, 130 * S, [OFF])
    assert said(recorded, 140) == [
        *PAST,
        (100, 110, STALLED),
        (110, 130, RESTARTING),
        (130, 140, DISABLED),
    ]


def test_a_camera_switched_off_that_nobody_knew(connection: Connection) -> None:
    runs.begin(connection, 10 * S, [OFF])
    assert said(connection, 20) == [(10, 20, DISABLED)]


def test_a_camera_that_left_the_settings_and_came_back(recorded: Connection) -> None:
    runs.begin(recorded, 130 * S, [])
    assert said(recorded, 140) == PAST
    assert ledger.known(recorded) == [ledger.Known("gate", "main", 0, 100 * S)]
    runs.begin(recorded, 200 * S, [GATE])
    assert said(recorded, 210) == [*PAST, (100, 200, DISABLED), (200, 210, RESTARTING)]
    assert ledger.known(recorded) == [ledger.Known("gate", "main", 0, None)]


def test_a_camera_that_left_while_its_gap_was_open(recorded: Connection) -> None:
    gaps.explain(recorded, "gate", "main", 100 * S, STALLED, "")
    runs.beat(recorded, 110 * S)
    runs.begin(recorded, 130 * S, [])
    assert said(recorded, 140) == [*PAST, (100, 110, STALLED)]


def test_a_camera_removed_while_we_run(recorded: Connection) -> None:
    runs.remove(recorded, "gate", "main", 100 * S)
    assert said(recorded, 140) == PAST
    runs.end(recorded, 150 * S)
    runs.begin(recorded, 160 * S, [])
    assert said(recorded, 170) == PAST


def test_what_passes_between_the_last_picture_and_the_removal_is_the_owners(
    recorded: Connection,
) -> None:
    runs.remove(recorded, "gate", "main", 103 * S)
    assert said(recorded, 140) == [*PAST, (100, 103, DISABLED)]


def test_a_camera_removed_and_put_back_while_we_run(recorded: Connection) -> None:
    runs.remove(recorded, "gate", "main", 100 * S)
    gaps.explain(recorded, "gate", "main", 105 * S, STALLED, "a thread that ends late")
    runs.include(recorded, GATE, 120 * S)
    runs.include(recorded, GATE, 120 * S)
    gaps.resumed(recorded, "gate", "main", 121 * S)
    assert said(recorded, 140) == [
        *PAST,
        (100, 120, DISABLED),
        (120, 121, RESTARTING),
        (121, 140, None),
    ]
