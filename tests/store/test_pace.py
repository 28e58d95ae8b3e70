"""How fast recordings grow and how many events there were, in SQLite and PostgreSQL alike."""

from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from curtilage.model import Kind, Phase
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.results import Results, commit
from curtilage.store.found.tallies import Tally, tallies
from curtilage.store.recorded.pace import Pace, paces
from curtilage.store.recorded.segments import State
from tests.store.support import S, keep, row


def test_each_stream_on_each_volume_has_its_pace(connection: Connection) -> None:
    for start in (0, 100, 160):
        keep(connection, row(start, start + 60, size=1000))
    keep(connection, row(100, 160, volume="other", size=7))
    keep(connection, row(120, 180, camera="yard", size=50, state=State.OPEN))
    keep(connection, row(1, 2, stream="small", size=3))
    found = paces(connection, 90 * S, 200 * S)
    assert found == [
        Pace("gate", "main", "disk", 3, 3000, 0, 160 * S, 2000, 100.0),
        Pace("gate", "main", "other", 1, 7, 100 * S, 100 * S, 7, 100.0),
        Pace("gate", "small", "disk", 1, 3, S, None, 0, 0.0),
        Pace("yard", "main", "disk", 1, 50, 120 * S, 120 * S, 50, 80.0),
    ]


def test_events_of_rules_and_how_many_were_armed(connection: Connection) -> None:
    def event(rule: str, at_s: int, phase: Phase = Phase.START) -> StoredEvent:
        return StoredEvent(
            id=str(uuid4()), camera="gate", rule=rule, kind=Kind.LOITERING, phase=phase,
            time_ns=at_s * S, noticed_ns=at_s * S,
        )  # fmt: skip

    given = (event("yard", 1), event("yard", 2), event("yard", 2, Phase.END), event("door", 9))
    commit(
        connection,
        Results("gate", 1, ZoneInfo("UTC"), events=given, armed_in={"yard": ["away"]}),
    )
    assert tallies(connection, ["gate"], 0, 100 * S) == [
        Tally("gate", "door", Kind.LOITERING, 1, 1),
        Tally("gate", "yard", Kind.LOITERING, 2, 0),
    ]
    assert tallies(connection, ["gate"], 2 * S, 9 * S) == [
        Tally("gate", "yard", Kind.LOITERING, 1, 0)
    ]
    assert tallies(connection, ["other"], 0, 100 * S) == []
