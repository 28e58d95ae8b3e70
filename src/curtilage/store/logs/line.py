"""One line of the log as it stands in a file: a JSON object with time, process, level and text."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

LONGEST: Final = 8000
"""Characters of a text; a traceback of ours has a few thousand."""
_LEVELLED: Final = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)", re.DOTALL)


class Level(StrEnum):
    """How grave it is, the least first."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"

    @property
    def gravity(self) -> int:
        """The graver, the greater."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One message."""

    time_ns: int  # UTC
    process: str  # supervisor, recorder, analyser-0, web
    level: Level
    text: str


def said(time_ns: int, process: str, printed: str) -> LogLine:
    """A line as a process printed it, ``LEVEL text``; what has no level is a library's: warning."""
    found = _LEVELLED.match(printed)
    level = Level.WARNING if found is None else Level(found[1].lower())
    text = printed if found is None else found[2]
    if len(text) > LONGEST:
        text = text[:LONGEST] + " …"
    return LogLine(time_ns, process, level, text)


def encoded(line: LogLine) -> bytes:
    """As it stands in a file; whatever the text is, it is one line."""
    moment = datetime.fromtimestamp(line.time_ns // 1_000_000_000, UTC)
    time = f"{moment:%Y-%m-%dT%H:%M:%S}.{line.time_ns % 1_000_000_000:09}Z"
    content = {"time": time, "process": line.process, "level": line.level, "text": line.text}
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def decoded(data: bytes) -> LogLine | None:
    """None: it is none of ours, or was cut off when the power went."""
    try:
        found = json.loads(data)
        whole, _, part = found["time"].rstrip("Z").partition(".")
        moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
        time_ns = int(moment.timestamp()) * 1_000_000_000 + int(part.ljust(9, "0")[:9])
        return LogLine(time_ns, str(found["process"]), Level(found["level"]), str(found["text"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
