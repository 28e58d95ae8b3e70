"""Export by what people say: a camera, a stream, a span of time; the index finds the rest."""

from pathlib import Path

from curtilage.errors import InputError
from curtilage.record.export.export import Exported, export
from curtilage.record.export.sources import Gap, Source
from curtilage.record.export.writing import Progress
from curtilage.store.index.database import Database
from curtilage.store.recorded import segments, volumes
from curtilage.store.recorded.ledger import intervals, known

NOT_KNOWN = "not in the ledger"
MINUTES_5_NS = 300_000_000_000
"""The segment before may hold the keyframe that a range needs."""


def export_of(
    database: Database,
    camera: str,
    stream: str | None,
    span_ns: tuple[int, int],
    target: Path,
    progress: Progress,
    now_ns: int,
) -> Exported:
    """Write what a camera recorded in ``span_ns`` (from, to; UTC) to ``target``.

    Args:
        database: Of the site.
        camera: Its name.
        stream: None: ``main``, or the only one.
        span_ns: From and to.
        target: ``NAME.mp4``, a new file.
        progress: Told the bytes done and in all.
        now_ns: UTC.

    Raises:
        InputError: no such camera or stream, nothing recorded then, or the target cannot be
            written; the sentence says which.

    """
    from_ns, to_ns = span_ns
    with database.read() as connection:
        streams = [one.stream for one in known(connection) if one.camera == camera]
        stream = _stream(camera, stream, streams)
        folders = {row.identity: Path(row.path) for row in volumes.known(connection) if row.path}
        rows = segments.between(connection, camera, stream, from_ns - MINUTES_5_NS, to_ns)
        found = intervals(connection, camera, stream, from_ns, to_ns, now_ns)
    sources = [
        Source(folders[row.volume] / row.path, row.start_ns, row.end_ns, row.serial, row.number)
        for row in rows
        if row.volume in folders
    ]
    gaps = [
        Gap(one.start_ns, one.end_ns, str(one.reason), one.sentence)
        for one in found
        if not one.recorded
    ]
    begin_ns, end_ns = (found[0].start_ns, found[-1].end_ns) if found else (to_ns, to_ns)
    gaps = [
        Gap(from_ns, begin_ns, NOT_KNOWN, "before this camera was in the settings"),
        *gaps,
        Gap(end_ns, to_ns, NOT_KNOWN, "after the last that is known of this camera"),
    ]
    gaps = [gap for gap in gaps if gap.end_ns > gap.start_ns]
    return export(sources, gaps, from_ns, to_ns, target, progress)


def _stream(camera: str, asked: str | None, known_streams: list[str]) -> str:
    if not known_streams:
        raise InputError(f"{camera!r}: no camera of that name was recorded")
    if asked is None:
        return "main" if "main" in known_streams else known_streams[0]
    if asked not in known_streams:
        raise InputError(
            f"--stream {asked!r}: {camera} has no such stream; it has {', '.join(known_streams)}"
        )
    return asked
