"""Exports that people asked for: made one after the other, kept for a week, then gone.

What is known of each lies beside its movie as ``ID.job.json``, so that a restart forgets none; one
that was being made then has failed, and says so.
"""

import json
import logging
import queue
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from curtilage.config.replace import replace_file
from curtilage.config.site import SiteSettings
from curtilage.errors import InputError
from curtilage.record.export.by_name import export_of
from curtilage.web.context import WebContext

LOG = logging.getLogger(__name__)
FOLDER: Final = "exports"
KEPT_NS: Final = 7 * 86_400 * 1_000_000_000
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
INTERRUPTED: Final = "the web was restarted while this was made; ask for it again"


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


class ExportDesk:
    """Takes exports on and makes them in a thread of its own: a part of the web server."""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._folder = context.site.state / FOLDER
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._jobs = {job.id: job for job in _found(self._folder)}
        self._asked: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        for job in list(self._jobs.values()):
            if job.state in (WAITING, RUNNING):
                self._keep(replace(job, state=FAILED, sentence=INTERRUPTED))
        self._thread = threading.Thread(target=self._work, name="exports", daemon=True)
        self._thread.start()

    def ask(self, camera: str, stream: str | None, span_ns: tuple[int, int], by: str) -> Job:
        """Take an export on."""
        self._forget_old()
        job = Job(str(uuid4()), camera, stream, *span_ns, by, self._context.now_ns())
        self._keep(job)
        self._asked.put(job.id)
        return job

    def all(self) -> list[Job]:
        """Newest first."""
        with self._lock:
            return sorted(self._jobs.values(), key=lambda job: -job.created_ns)

    def find(self, number: str) -> Job | None:
        """The one with that id."""
        with self._lock:
            return self._jobs.get(number)

    def file(self, job: Job, name: str) -> Path | None:
        """A file of an export that is done."""
        return self._folder / name if job.state == DONE and name in job.files else None

    def remove(self, number: str) -> None:
        """Delete an export with its files."""
        with self._lock:
            job = self._jobs.pop(number, None)
        if job is not None:
            for path in self._folder.glob(f"{UUID(job.id)}*"):
                path.unlink(missing_ok=True)

    def apply(self, site: SiteSettings) -> None:
        """Nothing: the next export reads the index as it is then."""

    def stop(self) -> None:
        """Take no more on; what is being made is told to have failed at the next start."""
        self._asked.put(None)

    def _work(self) -> None:
        while (number := self._asked.get()) is not None:
            job = self.find(number)
            if job is not None:
                self._make(job)

    def _make(self, job: Job) -> None:
        self._keep(replace(job, state=RUNNING))

        def progress(done: int, total: int) -> None:
            with self._lock:
                self._jobs[job.id] = replace(job, state=RUNNING, share=done / max(total, 1))

        target = self._folder / f"{job.id}.mp4"
        try:
            made = export_of(
                self._context.database,
                job.camera,
                job.stream,
                (job.from_ns, job.to_ns),
                target,
                progress,
                self._context.now_ns(),
            )
        except InputError as error:
            self._keep(replace(job, state=FAILED, sentence=str(error).replace(str(target), "it")))
        except Exception as error:  # the next export must be made whatever this one met
            LOG.exception("export %s", job.id)
            self._keep(
                replace(job, state=FAILED, sentence=f"a fault of ours: {type(error).__name__}")
            )
        else:
            files = (*(path.name for path in made.files), made.sidecar.name)
            self._keep(replace(job, state=DONE, share=1.0, files=files, bytes=made.bytes))

    def _keep(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.id] = job
        try:
            replace_file(self._folder / f"{job.id}.job.json", json.dumps(asdict(job)).encode())
        except OSError as error:
            LOG.warning("export %s cannot be noted: %s", job.id, error)

    def _forget_old(self) -> None:
        before_ns = self._context.now_ns() - KEPT_NS
        for job in self.all():
            if job.created_ns < before_ns and job.state in (DONE, FAILED):
                self.remove(job.id)


def _found(folder: Path) -> Iterator[Job]:
    for path in folder.glob("*.job.json"):
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
            yield Job(**{**facts, "files": tuple(facts["files"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            LOG.warning("%s is no note of an export: %s", path, error)
