"""Numbers of streams and volumes inside the index, and since when a stream is known."""

from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from curtilage.store.recorded.tables import streams, volumes

_STREAM: Final = select(streams.c.id).where(
    streams.c.camera == bindparam("camera"), streams.c.stream == bindparam("stream")
)
_VOLUME: Final = select(volumes.c.id).where(volumes.c.identity == bindparam("identity"))
_KNOWN_BEFORE: Final = (
    update(streams)
    .where(streams.c.id == bindparam("number"), streams.c.known_ns > bindparam("before_ns"))
    .values(known_ns=bindparam("before_ns"))
)


def stream_number(connection: Connection, camera: str, stream: str) -> int | None:
    """The number of a stream; None if nothing is known of it."""
    found = connection.execute(_STREAM, {"camera": camera, "stream": stream}).scalar()
    return None if found is None else int(found)


def known_stream(connection: Connection, camera: str, stream: str, at_ns: int) -> int:
    """The number of a stream; one that is not known yet is from ``at_ns`` on."""
    found = stream_number(connection, camera, stream)
    if found is not None:
        return found
    made = insert(streams).values(camera=camera, stream=stream, known_ns=at_ns)
    return int(connection.execute(made.returning(streams.c.id)).scalar_one())


def known_before(connection: Connection, number: int, at_ns: int) -> None:
    """Its disks show that a stream was known at ``at_ns`` already.

    Not for what is being recorded: a clock that is set back for a moment (to 1970, on a machine
    without a battery) must not add half a century to the ledger.
    """
    connection.execute(_KNOWN_BEFORE, {"number": number, "before_ns": at_ns})


def volume_number(connection: Connection, identity: str) -> int | None:
    """The number of a volume; None if it was never seen."""
    found = connection.execute(_VOLUME, {"identity": identity}).scalar()
    return None if found is None else int(found)


def known_volume(connection: Connection, identity: str, at_ns: int) -> int:
    """The number of a volume, made (without a path) if it was never seen."""
    found = volume_number(connection, identity)
    if found is not None:
        return found
    made = insert(volumes).values(
        identity=identity, path="", first_seen_ns=at_ns, last_seen_ns=at_ns
    )
    return int(connection.execute(made.returning(volumes.c.id)).scalar_one())
