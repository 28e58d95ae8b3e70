"""How a site is, as its processes said last: for whoever asks from outside."""

from collections.abc import Iterator

from curtilage.app.recording.index import index_of
from curtilage.app.run.check import Finding
from curtilage.app.run.lock import is_held
from curtilage.config import SiteSettings
from curtilage.store import health

SILENT_NS = 45_000_000_000
"""A process that said nothing for so long is not well; they report every 5 s."""


def state_of_site(site: SiteSettings, now_ns: int) -> Iterator[Finding]:
    """What is well and what is not.

    Raises:
        InputError: the site never ran.

    """
    if not is_held(site.state):
        yield Finding(False, "the site is not running")
        return
    with index_of(site) as database, database.read() as connection:
        reports = {one.process: one for one in health.reports(connection)}
    supervisor = reports.get("supervisor")
    if supervisor is None or now_ns - supervisor.at_ns > SILENT_NS:
        yield Finding(False, "the supervisor has not reported for a while, or is starting")
        return
    for name, status in supervisor.facts.get("parts", {}).items():
        report = reports.get(name)
        age_ns = None if report is None else now_ns - report.at_ns
        if status["state"] != "running":
            yield Finding(False, f"{name}: {status['state']}")
        elif age_ns is None or age_ns > SILENT_NS:
            yield Finding(False, f"{name}: runs, but has not reported for a while")
        else:
            yield Finding(True, f"{name}: running, process {status['pid']}")
    for sentence in supervisor.facts.get("problems", []):
        yield Finding(False, sentence)
