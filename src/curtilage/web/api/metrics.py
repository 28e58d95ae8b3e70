"""The site in figures, as Prometheus reads them; made at each call from what processes said."""

import re
from collections.abc import Iterator
from typing import Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from curtilage.store.recorded.volumes import known
from curtilage.web.api.states import CameraState, camera_states, processes
from curtilage.web.context import WebContext
from curtilage.web.guard.principal import Principal

_NO_NAME: Final = re.compile("[^a-zA-Z0-9_]")


def metrics_text(context: WebContext, who: Principal) -> str:
    """The exposition text (Prometheus 0.0.4 or OpenMetrics' ancestor)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(context, who))
    return generate_latest(registry).decode()


class Figures(Collector):
    """The figures of one call."""

    def __init__(self, context: WebContext, who: Principal) -> None:
        self._context, self._who = context, who

    def collect(self) -> Iterator[Metric]:
        """Every family of figures."""
        yield from self._processes()
        states = camera_states(self._context)
        seen = {name: states[name] for name in self._who.visible(states)}
        yield _recording(seen)
        yield from _analysis(seen)
        if self._who.cameras is None:
            yield self._volumes()

    def _processes(self) -> Iterator[Metric]:
        alive = GaugeMetricFamily(
            "curtilage_process_alive", "Whether a process tells of itself.", labels=["process"]
        )
        for one in processes(self._context):
            alive.add_metric([one.process], float(one.alive))
        yield alive

    def _volumes(self) -> Metric:
        family = GaugeMetricFamily(
            "curtilage_volume_last_seen_seconds", "UTC when a disk was there.", labels=["path"]
        )
        with self._context.database.read() as connection:
            for row in known(connection):
                family.add_metric([str(row.path)], row.last_seen_ns / 1e9)
        return family


def _recording(seen: dict[str, CameraState]) -> Metric:
    family = GaugeMetricFamily(
        "curtilage_stream_recording", "1 while it is recorded.", labels=["camera", "stream"]
    )
    for name, state in seen.items():
        for stream in state.recording:
            family.add_metric([name, stream.stream], float(stream.recording))
    return family


def _analysis(seen: dict[str, CameraState]) -> Iterator[Metric]:
    """A family for each number that the analyser tells of a camera."""
    families: dict[str, GaugeMetricFamily] = {}
    for name, state in seen.items():
        for key, value in dict(_numbers("", state.analysis or {})).items():
            family = families.setdefault(
                key,
                GaugeMetricFamily(
                    f"curtilage_camera_{key}", "As the analyser says.", labels=["camera"]
                ),
            )
            family.add_metric([name], value)
    yield from families.values()


def _numbers(prefix: str, facts: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Facts by names that Prometheus takes, whatever they are called."""
    for key, value in facts.items():
        name = prefix + _NO_NAME.sub("_", key)
        if isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63):
            yield name, float(value)
        elif isinstance(value, dict):
            yield from _numbers(f"{name}_", value)
