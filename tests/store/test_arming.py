"""Arming modes in the index: choices, and events that are judged by the mode of their moment."""

from dataclasses import replace
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from curtilage.model import Kind, Phase
from curtilage.store.found import events
from curtilage.store.found.events import EventFilter, StoredEvent
from curtilage.store.found.results import Results, commit
from curtilage.store.house import arming
from curtilage.store.house.arming import Chosen

S = 1_000_000_000


def event(rule: str, happened_s: float, noticed_s: float) -> StoredEvent:
    return StoredEvent(
        id=str(uuid4()),
        camera="gate",
        rule=rule,
        kind=Kind.LOITERING,
        phase=Phase.START,
        time_ns=round(happened_s * S),
        noticed_ns=round(noticed_s * S),
    )


def results(*found: StoredEvent) -> Results:
    return Results(
        camera="gate", at_ns=1, zone=ZoneInfo("UTC"), events=found, armed_in={"yard": ["away"]}
    )


def test_nobody_has_chosen_yet(connection: Connection) -> None:
    assert arming.current(connection) is None
    assert arming.mode_at(connection, 10 * S) is None


def test_the_mode_of_any_moment(connection: Connection) -> None:
    arming.choose(connection, "away", by="ada", at_ns=10 * S)
    arming.choose(connection, "home", by="otto", at_ns=20 * S)
    asked = [arming.mode_at(connection, at * S) for at in (9, 10, 19, 20, 99)]
    assert asked == [None, "away", "away", "home", "home"]
    assert arming.current(connection) == Chosen("home", 20 * S, "otto")
    assert arming.history(connection, 15 * S, most=9) == [Chosen("home", 20 * S, "otto")]


def test_a_clock_that_was_set_back_hides_no_choice(connection: Connection) -> None:
    arming.choose(connection, "away", by="ada", at_ns=20 * S)
    made = arming.choose(connection, "home", by="ada", at_ns=10 * S)
    assert arming.current(connection) == made
    assert made.mode == "home"


def test_an_event_is_judged_by_the_mode_in_which_it_was_noticed(connection: Connection) -> None:
    arming.choose(connection, "away", by="ada", at_ns=10 * S)
    arming.choose(connection, "home", by="ada", at_ns=20 * S)
    given = [event("yard", 1, 9), event("yard", 9, 11), event("yard", 19, 21), event("door", 1, 2)]
    kept = commit(connection, results(*given))
    assert [one.armed for one in kept] == [False, True, False, True]


def test_before_the_first_choice_the_settings_mode_holds(connection: Connection) -> None:
    [kept] = commit(connection, replace(results(event("yard", 1, 2)), mode="away"))
    assert kept.armed


def test_events_that_are_not_armed_are_kept_and_can_be_asked_for(connection: Connection) -> None:
    made = commit(connection, results(event("yard", 1, 2), event("door", 3, 4)))
    for armed, rules in ((None, ["door", "yard"]), (True, ["door"]), (False, ["yard"])):
        chosen = EventFilter(cameras=["gate"], armed=armed)
        assert [one.rule for one in events.page(connection, chosen)] == rules
    assert events.one(connection, made[0].id) == made[0]
