"""Rows and files of recordings for tests, made directly in a given state."""

from pathlib import Path

from curtilage.record.disk.names import segment_paths
from curtilage.record.disk.volume import Volume
from curtilage.store.index.database import Database
from curtilage.store.recorded import segments
from curtilage.store.recorded.segments import SegmentRow, State
from tests.record.cameras import NS, SERIAL, T0, content


def row(
    database: Database,
    volume: Volume,
    second: int = 0,
    *,
    state: State = State.CLOSED,
    camera: str = "cam",
    size: int = 1000,
    end: int | None = None,
) -> SegmentRow:
    """A row of a recording of ten seconds that begins at ``second``."""
    start_ns = T0 + second * NS
    end_ns = start_ns + 10 * NS if end is None else T0 + end * NS
    path = next(segment_paths(camera, "main", start_ns, ".mp4"))
    made = SegmentRow(
        0,
        camera,
        "main",
        volume.identity,
        path,
        start_ns,
        end_ns,
        size,
        state,
        SERIAL,
        0,
        "h264",
        320,
        240,
    )
    database.now(lambda c: segments.restore(c, [made]))
    return of(database, volume)[path]


def put(volume: Volume, path: str, data: bytes) -> Path:
    file = volume.path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def with_file(
    database: Database, volume: Volume, second: int = 0, *, seconds: int = 10, camera: str = "cam"
) -> SegmentRow:
    """A closed recording with a real file (its label says "cam", whatever the camera)."""
    data = content(seconds, T0 + second * NS)
    made = row(database, volume, second, camera=camera, size=len(data), end=second + seconds)
    put(volume, made.path, data)
    return made


def of(database: Database, volume: Volume) -> dict[str, SegmentRow]:
    with database.read() as connection:
        return {row.path: row for row in segments.of_volume(connection, volume.identity)}
