"""What a live source says: that a stream begins, its packets, and that nothing comes."""

from dataclasses import dataclass
from typing import TypeAlias

from curtilage.model import GapReason, Packet, StreamInfo


@dataclass(frozen=True, slots=True)
class Opened:
    """What follows belongs to ``info``, and begins with a keyframe: begin a new segment."""

    info: StreamInfo
    at_ns: int  # UTC, of the first packet
    step: bool  # the machine's clock was set: times may go back, this once


@dataclass(frozen=True, slots=True)
class Lost:
    """Nothing that could be recorded came since then."""

    reason: GapReason
    since_ns: int  # UTC: end of the last packet, or when this cause followed another
    sentence: str  # for the owner; without passwords


Item: TypeAlias = Opened | Packet | Lost
