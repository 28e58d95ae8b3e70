"""How a process of many threads asks the system for memory."""

import contextlib
import ctypes

M_ARENA_MAX = -8  # of malloc.h
ARENAS = 2


def share_arenas() -> None:
    """Let threads share memory: each of a hundred having its own costs a fifth more (glibc)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)
