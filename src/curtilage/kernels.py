"""Where compiled kernels are kept: a folder for each state of the sources.

Numba notices a change in the file of the kernel that is called, but not in another kernel that
this one calls: after an update, old machine code could run silently. So programs (the command
line, the tests) keep kernels apart by the sources' hash. A library must not decide that for its
caller, so ``import curtilage`` alone changes nothing.
"""

import hashlib
import os
from pathlib import Path

from platformdirs import user_cache_path

VARIABLE = "NUMBA_CACHE_DIR"


def keep_kernels_apart() -> None:
    """Name the folder to Numba, before it is imported; a folder that the user named is kept."""
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = str(user_cache_path("curtilage") / "kernels" / _sources_hash())


def _sources_hash() -> str:
    """Of every Python file of the package."""
    package = Path(__file__).parent
    total = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        total.update(path.relative_to(package).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:16]
