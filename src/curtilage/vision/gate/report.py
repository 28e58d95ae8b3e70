"""The gate's words: what it demands, in which state it is and why, how well it can tell."""

from dataclasses import dataclass
from enum import StrEnum


class Demand(StrEnum):
    """What the gate wants done."""

    NOTHING = "nothing"
    """Decode nothing. What stood still is still there: hold its tracks."""
    CHECK = "check"
    """Besides what goes on: decode the last keyframe, detect, tell ``checked``. Asked for once."""
    MOTION = "motion"
    """Decode the motion stream in full from its last keyframe, tell ``moved`` of its pictures."""
    ANALYSE = "analyse"
    """Decode the analysed stream from the keyframe at or before ``Gate.back_ns`` ago, analyse, tell
    ``moved`` of its pictures and ``tracked`` of every analysed one."""


class GateState(StrEnum):
    """What the gate is doing."""

    ASLEEP = "asleep"
    HOLDING = "asleep, holding"  # objects stand still; they keep their tracks
    WATCHING = "watching"  # pixel motion alone
    AWAKE = "awake"


class Reason(StrEnum):
    """Why the gate is awake or watching."""

    QUIET = "quiet"
    START = "start"
    SIZES = "sizes"
    PIXELS = "pixels"
    LIGHT = "light"
    TRACKS = "tracks"
    CHECK = "check"
    GAP = "gap"
    UNSURE = "unsure"
    UNSETTLED = "unsettled"
    TURN = "turn"
    NO_KEYFRAMES = "no keyframes"
    ALWAYS = "always"


SENTENCES = {
    Reason.QUIET: "Nothing moves.",
    Reason.START: "It has just begun to look.",
    Reason.SIZES: "Packets are larger than this camera's are when nothing moves.",
    Reason.PIXELS: "Something moves in the picture.",
    Reason.LIGHT: "The light changed.",
    Reason.TRACKS: "A tracked object moves.",
    Reason.CHECK: "A look at the picture did not find what was expected.",
    Reason.GAP: "Packets were missing, or the camera's clock was set.",
    Reason.UNSURE: "Sizes of packets do not tell (or not yet) whether something moves here.",
    Reason.UNSETTLED: "Nothing moves, but packets are larger than they were.",
    Reason.TURN: "A scheduled look at all pictures, to measure what packet sizes tell.",
    Reason.NO_KEYFRAMES: "Keyframes are so far apart that it could not wake up in time.",
    Reason.ALWAYS: "The settings say that everything is looked at.",
}


@dataclass(frozen=True, slots=True)
class Separation:
    """How well packet sizes tell motion from quiet on this camera, measured against pixels."""

    arrivals: int  # of the last 32 that pixels saw
    caught: int  # of them, those that sizes saw in time
    recall_lower: float  # 95 % sure that at least this share of arrivals is caught; 0..1
    false_wakes: float  # per hour, that sizes cause (or would cause) without motion
    least_area: float  # share of the picture that must move for sizes to tell; inf: cannot tell
    measured_at: float | None  # s, of the last arrival; None before the first


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate says of itself."""

    mode: str  # in use: "sizes", "pixels" or "always"
    why_mode: str  # a sentence
    state: GateState
    reason: Reason
    why: str  # a sentence
    since: float  # s, when it came into this state
    separation: Separation
    share_asleep: float  # of the last hour, roughly; 0..1
    share_watching: float
    share_awake: float
