"""What differs between two texts of settings, in words that may be shown: no password is in it."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from curtilage.config.redact import shown_settings

CONTEXT: Final = 3
"""Lines around a difference."""


@dataclass(frozen=True, slots=True)
class Text:
    """Settings under a name."""

    name: str
    text: str


def unified(before: Text, after: Text) -> Iterator[str]:
    """Lines of a unified diff; one of which only the password changed shows as a changed line."""
    old, new = before.text.split("\n"), after.text.split("\n")
    shown = shown_settings(before.text).split("\n"), shown_settings(after.text).split("\n")
    groups = list(difflib.SequenceMatcher(None, old, new, False).get_grouped_opcodes(CONTEXT))
    if groups:
        yield f"--- {before.name}"
        yield f"+++ {after.name}"
    for group in groups:
        first, last = group[0], group[-1]
        yield f"@@ -{_span(first[1], last[2])} +{_span(first[3], last[4])} @@"
        for what, i, j, k, m in group:
            if what == "equal":
                yield from (f" {line}" for line in shown[0][i:j])
            else:
                yield from (f"-{line}" for line in shown[0][i:j])
                yield from (f"+{line}" for line in shown[1][k:m])


def _span(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1 if length else start},{length}"
