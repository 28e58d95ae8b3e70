"""Compares what is on the disks with what the index says, and puts either in order.

``compare`` only looks, also while a recorder runs. ``repair`` mends what differs. ``rebuild`` makes
rows for all files that have none: the index from the disks alone. Names and sizes are compared
first, since there may be 500,000 files; ``by_content`` reads all headers. Whatever is found is
looked at once more before it is told or mended, so a running recorder causes no false alarm.
Killed at any moment and run again, each ends in the same state.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from curtilage.config.site import SiteSettings
from curtilage.errors import InputError
from curtilage.record.disk import hold_copies, unindexed
from curtilage.record.disk.durable import DiskError
from curtilage.record.disk.names import is_text
from curtilage.record.disk.volume import IDENTITY, Volume, adopt_volume, open_volume
from curtilage.record.lock import locked
from curtilage.record.upkeep.mending import Kind, enter, look, mend_file, mend_missing, row_of
from curtilage.record.upkeep.recovery import recover
from curtilage.record.upkeep.walk import Found, files, side_by_side
from curtilage.store.index.database import Database, no_index
from curtilage.store.recorded import gaps, ledger, segments, totals
from curtilage.store.recorded import volumes as known_volumes
from curtilage.store.recorded.segments import SegmentRow, State

DETAILS = 200  # sentences about single files; more are only counted
TOGETHER = 200  # rows of whole files in one commit
IN_MEMORY_NS = 3_600_000_000_000
"""What was written longer ago has come to the disk by itself (Linux: within 30 s or so)."""
Progress = Callable[[int, int], None]
"""Called with how many files were compared, and how many the index speaks of."""
Doubt = Callable[[SegmentRow, Found], bool]
"""Whether a file must be read to know if it is as its row says."""


@dataclass(slots=True)
class Report:
    """What was found, and what was done about it."""

    files: int = 0  # compared
    bytes: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    sentences: list[str] = field(default_factory=list)
    missing_volumes: int = 0

    @property
    def sound(self) -> bool:
        """Whether disks and index agree, as far as the disks are there."""
        return not any(count for kind, count in self.kinds.items() if kind is not Kind.FOREIGN)

    def tell(self, kind: Kind, sentence: str) -> None:
        """Count a finding, and say which it is if there are not too many."""
        self.kinds[kind] += 1
        if sum(self.kinds.values()) <= DETAILS:
            self.sentences.append(sentence)


def by_size(row: SegmentRow, file: Found) -> bool:
    """Trust files that have the length that the index says."""
    return row.bytes != file.size


def by_content(_row: SegmentRow, _file: Found) -> bool:
    """Trust no file before its headers were read."""
    return True


def nothing(_done: int, _of: int) -> None:
    """No progress is shown."""


def compare(site: SiteSettings, doubt: Doubt = by_size, progress: Progress = nothing) -> Report:
    """Say what differs; change nothing.

    Raises:
        InputError: there is no index.

    """
    report = Report()
    _must_have_index(site)
    with Database.of(site) as database:
        present = _present(site, database, report, adopt_volume)
        for row, file, volume in _doubtful(database, present, doubt, report, progress):
            kind = _kind(volume, row, file)
            if kind is not None:
                _tell(report, kind, volume, row, file)
    return _summed(report)


def repair(site: SiteSettings, doubt: Doubt = by_size, progress: Progress = nothing) -> Report:
    """Mend what differs: rows without file go (their time is *damaged*), files without row come in.

    Torn ends are cut off; damaged files go to ``damaged/`` with their reason, and what can be
    played of them comes back.

    Raises:
        LockError: a recorder runs.
        InputError: there is no index.

    """
    report = Report()
    _must_have_index(site)
    with locked(site.state), Database.of(site) as database:
        database.claim()
        known = _known(database)
        present = _present(
            site, database, report, lambda path, reserve: open_volume(path, reserve, known)
        )
        hold_copies.restore(database, present)
        report.sentences += recover(database, present).sentences
        mender = _Mender(database, report)
        for row, file, volume in _doubtful(database, present, doubt, report, progress):
            mender.mend(volume, row, file)
        mender.finish()
        database.now(totals.recount)
        if database.now(lambda c: ledger.explain_rest(c, time.time_ns())):
            report.sentences.append("time that nothing was known of counts as index lost")
    return _summed(report)


def rebuild_site(site: SiteSettings, progress: Progress = nothing) -> Report:
    """Make the index from the disks alone; volumes are taken as what they say they are.

    Raises:
        LockError: a recorder runs.
        InputError: there is neither an index nor a volume.

    """
    report = Report()
    if not any((volume.path / IDENTITY).exists() for volume in site.volumes):
        _must_have_index(site, " and no volume of the settings is there to make one from")
    with locked(site.state), Database.of(site) as database:
        database.claim()
        present = _present(site, database, report, adopt_volume)
        for volume in present:
            _remember(database, volume)
        report.sentences += recover(database, present).sentences
        _rebuild(database, present, report, progress, time.time_ns())
    return _summed(report)


def rebuild(database: Database, present: Iterable[Volume], progress: Progress = nothing) -> Report:
    """The same for volumes that are open, also while they are being recorded to.

    Files that have changed since it was called are left to those who write them.
    """
    report = Report()
    _rebuild(database, list(present), report, progress, time.time_ns())
    return _summed(report) if report.files else report


def _rebuild(
    database: Database, present: list[Volume], report: Report, progress: Progress, now_ns: int
) -> None:
    held = hold_copies.restore(database, present)
    if held:
        report.sentences.append(f"{held} legal holds were taken from their copies on the disks")
    mender = _Mender(database, report)
    for row, file, volume in _doubtful(database, present, _never, report, progress):
        if row is None and file is not None and file.changed_ns < now_ns:
            mender.mend(volume, row, file)
    mender.finish()
    database.now(lambda c: gaps.index_rebuilt(c, now_ns))
    for volume in present:
        unindexed.done(database.state, volume.identity)


def _must_have_index(
    site: SiteSettings, else_: str = "; `curtilage fsck --rebuild` makes one from the disks"
) -> None:
    """A mistyped ``state`` must not become a folder with an empty index."""
    none = no_index(site)
    if none is not None:
        raise InputError(f"{none}{else_}")


def _never(_row: SegmentRow, _file: Found) -> bool:
    return False


def _known(database: Database) -> dict[str, Path]:
    with database.read() as connection:
        rows = known_volumes.known(connection)
    return {row.identity: Path(row.path) for row in rows if row.path}


def _remember(database: Database, volume: Volume) -> None:
    where = str(volume.path.absolute())
    database.now(lambda c: known_volumes.seen(c, volume.identity, where, time.time_ns()))


def _present(
    site: SiteSettings,
    database: Database,
    report: Report,
    opened: Callable[[Path, int], Volume],
) -> list[Volume]:
    """The volumes of the settings and of the index that are there; others are told."""
    found: dict[str, Volume] = {}
    wanted = {volume.path.absolute(): int(volume.reserve) for volume in site.volumes}
    known = _known(database)
    for path in known.values():
        wanted.setdefault(path, 0)
    for path, reserve in wanted.items():
        try:
            volume = opened(path, reserve)
        except InputError as error:
            report.missing_volumes += 1
            report.sentences.append(f"{error}; its recordings are left as they are")
            continue
        found.setdefault(volume.identity, volume)
    return list(found.values())


def _doubtful(
    database: Database,
    present: Iterable[Volume],
    doubt: Doubt,
    report: Report,
    progress: Progress,
) -> Iterator[tuple[SegmentRow | None, Found | None, Volume]]:
    """What differs, or may differ, on all volumes, looked at twice."""
    of = _indexed(database)
    for volume in present:
        with database.read() as connection:
            rows = segments.of_volume(connection, volume.identity)
            for row, file in side_by_side(rows, files(volume.path)):
                if file is not None:
                    report.files += 1
                    report.bytes += file.size
                    if report.files % 1000 == 0:
                        progress(report.files, of)
                if row is not None and row.state is not State.CLOSED:
                    continue  # being written, or recovery's
                if row is not None and file is not None and not doubt(row, file):
                    continue
                if _still(database, volume, row, file):
                    yield row, file, volume
    progress(report.files, max(of, report.files))


def _indexed(database: Database) -> int:
    with database.read() as connection:
        return sum(one.segments for one in totals.usage(connection))


def _still(database: Database, volume: Volume, row: SegmentRow | None, file: Found | None) -> bool:
    """Whether row and file are as they were when they were listed, a moment before."""
    path = row.path if row is not None else file.path if file is not None else ""
    if volume.tree.size(path) != (file.size if file is not None else None):
        return False
    if not is_text(path):
        return True
    with database.read() as connection:
        now = segments.at(connection, volume.identity, path)
    return now == row


def _kind(volume: Volume, row: SegmentRow | None, file: Found | None) -> Kind | None:
    if file is None:
        return Kind.MISSING
    try:
        return look(volume.path / file.path, file.path, row).kind
    except OSError:
        return Kind.UNREADABLE


class _Mender:
    """Mends one difference after the other; rows of whole files come in together."""

    def __init__(self, database: Database, report: Report) -> None:
        self._database = database
        self._report = report
        self._rows: list[SegmentRow] = []

    def mend(self, volume: Volume, row: SegmentRow | None, file: Found | None) -> None:
        """Put one recording in order, and tell what was wrong with it."""
        try:
            kind = self._mended(volume, row, file)
        except DiskError as error:
            self._report.sentences.append(str(error))
            kind = Kind.UNREADABLE
        except OSError:
            kind = Kind.UNREADABLE
        if kind is not None:
            _tell(self._report, kind, volume, row, file)

    def finish(self) -> None:
        """Enter the rows that wait."""
        rows, self._rows = self._rows, []
        if rows:
            enter(self._database, rows)

    def _mended(self, volume: Volume, row: SegmentRow | None, file: Found | None) -> Kind | None:
        if file is None:
            return mend_missing(self._database, row) if row is not None else None
        looked = look(volume.path / file.path, file.path, row)
        if looked.kind is not Kind.STRAY:
            mend_file(self._database, volume, file.path, row, looked)
            return looked.kind
        if file.changed_ns > time.time_ns() - IN_MEMORY_NS:
            volume.tree.keep(file.path)
        self._rows.append(row_of(volume, file.path, looked))
        if len(self._rows) >= TOGETHER:
            self.finish()
        return Kind.STRAY


def _tell(
    report: Report, kind: Kind, volume: Volume, row: SegmentRow | None, file: Found | None
) -> None:
    path = row.path if row is not None else file.path if file is not None else ""
    shown = str(volume.path / path).encode(errors="backslashreplace").decode()
    report.tell(kind, f"{shown}: {kind.value}")


def _summed(report: Report) -> Report:
    """With the sums as the last sentences."""
    report.sentences.append(f"{report.files:,} files, {report.bytes / 1e9:,.2f} GB compared")
    report.sentences += [f"{count:,} {kind.value}" for kind, count in sorted(report.kinds.items())]
    return report
