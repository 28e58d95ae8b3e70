"""Reports that were made by schedule, as files under ``reports`` in the state folder.

``week-2026-11-16.pdf`` lies beside ``week-2026-11-16.json``, which says what it is and is written
last: what it does not name is not there.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from curtilage.config.replace import replace_file

_ABOUT: Final = ".json"


@dataclass(frozen=True, slots=True)
class Kept:
    """One report."""

    name: str  # of its files, without their ends
    kind: str
    title: str
    from_ns: int
    to_ns: int
    made_ns: int
    cameras: tuple[str, ...]
    sizes: Mapping[str, int]  # bytes by form


def put(folder: Path, report: Kept, files: Mapping[str, bytes]) -> None:
    """Keep a report. Raises ``OSError`` if the disk does not take it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for form, data in files.items():
        replace_file(folder / f"{report.name}.{form}", data, mode=0o600)
    replace_file(folder / f"{report.name}{_ABOUT}", json.dumps(asdict(report)).encode(), mode=0o600)


def found(folder: Path) -> list[Kept]:
    """All, those of the latest time first; what cannot be read is passed over."""
    reports = (_read(path) for path in folder.glob(f"*{_ABOUT}"))
    there = [one for one in reports if one is not None]
    return sorted(there, key=lambda one: (one.to_ns, one.from_ns), reverse=True)


def file_of(folder: Path, name: str) -> tuple[Kept, Path] | None:
    """The report and the file of a name as ``week-2026-11-16.pdf``; None: there is none."""
    stem, _, form = name.rpartition(".")
    for one in found(folder):  # names are compared, never made into a path
        if one.name == stem and form in one.sizes:
            return one, folder / f"{one.name}.{form}"
    return None


def forget(folder: Path, before_ns: int) -> None:
    """Delete those that were made before then."""
    for one in found(folder):
        if one.made_ns < before_ns:
            for end in (_ABOUT, *(f".{form}" for form in one.sizes)):
                (folder / f"{one.name}{end}").unlink(missing_ok=True)


def _read(path: Path) -> Kept | None:
    try:
        given = json.loads(path.read_bytes())
        given["cameras"] = tuple(given["cameras"])
        report = Kept(**given)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return report if report.name == path.stem else None
