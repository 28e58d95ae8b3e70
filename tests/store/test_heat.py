from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from curtilage.store import Database, StoreError
from curtilage.store.found import heat
from curtilage.store.found import tables as analysis_tables
from curtilage.store.found.heat import HeatGrid
from curtilage.store.found.heat_cells import UNIT_S, packed, unpacked
from tests.store.seen import NOON, UTC_ZONE, a_stretch, commit
from tests.store.support import S

DAY_S = 86_400


def grid(
    database: Database, from_s: float = -9 * DAY_S, to_s: float = 9 * DAY_S, **more: Any
) -> HeatGrid | None:
    with database.read() as connection:
        begin, end = NOON + round(from_s * S), NOON + round(to_s * S)
        return heat.grid(connection, "gate", "presence", begin, end, **more)


def cells(found: HeatGrid | None) -> dict[int, float]:
    assert found is not None
    flat = found.seconds.ravel()
    return {int(n): round(float(flat[n]), 3) for n in np.flatnonzero(flat)}


def roll_up(database: Database, now_s: float, zone: ZoneInfo = UTC_ZONE) -> int:
    return database.now(lambda connection: heat.roll_up(connection, zone, NOON + round(now_s * S)))


def test_a_range_is_the_sum_of_its_stretches(database: Database) -> None:
    assert grid(database) is None
    commit(database, heat=[a_stretch(0, {0: 1.5, 47: 2.0}), a_stretch(600, {0: 1.0})])
    commit(database, heat=[a_stretch(0, {3: 4.0}, label="car")])
    found = grid(database)
    assert cells(found) == {0: 2.5, 3: 4.0, 47: 2.0}
    assert found is not None
    assert (found.seconds.shape, found.extent) == ((6, 8), (0.0, 0.0, 1.0, 1.0))
    assert (found.from_ns, found.to_ns) == (NOON, NOON + 1200 * S)
    assert cells(grid(database, 0, 600)) == {0: 1.5, 3: 4.0, 47: 2.0}
    assert cells(grid(database, label="person")) == {0: 2.5, 47: 2.0}
    assert grid(database, 1200, 1800) is None


def test_a_stretch_that_is_told_again_replaces_itself(database: Database) -> None:
    commit(database, heat=[a_stretch(0, {0: 1.0, 1: 1.0})])
    commit(database, heat=[a_stretch(0, {0: 3.0})])
    assert cells(grid(database)) == {0: 3.0}


def test_days_that_are_over_are_added_up_and_nothing_changes(database: Database) -> None:
    for n in range(40):
        commit(
            database,
            heat=[
                a_stretch(n * 6000, {n: 1.0 + n, 0: 0.5}),
                a_stretch(n * 6000, {5: 2.0}, label="car"),
            ],
        )
    ranges = [(-1, 9 * DAY_S), (43_000, 2 * DAY_S), (1200, 3000), (43_200, 129_600)]
    before = [cells(grid(database, *one)) if grid(database, *one) else {} for one in ranges]
    cars = cells(grid(database, label="car"))
    assert roll_up(database, 1 * DAY_S) == 1
    assert roll_up(database, 9 * DAY_S) == 3
    assert roll_up(database, 9 * DAY_S) == 0
    after = [cells(grid(database, *one)) if grid(database, *one) else {} for one in ranges]
    assert after == before
    assert cells(grid(database, label="car")) == cars


def test_what_comes_late_is_in_the_sum(database: Database) -> None:
    commit(database, heat=[a_stretch(0, {0: 1.0})])
    roll_up(database, 2 * DAY_S)
    commit(database, at_ns=NOON + 2 * DAY_S * S, heat=[a_stretch(600, {0: 5.0})])
    assert cells(grid(database)) == {0: 6.0}


def test_of_long_ago_only_days_are_known_and_the_answer_says_so(database: Database) -> None:
    for n in range(6):
        commit(database, heat=[a_stretch(n * DAY_S // 2, {n: 1.0})])
    roll_up(database, 9 * DAY_S)
    table = analysis_tables.heat
    database.now(
        lambda connection: connection.execute(delete(table).where(table.c.step == heat.STRETCH))
    )
    assert cells(grid(database)) == dict.fromkeys(range(6), 1.0)
    found = grid(database, DAY_S, DAY_S + 600)
    assert cells(found) == {1: 1.0, 2: 1.0}  # all of the local day
    assert found is not None
    assert (found.from_ns, found.to_ns) == (NOON + DAY_S // 2 * S, NOON + DAY_S * 3 // 2 * S)
    assert grid(database, 4 * DAY_S, 5 * DAY_S) is None


def test_a_day_that_goes_on_is_not_added_up(database: Database) -> None:
    commit(database, heat=[a_stretch(0, {0: 1.0})])
    assert roll_up(database, 3 * 3600) == 0
    assert roll_up(database, 13 * 3600 - 1) == 0  # stretches may come in for an hour
    assert roll_up(database, 13 * 3600) == 1


def test_of_two_grids_the_last_one_is_shown(database: Database) -> None:
    commit(database, heat=[a_stretch(0, {0: 1.0}), a_stretch(600, {2: 1.0}, shape=(3, 4))])
    found = grid(database)
    assert found is not None
    assert (found.seconds.shape, found.other_grids) == ((3, 4), 1)
    assert cells(grid(database, 0, 600)) == {0: 1.0}


@given(
    st.dictionaries(
        st.integers(0, 1024 * 1024 - 1),
        st.floats(0.0, 86_400.0, allow_subnormal=False),
        max_size=200,
    )
)
def test_cells_come_back_to_a_tenth_of_a_millisecond(given_cells: dict[int, float]) -> None:
    cell = np.array(sorted(given_cells), np.int32)
    seconds = np.array([given_cells[n] for n in sorted(given_cells)], np.float64)
    places, times = unpacked(packed(cell, seconds))
    back = np.zeros(1024 * 1024)
    back[places] = times
    assert np.abs(back[cell] - seconds).max(initial=0.0) <= UNIT_S / 2 + 1e-9
    assert len(places) <= len(cell)


@pytest.mark.parametrize("data", [b"\x02", b"\x01garbage", b"\x09x\x9c\x03\x00\x00\x00\x00\x01"])
def test_damaged_cells_are_told(data: bytes) -> None:
    with pytest.raises(StoreError, match="heat map"):
        unpacked(data)
