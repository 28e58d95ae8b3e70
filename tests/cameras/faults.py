"""What can go wrong with a camera, on demand: one small language for tests and the command line.

``KIND[=VALUE][@AFTER][+FOR]``, as in ``stall``, ``jump=3600@5``, ``nokey@4+12``, ``flap=3``: after
so many seconds (from when it is given, or from the first PLAY if nobody watches yet), for so many
seconds (else until cleared).
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of trouble; what ``VALUE`` means, and its default."""

    STALL = "stall"  # no more packets; the connection stays, requests are answered
    FREEZE = "freeze"  # as stall, and requests are not answered
    DROP = "drop"  # connections are closed, once
    FLAP = "flap"  # VALUE s of pictures (3), then the connection is closed, again and again
    DOWN = "down"  # connections are closed as soon as they ask for this camera
    JUMP = "jump"  # RTP time jumps by VALUE s (3600), once
    WRAP = "wrap"  # RTP time and sequence numbers pass their ends in VALUE s (5)
    ORDER = "order"  # a share VALUE (0.05) of RTP packets comes after its successor
    LOSS = "loss"  # a share VALUE (0.01) of RTP packets is lost
    TRUNCATE = "truncate"  # a share VALUE (0.05) of RTP packets is cut short
    DESYNC = (
        "desync"  # stray bytes between a share VALUE (0.05) of pictures: RTSP's framing is lost
    )
    NOKEY = "nokey"  # the camera makes no keyframes
    MIDDLE = "middle"  # who comes later than the first gets pictures from the middle of a GOP
    LATE = "late"  # pictures are sent VALUE s (1.0) later than they were taken, then in a rush
    CHANGE = "change"  # plays clip VALUE from the next round: parameter sets change in the stream
    SWAP = "swap"  # closes connections, then plays clip VALUE: seen after a reconnect
    CLOCK = "clock"  # the camera's clock is VALUE s (-7200) off in its sender reports
    SILENT_CLOCK = "noreports"  # no sender reports
    SDP = "sdp"  # a wrong session description: VALUE one of ``sdp.WRONG`` ("sprop")
    REFUSE = "refuse"  # 401, whatever the password
    MISSING = "missing"  # 404
    BUSY = "busy"  # 453 Not Enough Bandwidth at SETUP, as cameras say with too many clients
    SLOW = "slow"  # each answer takes VALUE s (2.0)
    MUTE = "mute"  # requests are taken and never answered
    HTTP = "http"  # a web server answers
    GARBAGE = "garbage"  # bytes that are no protocol


DEFAULTS: dict[Kind, float] = {
    Kind.FLAP: 3.0,
    Kind.JUMP: 3600.0,
    Kind.WRAP: 5.0,
    Kind.ORDER: 0.05,
    Kind.LOSS: 0.01,
    Kind.TRUNCATE: 0.05,
    Kind.DESYNC: 0.05,
    Kind.LATE: 1.0,
    Kind.CLOCK: -7200.0,
    Kind.SLOW: 2.0,
}
NAMED = {Kind.SDP: "sprop", Kind.CHANGE: "small", Kind.SWAP: "small"}
ONCE = frozenset({Kind.DROP, Kind.JUMP, Kind.WRAP, Kind.CHANGE, Kind.SWAP})
"""Done at one moment, then over."""

_FORM = re.compile(
    r"(?P<kind>[a-z]+)(=(?P<value>[^@]+?))?(@(?P<after>[\d.]+))?(\+(?P<for>[\d.]+))?"
)

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Fault:
    """One trouble of one camera."""

    kind: Kind
    value: float = 0.0
    name: str = ""  # of a clip or of a wrong description
    after_s: float = 0.0
    for_s: float = float("inf")

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Read ``KIND[=VALUE][@AFTER][+FOR]``.

        Raises:
            ValueError: the text is none of that.

        """
        found = _FORM.fullmatch(text)
        if found is None or not _makes_sense(found["kind"], found["value"]):
            raise ValueError(f"{text!r} is no fault; write KIND[=VALUE][@AFTER][+FOR] with KIND of "
                             f"{', '.join(Kind)}")  # fmt: skip
        kind, given = Kind(found["kind"]), found["value"]
        value, name = DEFAULTS.get(kind, 0.0), NAMED.get(kind, "")
        if kind in NAMED:
            name = given or name
        elif given is not None:
            value = float(given)
        return cls(kind, value, name, float(found["after"] or 0), float(found["for"] or "inf"))


def _makes_sense(kind: str, value: str | None) -> bool:
    if kind not in list(Kind):
        return False
    return value is None or kind in NAMED or _NUMBER.fullmatch(value) is not None


class Troubles:
    """The faults of one camera and when they hold. Times are the event loop's, in seconds."""

    def __init__(self) -> None:
        self._faults: list[tuple[Fault, float | None]] = []  # with the moment they count from

    def add(self, fault: Fault, now: float | None) -> None:
        """``now`` None: counts from ``begin``, except what has no delay, which holds at once."""
        self._faults.append((fault, now))

    def begin(self, now: float) -> None:
        """Somebody watches for the first time."""
        self._faults = [(f, now if since is None else since) for f, since in self._faults]

    def clear(self, kind: Kind | None = None) -> None:
        """Forget one kind, or all."""
        self._faults = [] if kind is None else [p for p in self._faults if p[0].kind != kind]

    def __bool__(self) -> bool:
        return bool(self._faults)

    def active(self, kind: Kind, now: float) -> Fault | None:
        """The fault of that kind that holds now."""
        for fault, since in self._faults:
            if fault.kind is kind and _holds(fault, since, now):
                return fault
        return None

    def due(self, now: float) -> list[Fault]:
        """Faults that happen once and whose moment has come; each is told once."""
        come = [f for f, since in self._faults if f.kind in ONCE and _holds(f, since, now)]
        if come:
            self._faults = [p for p in self._faults if p[0] not in come]
        return come


def _holds(fault: Fault, since: float | None, now: float) -> bool:
    if since is None:
        return fault.after_s == 0.0
    return fault.after_s <= now - since < fault.after_s + fault.for_s
