"""Brings the tables of an index to what this version of the software expects.

Alembic costs 12 MB and 0.1 s to import, so the version is read without it and Alembic is loaded
only when a step is due: at the very first start, and after an update that changes the tables.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from curtilage.store.errors import StoreError

VERSIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every step in ``migrations/versions``, oldest first; a test compares."""


def bring_up_to_date(reading: Engine, writing: Engine, name: str) -> bool:
    """Runs the steps that are due, all or none; True if there were no tables before."""
    with reading.connect() as connection:
        found = _version(connection)
    if found == VERSIONS[-1]:
        return False
    _must_be_known(found, name)
    with writing.begin() as connection:
        # Another process may have done it while this one waited for the lock.
        found = _version(connection)
        _must_be_known(found, name)
        if found != VERSIONS[-1]:
            _upgrade(connection)
    reading.dispose()  # its connections remember the old tables
    return found is None


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _must_be_known(found: str | None, name: str) -> None:
    if found is not None and not found.isdigit():
        raise StoreError(
            f"The index {name} holds tables of another program; "
            "give Curtilage a database of its own."
        )
    if found is not None and found not in VERSIONS:
        raise StoreError(
            f"The index {name} was written by a newer version of Curtilage (tables {found}, this "
            f"one knows {VERSIONS[-1]}); install that version again, or a later one."
        )


def _upgrade(connection: Connection) -> None:
    from alembic.command import upgrade
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    upgrade(config, "head")
