"""How the analysis goes: of the process and of each camera, with sentences where it goes badly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from curtilage.analysis.camera import CameraAnalysis
from curtilage.vision.gate import GateReport, GateState

ENOUGH: Final = 0.9  # of the wanted rate; below it, it is said
LATE_S: Final = 1.0
FEW: Final = 1.0  # pictures per second; below, a rate means nothing


@dataclass(frozen=True, slots=True)
class CameraHealth:
    """How one camera is looked at."""

    camera: str
    gate: GateReport
    wanted_fps: float  # pictures per second that the camera's settings ask for, while awake
    got_fps: float  # that were looked at, in the last seconds
    lag_s: float  # the longest in the last seconds, from a picture's time until it was understood
    tracks: int  # confirmed ones, now
    looked_ns: int  # UTC up to which was looked; 0: nothing was seen yet
    catching_up: bool  # reads what was recorded while it was not running
    undecodable: int  # packets, since the start
    missed: int  # packets that came while it was too slow to hear them
    skipped: int  # packets that were not decoded since decoding lagged
    failed: int  # pictures that the detector could not look at
    sentences: Sequence[str]  # what is wrong


@dataclass(frozen=True, slots=True)
class AnalyserHealth:
    """How one analyser goes."""

    cameras: Sequence[CameraHealth]
    detector: str  # in use
    detector_ms: float  # wall time a picture
    awake: int  # cameras that are analysed now
    asleep: int  # cameras of which nothing is decoded now
    problems: Sequence[str]  # of the process: model, store, bus


def camera_health(
    camera: CameraAnalysis, now_ns: int, *, catching_up: bool, notes: Sequence[str]
) -> CameraHealth:
    """How ``camera`` is looked at; ``now_ns`` is UTC."""
    report, faults = camera.gate, camera.faults
    got, wanted, lag_s = camera.rate.told(now_ns * 1e-9)
    present = camera.present
    sentences = list(notes)
    wanted = min(wanted, camera.camera.analysis.fps)  # more, where it looks back at a wake-up
    if camera.watch.is_awake and camera.watch.is_behind:
        sentences.append(
            f"{camera.name}: the machine looks at {got:.1f} pictures per second of the "
            f"{camera.camera.analysis.fps:.1f} wanted, since it cannot decode all of them; "
            "analysing the camera's small stream would help."
        )
    elif wanted >= FEW and got < ENOUGH * wanted:
        sentences.append(
            f"{camera.name}: the machine looks at {got:.1f} pictures per second of the "
            f"{wanted:.1f} wanted; a lower fps or a smaller detector would help."
        )
    elif lag_s > LATE_S and not catching_up:
        sentences.append(f"{camera.name}: pictures are understood {lag_s:.1f} s late.")
    if camera.watch.lost is not None:
        sentences.append(f"{camera.name}: {camera.watch.lost.sentence}")
    elif faults.sentence is not None:
        sentences.append(f"{camera.name}: {faults.sentence}")
    if camera.watch.too_long:
        sentences.append(
            f"{camera.name}: its keyframes are so far apart that it cannot be looked back at what "
            "woke it; set a keyframe every 1 to 4 seconds in the camera."
        )
    return CameraHealth(
        camera=camera.name,
        gate=report,
        wanted_fps=camera.camera.analysis.fps if report.state is GateState.AWAKE else 0.0,
        got_fps=round(got, 2),
        lag_s=round(lag_s, 3),
        tracks=present.moving + present.standing,
        looked_ns=camera.time_ns,
        catching_up=catching_up,
        undecodable=faults.undecodable,
        missed=faults.missed,
        skipped=faults.skipped,
        failed=faults.failed,
        sentences=sentences,
    )
