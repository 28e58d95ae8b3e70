"""Exports that people asked for: made one after the other, kept for a week, then gone.

What is known of each lies beside its movie as ``ID.job.json``, so that a restart forgets none; one
that was being made then has failed, and says so.
"""

import logging
import queue
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from curtilage.config.site import SiteSettings
from curtilage.errors import InputError
from curtilage.record.export.by_name import export_of
from curtilage.web.api.export_notes import DONE, FAILED, RUNNING, UNFINISHED, Job, found, note
from curtilage.web.context import WebContext
from curtilage.web.refusal import TOO_MANY, Refused

LOG = logging.getLogger(__name__)
FOLDER: Final = "exports"
KEPT_NS: Final = 7 * 86_400 * 1_000_000_000
LOOK_S: Final = 900.0
"""What is a week old is gone so much later at most, also if nobody asks."""
STOP_S: Final = 2.0
LONGEST_NS: Final = 31 * 86_400 * 1_000_000_000
UNMADE_OF_ONE: Final = 5
OF_ONE: Final = 100
"""Exports of one user at a time: waiting or being made; of a week."""
RESERVE: Final = 2_000_000_000
"""Bytes that exports leave free: the index is on the same disk, and stands still without room."""
INTERRUPTED: Final = "the web was restarted while this was made; ask for it again"
NO_ROOM: Final = "the disk of the state folder has too little room left for it"


class GivenUp(Exception):  # noqa: N818 - it is no fault
    """The export that is being made is not wanted any more."""


class ExportDesk:
    """Takes exports on and makes them in a thread of its own: a part of the web server."""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._folder = context.site.state / FOLDER
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._asked: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        for draft in self._folder.glob(".*.partial"):  # of a web that was killed
            draft.unlink(missing_ok=True)
        self._jobs = {job.id: job for job in found(self._folder)}
        for job in list(self._jobs.values()):
            if job.state in UNFINISHED:
                self._keep(replace(job, state=FAILED, sentence=INTERRUPTED))
        self._forget_old()
        self._thread = threading.Thread(target=self._work, name="exports", daemon=True)
        self._thread.start()

    def ask(self, camera: str, stream: str | None, span_ns: tuple[int, int], by: str) -> Job:
        """Take an export on. Raises ``Refused`` if it is too long, or ``by`` asks for too much."""
        if span_ns[1] - span_ns[0] > LONGEST_NS:
            raise Refused(422, "An export may have 31 days at most.")
        job = Job(str(uuid4()), camera, stream, *span_ns, by, self._context.now_ns())
        with self._lock:
            theirs = [one for one in self._jobs.values() if one.by == by]
            if sum(one.state in UNFINISHED for one in theirs) >= UNMADE_OF_ONE:
                raise Refused(TOO_MANY, f"{UNMADE_OF_ONE} exports of yours are not made yet.")
            if len(theirs) >= OF_ONE:
                raise Refused(TOO_MANY, f"There are {OF_ONE} exports of yours; delete some first.")
            self._jobs[job.id] = job
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
        """Delete an export with its files; one that is being made is given up."""
        with self._lock:
            job = self._jobs.pop(number, None)
        if job is not None:
            self._delete(job)

    def apply(self, site: SiteSettings) -> None:
        """Nothing: the next export reads the index as it is then."""

    def stop(self) -> None:
        """Take no more on; what is being made is told to have failed at the next start."""
        self._stopping.set()
        self._asked.put(None)
        self._thread.join(STOP_S)

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                number = self._asked.get(timeout=LOOK_S)
            except queue.Empty:
                self._forget_old()
                continue
            job = None if number is None else self.find(number)
            if job is not None and not self._stopping.is_set():
                self._make(job)

    def _make(self, job: Job) -> None:
        self._keep(replace(job, state=RUNNING))

        def progress(done: int, total: int) -> None:
            if done < total and shutil.disk_usage(self._folder).free < RESERVE:
                raise InputError(NO_ROOM)
            with self._lock:
                if self._stopping.is_set() or job.id not in self._jobs:
                    raise GivenUp
                self._jobs[job.id] = replace(job, state=RUNNING, share=done / max(total, 1))

        target = self._folder / f"{job.id}.mp4"
        try:
            progress(0, 1)
            made = export_of(
                self._context.database,
                job.camera,
                job.stream,
                (job.from_ns, job.to_ns),
                target,
                progress,
                self._context.now_ns(),
            )
        except GivenUp:
            return
        except InputError as error:
            self._keep(replace(job, state=FAILED, sentence=self._without_paths(str(error), target)))
        except Exception as error:  # the next export must be made whatever this one met
            LOG.exception("export %s", job.id)
            self._keep(
                replace(job, state=FAILED, sentence=f"a fault of ours: {type(error).__name__}")
            )
        else:
            files = (*(path.name for path in made.files), made.sidecar.name)
            self._keep(replace(job, state=DONE, share=1.0, files=files, bytes=made.bytes))

    def _without_paths(self, sentence: str, target: Path) -> str:
        """Those who export need not know where things lie on this machine."""
        return sentence.replace(str(target), "it").replace(str(self._folder), "the exports")

    def _keep(self, job: Job) -> None:
        """Remembers how far it is; not of one that was removed meanwhile, whose files go."""
        with self._lock:
            wanted = job.id in self._jobs
            if wanted:
                self._jobs[job.id] = job
                note(self._folder, job)
        if not wanted:
            self._delete(job)

    def _delete(self, job: Job) -> None:
        for path in self._folder.glob(f"{UUID(job.id)}*"):
            path.unlink(missing_ok=True)

    def _forget_old(self) -> None:
        before_ns = self._context.now_ns() - KEPT_NS
        for job in self.all():
            if job.created_ns < before_ns and job.state in (DONE, FAILED):
                self.remove(job.id)
