"""How the report says things: times, durations, directions, kinds of event."""

from collections.abc import Iterable
from datetime import timedelta

from curtilage.config.camera import CameraSettings
from curtilage.model import Direction, Kind

RULE_WORDS = {
    "line_crossing": "line",
    "counter": "counter",
    "region_entrance": "entrance",
    "region_exit": "exit",
    "intrusion": "intrusion",
    "loitering": "loitering",
    "gathering": "gathering",
    "occupancy": "occupancy",
    "dwell": "length of stay",
    "heatmap": "heat map",
    "paths": "paths",
}

KIND_WORDS: dict[str, str] = {
    Kind.LINE_CROSSED: "crossed the line",
    Kind.COUNTER: "put right",
    Kind.OBJECTS_INSIDE: "inside the area",
    Kind.LOITERING: "stayed long",
    Kind.GATHERING: "gathering",
    Kind.OCCUPANCY: "occupancy",
    Kind.DWELL: "length of stay",
    Kind.PATH: "path",
}

TYPE_WORDS = {
    "region_entrance": "came in",
    "region_exit": "went out",
    "intrusion": "intrusion",
}

DIRECTION_WORDS: dict[str, str] = {Direction.A_TO_B: "A → B", Direction.B_TO_A: "B → A"}

IRREGULAR = {"person": "people", "bus": "buses", "sheep": "sheep"}

DAY = 86400


class Clock:
    """Turns seconds of the footage into text; local time too when the footage's start is known."""

    def __init__(self, camera: CameraSettings, duration: float) -> None:
        self._start = camera.start.astimezone(camera.zone) if camera.start else None
        self._long = duration >= 3600

    def stamp(self, time: float) -> str:
        """Position in the footage as ``hh:mm:ss``."""
        whole = max(0, int(time + 1e-6))
        return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"

    def local(self, time: float) -> str | None:
        """Date and time of day on site, or None when nobody said when the footage begins."""
        if self._start is None:
            return None
        return (self._start + timedelta(seconds=time)).strftime("%Y-%m-%d %H:%M:%S")

    def tick(self, time: float) -> str:
        """Short text for an axis: ``m:ss`` of the footage, or ``h:mm`` when it is long."""
        whole = round(time)
        if self._long:
            return f"{whole // 3600}:{whole // 60 % 60:02d}"
        return f"{whole // 60}:{whole % 60:02d}"

    @property
    def tick_unit(self) -> str:
        """What ``tick`` counts."""
        return "hours:minutes" if self._long else "minutes:seconds"


def length(seconds: float) -> str:
    """A duration as a person would say it: ``4.2 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole // 60, "min", whole % 60, "s")
    if whole < DAY:
        return _two(whole // 3600, "h", whole // 60 % 60, "min")
    return _two(whole // DAY, "d", whole // 3600 % 24, "h")


def number(count: float) -> str:
    """A whole number with thin spaces between thousands."""
    return f"{round(count):,}".replace(",", "\u202f")


def plural(label: str, count: int) -> str:
    """The class's name for that many of it."""
    return label if count == 1 else IRREGULAR.get(label, f"{label}s")


def listing(words: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    items = list(words)
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"
