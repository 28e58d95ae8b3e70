"""The address of a PostgreSQL database, as its own library reads it, and its name in sentences.

The name tells which database on which server; user, password and all other parts stay out of it.
"""

from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from curtilage.store.errors import StoreError

SCHEMES: Final = ("postgresql://", "postgres://")
_RIGHT: Final = (
    "write it as in 'postgresql://user:password@192.0.2.7:5432/curtilage' "
    "(characters like @ : / # ? in a password as %40 %3A %2F %23 %3F)"
)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """What to connect with, and how it is called."""

    parts: dict[str, Any]  # as ``psycopg.connect`` takes them, with the password
    name: str

    def __repr__(self) -> str:
        return f"ServerAddress({self.name!r})"

    @classmethod
    def of(cls, url: SecretStr) -> "ServerAddress":
        """Reads ``url``. Raises ``StoreError`` without repeating it, since it holds a password."""
        text = url.get_secret_value().strip()
        if not text.startswith(SCHEMES):
            raise StoreError(f"`database` is no address of a PostgreSQL database; {_RIGHT}.")
        try:
            parts: dict[str, Any] = conninfo_to_dict(text)
        except psycopg.Error:  # its words repeat parts of the address
            raise StoreError(f"`database` cannot be read; {_RIGHT}.") from None
        torn = any("@" in str(parts.get(key, "")) for key in ("host", "port", "dbname"))
        if torn or not set(str(parts.get("port", ""))) <= set("0123456789,"):
            # Cut in the wrong place: part of the password was taken for a host or a name.
            raise StoreError(f"`database` cannot be read; {_RIGHT}.")
        return cls(parts, _name(parts))


def _name(parts: dict[str, Any]) -> str:
    named = parts.get("dbname") or parts.get("user")
    which = f"{named!r} " if named else ""
    host = parts.get("host") or parts.get("hostaddr")
    port = f":{parts['port']}" if parts.get("port") else ""
    where = f" at {host}{port}" if host else " of this machine"
    return f"{which}on the PostgreSQL server{where}"
