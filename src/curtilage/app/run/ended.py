"""How a process ended, in words, and what it said last."""

import signal
from dataclasses import dataclass

SIGNALS = {
    signal.SIGKILL: "killed (SIGKILL; by somebody, or by the system for want of memory)",
    signal.SIGSEGV: "crashed in native code (SIGSEGV)",
    signal.SIGBUS: "crashed in native code (SIGBUS)",
    signal.SIGILL: "crashed (SIGILL: an instruction that this processor does not know)",
    signal.SIGFPE: "crashed in native code (SIGFPE)",
    signal.SIGABRT: "gave up in native code (SIGABRT)",
    signal.SIGTERM: "was told to end by somebody (SIGTERM)",
}
LINES = 3  # of standard error, in a sentence


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a process."""

    at_ns: int  # UTC
    after_s: float  # how long it had run
    reason: str  # a sentence without full stop
    last_lines: tuple[str, ...]  # of standard error, passwords hidden


def in_words(code: int) -> str:
    """What an exit code means: negative ones are signals, as ``subprocess`` counts."""
    if code >= 0:
        return "ended by itself" if code == 0 else f"ended with exit code {code}"
    try:
        number = signal.Signals(-code)
    except ValueError:
        return f"ended by signal {-code}"
    return SIGNALS.get(number, f"ended by {number.name}")


def reason_of(code: int, sentence: str | None, last_lines: tuple[str, ...]) -> str:
    """Why it ended: the sentence it gave, else its code and what it said last.

    Args:
        code: Of the process.
        sentence: What it said itself of its end, or what the supervisor knows.
        last_lines: Of standard error.

    """
    if sentence:
        return sentence
    said = " | ".join(last_lines[-LINES:])
    words = in_words(code)
    return f"{words}; it said last: {said}" if said and code > 0 else words
