"""The long-lived parts that run as processes, each imported only by the process that runs it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from curtilage.config.site import SiteSettings


class Part(Protocol):
    """What all of them have."""

    def start(self) -> None:
        """Begin to work. Raises ``InputError`` with a sentence if it cannot."""
        ...

    def stop(self) -> None:
        """End in order."""
        ...

    def health(self) -> object:
        """How it goes; cheap. A dataclass or a mapping."""
        ...

    def apply(self, site: SiteSettings) -> str | None:
        """Go on with other settings.

        Returns:
            Why it must be started again to take them, in a sentence; None: they are taken.

        Raises:
            InputError: they cannot be taken; it goes on with those it has.

        """
        ...


@dataclass(frozen=True, slots=True)
class PartName:
    """Which part a process runs: its kind, and the shard of an analyser."""

    kind: str  # one of MAKERS
    shard: int = 0
    of: int = 1

    def __str__(self) -> str:
        return f"{self.kind}-{self.shard}" if self.kind == "analyser" else self.kind

    @property
    def arguments(self) -> list[str]:
        """As the child's command line takes it."""
        if self.kind == "analyser":
            return [self.kind, "--shard", str(self.shard), "--of", str(self.of)]
        return [self.kind]


RECORDER = PartName("recorder")
WEB = PartName("web")


def parts_of(site: SiteSettings) -> list[PartName]:
    """The parts that a site needs; the recorder first."""
    shards = site.analysis.processes
    return [RECORDER, *(PartName("analyser", n, shards) for n in range(shards)), WEB]


def make(name: PartName, site: SiteSettings) -> Part:
    """The part ``name`` for ``site``, not started."""
    return MAKERS[name.kind](name, site)


def _recorder(_name: PartName, site: SiteSettings) -> Part:
    from curtilage.record.recorder import Recorder

    return Recorder(site)


def _analyser(name: PartName, site: SiteSettings) -> Part:
    from curtilage.analysis.analyser import Analyser

    return Analyser(site, shard=name.shard, of=name.of)


def _web(_name: PartName, site: SiteSettings) -> Part:
    from curtilage.web.server import WebServer

    return WebServer(site)


MAKERS: dict[str, Callable[[PartName, SiteSettings], Part]] = {
    "recorder": _recorder,
    "analyser": _analyser,
    "web": _web,
}
