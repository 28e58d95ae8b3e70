"""What supervisor and child say to each other: one JSON object a line, in the child's pipes.

Down its standard input: ``{"do": "apply", "settings": FILE}``, ``{"do": "stop"}``; the end of the
stream means stop, too (the supervisor is gone). Up its standard output: ``{"is": "alive"}`` every
few seconds, and what ``Word`` lists, with a ``sentence`` where there is one to tell.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Word(StrEnum):
    """What a child says of itself."""

    READY = "ready"  # it does its work
    ALIVE = "alive"
    APPLIED = "applied"  # the settings it was told of last
    REFUSED = "refused"  # it cannot take them, and goes on with those it has
    MUST_RESTART = "must restart"  # it takes them only from the beginning
    FAILED = "failed"  # it cannot go on, and ends


@dataclass(frozen=True, slots=True)
class Apply:
    """Go on with the settings in this file."""

    settings: Path


@dataclass(frozen=True, slots=True)
class Stop:
    """End in order."""


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a child."""

    word: Word
    sentence: str = ""


def command_line(command: Apply | Stop) -> bytes:
    """A command as it goes down the pipe."""
    if isinstance(command, Apply):
        return _line({"do": "apply", "settings": str(command.settings)})
    return _line({"do": "stop"})


def read_command(line: bytes) -> Apply | Stop | None:
    """The command in a line; None: it is none that we know."""
    found = _object(line)
    if found.get("do") == "apply" and isinstance(found.get("settings"), str):
        return Apply(Path(str(found["settings"])))
    return Stop() if found.get("do") == "stop" else None


def said_line(said: Said) -> bytes:
    """A word as it goes up the pipe."""
    content = {"is": said.word.value}
    return _line({**content, "sentence": said.sentence} if said.sentence else content)


def read_said(line: bytes) -> Said | None:
    """The word in a line; None: it is none that we know."""
    found = _object(line)
    try:
        return Said(Word(str(found.get("is"))), str(found.get("sentence", "")))
    except ValueError:
        return None


def _line(content: dict[str, str]) -> bytes:
    return json.dumps(content).encode() + b"\n"


def _object(line: bytes) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
