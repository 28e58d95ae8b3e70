"""Commits on their way: what is refused comes again, what is superseded is said."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from curtilage.analysis.outcome import committing
from curtilage.analysis.outcome.committing import Commits
from curtilage.store.errors import UnavailableError
from curtilage.store.found.events import StoredEvent
from curtilage.store.found.results import Results, load_state
from curtilage.store.index.database import Database

UTC = ZoneInfo("UTC")


def results(at_ns: int, follows_ns: int | None = None, state: bytes = b"state") -> Results:
    return Results("yard", at_ns, UTC, state=state, follows_ns=follows_ns)


def answered(commits: Commits) -> list[committing.Answer]:
    commits.wait(10.0)
    return commits.answers()


def test_what_was_committed_is_answered_once(tmp_path: Path) -> None:
    with Database.open(tmp_path) as database:
        commits = Commits(database, lambda: None)
        commits.commit(results(10))
        assert commits.is_on_way("yard")
        (answer,) = answered(commits)
        assert answer.events == []
        assert not commits.is_on_way("yard")
        assert commits.answers() == []


def test_results_that_are_there_already_count_as_committed(tmp_path: Path) -> None:
    with Database.open(tmp_path) as database:
        commits = Commits(database, lambda: None)
        for follows_ns in (None, 5):  # as if the first answer had been lost
            commits.commit(results(10, follows_ns))
            (answer,) = answered(commits)
            assert answer.events == []
            assert not answer.superseded


def test_who_was_believed_dead_is_told_what_others_did(tmp_path: Path) -> None:
    with Database.open(tmp_path) as database:
        commits = Commits(database, lambda: None)
        commits.commit(results(10))
        commits.commit(results(20, 10, b"other"))
        answered(commits)
        commits.commit(results(30, 10))
        (answer,) = answered(commits)
        assert answer.superseded
        assert answer.saved is not None
        assert answer.saved.at_ns == 20
        with database.read() as connection:
            saved = load_state(connection, "yard")
        assert saved is not None
        assert saved.blob == b"other"


def test_a_store_that_fails_is_said_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def full(_connection: Connection, _new: Results) -> list[StoredEvent]:
        raise UnavailableError("The disk is full.")

    with Database.open(tmp_path) as database:
        commits = Commits(database, lambda: None)
        monkeypatch.setattr(committing, "commit", full)
        commits.commit(results(10))
        (answer,) = answered(commits)
        assert answer.events is None
        assert not answer.superseded
        assert "The disk is full." in (commits.problem or "")
        monkeypatch.undo()
        commits.commit(results(10))
        (answer,) = answered(commits)
        assert answer.events == []
        assert commits.problem is None


def test_a_store_that_is_closed_refuses_and_does_not_raise(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    commits = Commits(database, lambda: None)
    database.close()
    commits.commit(results(10))
    (answer,) = commits.answers()
    assert answer.events is None
