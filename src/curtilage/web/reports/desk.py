"""Makes the reports of the schedule: those that are due, and those missed while nothing ran."""

import logging
import threading
from typing import Final
from zoneinfo import ZoneInfo

from curtilage.config.site import SiteSettings
from curtilage.errors import InputError
from curtilage.web.apart import BusyError
from curtilage.web.context import WebContext
from curtilage.web.reports import shelf
from curtilage.web.reports.making import FOLDER, Form, in_form, worked_out
from curtilage.web.reports.period import Period, PeriodKind, before, last_over

LOG = logging.getLogger(__name__)
LOOK_S: Final = 60.0
AGAIN_NS: Final = 3600 * 1_000_000_000
"""After one could not be made."""
MISSED: Final = 31
"""As many that were missed are made afterwards; of before the first one, none."""
STOP_S: Final = 2.0
_DAY_NS: Final = 86_400 * 1_000_000_000


class ReportDesk:
    """A part of the web server, with a thread of its own."""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._folder = context.site.state / FOLDER
        self._ended = threading.Event()
        self._not_before_ns: dict[str, int] = {}  # of reports that could not be made
        self._thread = threading.Thread(target=self._run, name="reports", daemon=True)
        self._thread.start()

    def apply(self, site: SiteSettings) -> None:
        """Nothing: each look asks for the settings in force."""

    def stop(self) -> None:
        """Make no more."""
        self._ended.set()
        self._thread.join(STOP_S)

    def look(self) -> int:
        """Make what is due; how many were made."""
        wanted = self._context.site.reports
        now_ns = self._context.now_ns()
        made = 0
        for kind, forms in (
            (PeriodKind.DAY, wanted.daily),
            (PeriodKind.WEEK, wanted.weekly),
            (PeriodKind.MONTH, wanted.monthly),
        ):
            for period in self._due(kind, now_ns) if forms else ():
                if self._ended.is_set() or self._not_before_ns.get(period.name, 0) > now_ns:
                    continue
                made += self._make(period, [Form(form) for form in forms], now_ns)
        shelf.forget(self._folder, now_ns - round(wanted.days * _DAY_NS))
        return made

    def _due(self, kind: PeriodKind, now_ns: int) -> list[Period]:
        """Periods that are over and have no report, the first one first."""
        zone = ZoneInfo(self._context.site.timezone)
        there = {one.name: one for one in shelf.found(self._folder) if one.kind == kind.value}
        since_ns = max((one.to_ns for one in there.values()), default=None)
        period = last_over(kind, now_ns, zone, self._context.site.reports.at)
        due: list[Period] = []
        while period.name not in there and len(due) < MISSED:
            due.append(period)
            if since_ns is None or period.from_ns <= since_ns:
                break
            period = before(period, zone)
        return due[::-1]

    def _make(self, period: Period, forms: list[Form], now_ns: int) -> bool:
        wanted, known = self._context.site.reports.cameras, sorted(self._context.known)
        cameras = known if wanted is None else [name for name in wanted if name in known]
        try:
            sheet = worked_out(self._context, period, cameras)
            files = {form.value: in_form(sheet, form, self._context.site.state) for form in forms}
            report = shelf.Kept(
                name=period.name,
                kind=period.kind.value,
                title=period.title,
                from_ns=period.from_ns,
                to_ns=period.to_ns,
                made_ns=now_ns,
                cameras=tuple(cameras),
                sizes={form: len(data) for form, data in files.items()},
            )
            shelf.put(self._folder, report, files)
        except BusyError:
            return False  # others have theirs made; asked again with the next look
        except (InputError, OSError) as error:
            LOG.warning("the report %s could not be made: %s", period.name, error)
            self._not_before_ns[period.name] = now_ns + AGAIN_NS
            return False
        LOG.info("report %s was made", period.name)
        return True

    def _run(self) -> None:
        while not self._ended.wait(LOOK_S):
            try:
                self.look()
            except Exception:  # the next look comes whatever this one met
                LOG.exception("reports")
