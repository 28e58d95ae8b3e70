"""How cameras and processes are, as they said last: out of the rows that each process writes."""

from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel, Field

from curtilage.config.redact import without_passwords
from curtilage.store.health import ProcessHealth, reports
from curtilage.web.api.times import told
from curtilage.web.context import WebContext

STALE_NS: Final = 20_000_000_000
"""A process that has said nothing for so long does not run, or hangs."""
SILENT: Final = "the recorder says nothing"


class StreamState(BaseModel):
    """How a stream's recording goes."""

    stream: str
    recording: bool
    reason: str | None = Field(description="Why it is not being recorded.")
    sentence: str
    since: str


class CameraState(BaseModel):
    """How a camera is now."""

    recording: list[StreamState] = Field(description="Of each recorded stream.")
    analysis: dict[str, Any] | None = Field(
        description="What the analyser says of it: gate, rate, lag; null: nothing."
    )


class ProcessState(BaseModel):
    """How a process is."""

    process: str
    told: str = Field(description="When it said so.")
    alive: bool
    facts: dict[str, Any]


def processes(context: WebContext) -> list[ProcessState]:
    """Every process of the site."""
    now_ns = context.now_ns()
    return [
        ProcessState(
            process=one.process,
            told=told(one.at_ns),
            alive=now_ns - one.at_ns < STALE_NS,
            facts=one.facts,
        )
        for one in _reports(context)
    ]


def camera_states(context: WebContext) -> dict[str, CameraState]:
    """Every camera of the settings, by name."""
    fresh_ns = context.now_ns() - STALE_NS
    recording: dict[str, list[StreamState]] = {}
    analysis: dict[str, dict[str, Any]] = {}
    for report in _reports(context):
        if report.at_ns < fresh_ns:
            continue
        if report.process == "recorder":
            for one in report.facts.get("streams", ()):
                recording.setdefault(one["camera"], []).append(_stream(one))
        elif report.process.startswith("analyser"):
            analysis |= _cameras(report)
    return {
        camera.name: CameraState(
            recording=recording.get(camera.name, []), analysis=analysis.get(camera.name)
        )
        for camera in context.site.cameras
    }


def _cameras(report: ProcessHealth) -> dict[str, dict[str, Any]]:
    """By name; analysers tell of their cameras as a list with names, or by name."""
    cameras = report.facts.get("cameras", {})
    if isinstance(cameras, dict):
        return {name: dict(facts) for name, facts in cameras.items()}
    return {str(facts.get("camera", facts.get("name"))): dict(facts) for facts in cameras}


def _stream(facts: dict[str, Any]) -> StreamState:
    return StreamState(
        stream=facts["stream"],
        recording=facts["reason"] is None,
        reason=facts["reason"],
        sentence=facts["sentence"],
        since=told(facts["since_ns"]),
    )


def _reports(context: WebContext) -> list[ProcessHealth]:
    with context.database.read() as connection:
        return [replace(one, facts=_shown(one.facts)) for one in reports(connection)]


def _shown(facts: Any) -> Any:
    """Without a password, wherever a sentence of a library may have brought one in."""
    if isinstance(facts, dict):
        return {key: _shown(one) for key, one in facts.items()}
    if isinstance(facts, list):
        return [_shown(one) for one in facts]
    return without_passwords(facts) if isinstance(facts, str) else facts
