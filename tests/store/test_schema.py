from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

import curtilage.store
from curtilage.store import Database
from curtilage.store.index import schema
from curtilage.store.recorded.tables import metadata
from tests.store.homes import Home


def test_the_steps_make_the_tables_that_the_queries_know(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert database.now(differences) == []
    with database.read() as connection:
        made = {one["name"] for one in inspect(connection).get_indexes("segments")}
    assert "segments_unfinished" in made


def test_every_step_is_listed_in_order() -> None:
    config = Config()
    folder = Path(curtilage.store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(steps)) == schema.VERSIONS


def test_a_step_that_fails_leaves_nothing_behind(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = schema._upgrade

    def stops_half_way(connection: Connection) -> None:
        real(connection)
        raise RuntimeError("power cut")

    monkeypatch.setattr(schema, "_upgrade", stops_half_way)
    with pytest.raises(RuntimeError, match="power cut"):
        home.open()
    monkeypatch.undo()
    with home.open() as database:
        assert database.is_new
        assert not database.was_damaged
