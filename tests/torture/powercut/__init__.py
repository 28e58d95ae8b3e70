"""Power cuts without a power switch: what a disk may hold when the current fails.

``shim.c`` writes down what a process does to files (``record``); ``Disk`` then makes, for any
moment of the journal and any seed, a disk on which only what was synced is certain. One run gives
any number of cuts. No root, no kernel module: gcc and LD_PRELOAD.
"""

from tests.torture.powercut.disk import Disk
from tests.torture.powercut.shim import need_shim, recording

__all__ = ["Disk", "need_shim", "recording"]
