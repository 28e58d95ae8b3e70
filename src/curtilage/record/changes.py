"""What other settings mean for a recorder that runs: which streams end, which begin, what is told.

A stream that is asked for in the same way before and after is not touched. The ledger hears of
the others: one that left is counted until its end, one that was switched off or on says so, one
whose address changed is ``RESTARTING`` until its first picture.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from curtilage.config.site import SiteCamera, SiteSettings, StreamSettings
from curtilage.model import GapReason
from curtilage.record.reporting import Reporter
from curtilage.record.stream_thread import StreamThread
from curtilage.store.index.database import Database
from curtilage.store.recorded import runs
from curtilage.store.recorded.runs import SWITCHED_OFF, Wanted

Name: TypeAlias = tuple[str, str]
"""Of a camera and one of its streams."""

SWITCHED_ON = "switched on in the settings"
CHANGED = "its settings changed"


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be done, stream by stream."""

    ending: list[Name]
    beginning: list[tuple[SiteCamera, StreamSettings]]
    gone: list[Name]  # left the settings
    come: list[Wanted]  # new in them
    switched: list[Wanted]  # recorded before or after, but not both
    changed: list[Name]  # recorded before and after, from elsewhere

    def tell(
        self, database: Database, reporter: Reporter, ended: Sequence[StreamThread], now_ns: int
    ) -> None:
        """Tell the ledger; the threads of ``ended`` have ended."""
        ends_ns = {thread.name: thread.ended_ns for thread in ended}
        for name in self.gone:
            reporter.forget(*name)
            at_ns = ends_ns.get(name)
            end_ns = now_ns if at_ns is None else at_ns
            database.write(partial(runs.remove, camera=name[0], stream=name[1], at_ns=end_ns))
        for one in self.come:
            database.write(partial(runs.include, one=one, now_ns=now_ns))
            if one.recorded:
                reporter.begin([(one.camera, one.stream)], now_ns)
        for one in self.switched:
            name = (one.camera, one.stream)
            reason, said = GapReason.DISABLED, SWITCHED_OFF
            if one.recorded:
                reporter.begin([name], now_ns)
                reason, said = GapReason.RESTARTING, SWITCHED_ON
            reporter.stopped(*name, ends_ns.get(name) or now_ns, reason, said)
        for name in self.changed:
            at_ns = ends_ns.get(name) or now_ns
            reporter.stopped(*name, at_ns, GapReason.RESTARTING, CHANGED)


def must_restart(before: SiteSettings, after: SiteSettings) -> str | None:
    """Why a running recorder cannot take other settings, or None."""
    for key in ("state", "database", "volumes"):
        if getattr(before, key) != getattr(after, key):
            return f"{key} changed: the recorder begins anew with it"
    return None


def changes_of(
    before: SiteSettings, after: SiteSettings, threads: Mapping[Name, StreamThread]
) -> Changes:
    """From settings to settings, given what runs."""
    old = {(one.camera, one.stream): one for one in wanted_streams(before)}
    new = {(one.camera, one.stream): one for one in wanted_streams(after)}
    asked = {(c.name, s.name): (c, s) for c, s in asked_streams(after)}
    same = {name for name in asked if name in threads and threads[name].serves(*asked[name])}
    both = [name for name in new if name in old]
    return Changes(
        ending=[name for name in threads if name not in same],
        beginning=[pair for name, pair in asked.items() if name not in same],
        gone=[name for name in old if name not in new],
        come=[one for name, one in new.items() if name not in old],
        switched=[new[name] for name in both if new[name].recorded != old[name].recorded],
        changed=[
            name
            for name in both
            if new[name].recorded and old[name].recorded and name in threads and name not in same
        ],
    )


def wanted_streams(site: SiteSettings) -> list[Wanted]:
    """Every stream of the settings, for the ledger."""
    return [
        Wanted(camera.name, stream.name, camera.enabled and stream.record)
        for camera in site.cameras
        for stream in camera.all_streams
    ]


def asked_streams(site: SiteSettings) -> Iterator[tuple[SiteCamera, StreamSettings]]:
    """The streams that cameras are asked for."""
    for camera in site.cameras:
        if camera.enabled:
            for stream in camera.all_streams:
                yield camera, stream
