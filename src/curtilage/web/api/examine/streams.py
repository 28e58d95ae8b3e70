"""Plays the streams of a camera for some seconds, side by side, and says what each one gives."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError, Cause
from curtilage.ingest.live.trial import Trial, try_stream
from curtilage.ingest.rtsp.dial import dial, port_of
from curtilage.ingest.rtsp.probe import examine
from curtilage.model import GapReason, VideoCodec
from curtilage.web.api.examine.answers import ExaminedStream

NAMES: Final = ("main", "sub", "third", "fourth")
WATCH_S: Final = 4.6
"""From the first keyframe; when no other has come by then, they come seldom (``notes``)."""
ASK_S: Final = 5.0
LOOK_S: Final = 1.5  # for the camera's pages to answer, where its video does not


@dataclass(frozen=True, slots=True)
class Played:
    """A stream that was asked for."""

    address: Address
    trial: Trial | None
    problem: CameraError | None  # why there is no trial
    microphone: bool
    server: str | None


def play_all(addresses: Sequence[Address], stop: threading.Event) -> list[Played]:
    """Play them, as many as there are names for."""
    with ThreadPoolExecutor(len(NAMES), "examine") as threads:
        return list(threads.map(lambda one: play(one, stop), addresses[: len(NAMES)]))


def play(address: Address, stop: threading.Event) -> Played:
    """Ask for one stream, and play it if it is there."""
    microphone, server = False, None
    if address.scheme in ("rtsp", "rtsps"):
        told = examine(address, ASK_S)
        server = told.server
        if told.reason is not None:
            problem = CameraError(told.reason, told.sentence, told.cause or Cause.OTHER)
            return Played(address, None, _finer(address, problem), False, server)
        microphone = told.description is not None and bool(told.description.of_kind("audio"))
    trial = try_stream(address, WATCH_S, stop, ASK_S)
    if isinstance(trial, CameraError):
        return Played(address, None, trial, microphone, server)
    return Played(address, trial, None, microphone, server)


def told(played: Played, name: str, profile: str, url: str) -> ExaminedStream:
    """As the API tells it; ``url``: the address, with or without its password."""
    trial, problem = played.trial, played.problem
    info = None if trial is None else trial.info
    has_groups = info is not None and info.codec is not VideoCodec.MJPEG
    return ExaminedStream(
        name=name,
        profile=profile,
        url=url,
        works=trial is not None,
        reason=None if problem is None else problem.cause,
        sentence=str(problem) if problem is not None else _sentence(trial),
        codec=None if info is None else info.codec.value,
        width=None if info is None else info.width,
        height=None if info is None else info.height,
        fps=None if trial is None or trial.fps is None else round(trial.fps, 2),
        gop_s=round(trial.gop_s, 2) if trial and trial.gop_s and has_groups else None,
        bits_per_s=None if trial is None else trial.bits_per_s,
        microphone=played.microphone,
        secure=played.address.scheme in ("rtsps", "https"),
    )


def _sentence(trial: Trial | None) -> str:
    if trial is None:
        return ""
    words = {VideoCodec.H264: "H.264", VideoCodec.HEVC: "H.265", VideoCodec.MJPEG: "MJPEG"}
    rate = "" if trial.fps is None else f", {trial.fps:.3g} pictures per second"
    return f"{words[trial.info.codec]}, {trial.info.width} x {trial.info.height}{rate}"


def _finer(address: Address, problem: CameraError) -> CameraError:
    """Where the video's port is closed: whether the camera is there all the same."""
    if problem.cause is not Cause.PORT_CLOSED:
        return problem
    try:
        dial(Address(f"http://{_bracketed(address.host)}/"), LOOK_S).close()
    except (CameraError, ValueError):
        return problem
    return rtsp_is_off(address)


def rtsp_is_off(address: Address) -> CameraError:
    """The camera is there, and has its video switched off."""
    return CameraError(
        GapReason.UNREACHABLE,
        f"{address.host} is there, but plays no video at port {port_of(address)}: switch RTSP on "
        "in the camera's own pages (under network or platform access), or name the port that it "
        "uses. Some makers sell cameras whose firmware has no RTSP; those cannot be recorded",
        Cause.RTSP_OFF,
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
