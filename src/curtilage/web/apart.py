"""Work that must not be done in the server's own process: charts (memory), pictures of strangers.

A child of the same Python gets bytes and gives bytes. It is bounded in time here, in memory and in
processor time by itself (``limit``), and if it crashes nothing else does.
"""

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from curtilage.errors import InputError

_AT_ONCE: Final = threading.BoundedSemaphore(2)
WAITING: Final = 4
"""For a turn: each holds one of the 40 threads that all routes share."""
_THERE: Final = threading.BoundedSemaphore(2 + WAITING)
PATIENCE_S: Final = 30.0
"""For a turn: two children at a time."""
REFUSED: Final = 2
"""Exit code of a child that says on its standard error why it does not do it."""


class ApartError(InputError):
    """The work was not done; ``str(error)`` says why."""


class BusyError(ApartError):
    """Too many ask for such work at once."""


def run_apart(module: str, data: bytes, *, seconds: float, home: Path | None = None) -> bytes:
    """What ``python -m module`` makes of ``data``.

    Args:
        module: of ours; reads its standard input, writes its standard output.
        data: for it.
        seconds: then it is killed.
        home: a folder in which its libraries may keep what they have worked out.

    Raises:
        BusyError: two others work, and go on for longer than one can wait, or too many wait.
        ApartError: it did not do it; the sentence is its own where it has one.

    """
    with _turn():
        return _made(module, data, seconds, home)


@contextmanager
def _turn() -> Iterator[None]:
    if not _THERE.acquire(blocking=False):
        raise _busy()
    try:
        if not _AT_ONCE.acquire(timeout=PATIENCE_S):
            raise _busy()
        try:
            yield
        finally:
            _AT_ONCE.release()
    finally:
        _THERE.release()


def _busy() -> BusyError:
    return BusyError("Too much is being made at once; ask again.")


def _made(module: str, data: bytes, seconds: float, home: Path | None) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            [sys.executable, "-P", "-m", module],
            input=data,
            capture_output=True,
            timeout=seconds,
            env=_environment(home),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ApartError(f"It was not done in {seconds:.0f} s, and was given up.") from None
    except OSError as error:
        raise ApartError(f"It cannot be begun: {error.strerror}.") from None
    if done.returncode == REFUSED:
        raise ApartError(done.stderr.decode("utf-8", "replace").strip()[-500:])
    if done.returncode != 0:
        raise ApartError("It could not be done: what does it has crashed or had too little memory.")
    return done.stdout


def limit(memory_bytes: int, cpu_s: int) -> None:
    """For the child: no more address space and processor time than this, no file, no core."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _environment(home: Path | None) -> dict[str, str]:
    """Of ours only what Python needs; threads of libraries would only take address space."""
    kept = {"PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR", "LANG", "VIRTUAL_ENV"}
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    found = {name: value for name, value in os.environ.items() if name in kept} | one
    return found if home is None else found | {"MPLCONFIGDIR": str(home)}
