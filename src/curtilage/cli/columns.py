"""The last column of a table of lines: broken to fit a screen, left as it is in a file."""

import shutil
import sys
import textwrap
from functools import lru_cache

NARROWEST = 30  # columns for the sentence; narrower screens break lines on their own


def room_behind(margin: int) -> int:
    """How wide the last column may be behind ``margin`` columns; 0: there is no screen."""
    return shutil.get_terminal_size().columns - margin if sys.stdout.isatty() else 0


@lru_cache(maxsize=256)
def within(text: str, room: int, margin: int) -> str:
    """``text`` as lines of at most ``room``, each but the first behind ``margin`` spaces."""
    if room < NARROWEST:
        return text
    return f"\n{' ' * margin}".join(textwrap.wrap(text, room))
