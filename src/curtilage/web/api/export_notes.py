"""What is known of an export, as a file beside its movie: ``ID.job.json``."""

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from curtilage.config.replace import replace_file

LOG = logging.getLogger(__name__)
ENDING: Final = ".job.json"
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
UNFINISHED: Final = (WAITING, RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """An export, and how far it is."""

    id: str
    camera: str
    stream: str | None
    from_ns: int
    to_ns: int
    by: str
    created_ns: int
    state: str = WAITING
    share: float = 0.0  # of the bytes, 0..1
    sentence: str = ""  # why it failed
    files: tuple[str, ...] = ()  # names; the movies, then the sidecar
    bytes: int = 0


def note(folder: Path, job: Job) -> None:
    """Write it; where that fails, the export is forgotten with the next restart."""
    try:
        replace_file(folder / f"{job.id}{ENDING}", json.dumps(asdict(job)).encode())
    except OSError as error:
        LOG.warning("export %s cannot be noted: %s", job.id, error)


def found(folder: Path) -> Iterator[Job]:
    """All that were noted."""
    for path in folder.glob(f"*{ENDING}"):
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
            UUID(str(facts["id"]))
            yield Job(**{**facts, "files": tuple(facts["files"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            LOG.warning("%s is no note of an export: %s", path, error)
