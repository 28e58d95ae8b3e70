"""Insert or update in one statement, in the words of SQLite and of PostgreSQL alike.

A row that is there already is changed: some columns are replaced, numbers are added, of others the
greater one stays. Made once per table, at import; a call costs one ``executemany``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from curtilage.store.errors import StoreError

Row = Mapping[str, Any]
Change = Callable[[Any, Any], ColumnElement[Any]]
"""From the table's columns (as they are) and the row's (as given): what a column becomes."""

_INSERT: Final[Mapping[str, Callable[[Table], Any]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Upsert:
    """What happens to a row of a table whose key is there already.

    Args:
        table: the table.
        key: columns of a primary key or unique constraint.
        replace: columns that take the new value.
        add: numbers that grow by the new value.
        most: numbers of which the greater stays.
        change: columns with a rule of their own.
    """

    def __init__(
        self,
        table: Table,
        key: Sequence[str],
        *,
        replace: Sequence[str] = (),
        add: Sequence[str] = (),
        most: Sequence[str] = (),
        change: Mapping[str, Change] | None = None,
    ) -> None:
        self._table, self._key = table, tuple(key)
        self._changes: dict[str, Change] = {
            **{name: _taken(name) for name in replace},
            **{name: _sum(name) for name in add},
            **{name: _greater(name) for name in most},
            **(change or {}),
        }
        self._statements: dict[str, Insert] = {}
        self._returning: dict[tuple[str, str], Any] = {}

    def __call__(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Adds ``rows``; no two of them may have the same key."""
        if rows:
            connection.execute(self.statement(connection), rows)

    def statement(self, connection: Connection) -> Any:
        """The statement in the words of the connection's database."""
        dialect = connection.dialect.name
        found = self._statements.get(dialect)
        if found is None:
            found = self._statements[dialect] = self._made(dialect)
        return found

    def returning(self, connection: Connection, column: str) -> Any:
        """The same statement, which gives a column of the rows that it has added or changed."""
        key = (connection.dialect.name, column)
        found = self._returning.get(key)
        if found is None:
            found = self.statement(connection).returning(self._table.c[column])
            self._returning[key] = found
        return found

    def _made(self, dialect: str) -> Insert:
        if dialect not in _INSERT:
            raise StoreError(f"The index is kept in SQLite or PostgreSQL, not in {dialect}.")
        made = _INSERT[dialect](self._table)
        if not self._changes:
            return made.on_conflict_do_nothing(index_elements=self._key)  # type: ignore[no-any-return]
        values = {
            name: change(self._table.c, made.excluded) for name, change in self._changes.items()
        }
        return made.on_conflict_do_update(index_elements=self._key, set_=values)  # type: ignore[no-any-return]


def _taken(name: str) -> Change:
    return lambda _, new: new[name]


def _sum(name: str) -> Change:
    return lambda old, new: old[name] + new[name]


def _greater(name: str) -> Change:
    return lambda old, new: case((new[name] > old[name], new[name]), else_=old[name])
