"""norfair, in an environment of its own: it needs an older NumPy than the other peers.

The environment is made once, under the build folder, from the package index that pip is set to.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import numpy as np

from bench.data import Rows, Sequence
from bench.folders import build_folder

PIN = "norfair==2.3.0"
INSTALL_LIMIT_S = 600
RUN_LIMIT_S = 1800

SETTINGS: dict[str, dict[str, float]] = {
    "norfair 0.9": {"distance_threshold": 0.9, "hit_counter_max": 8, "initialization_delay": 3},
    "norfair 0.7": {"distance_threshold": 0.7},
}
"""By name; what is left out is norfair's default. The distance is its ``iou`` (1 - IoU)."""


class NorfairMissingError(RuntimeError):
    """norfair cannot be installed or run here; the sentence says why."""


def follow(name: str, sequence: Sequence) -> Rows:
    """The tracks that norfair makes of all detections of a sequence.

    Raises:
        NorfairMissingError: it cannot be installed or run.
    """
    python = _python()
    with tempfile.TemporaryDirectory() as scratch:
        given, made = Path(scratch) / "given.npz", Path(scratch) / "made.npy"
        np.savez(given, detections=sequence.detections, frames=sequence.frames)
        worker = Path(__file__).with_name("norfair_worker.py")
        _run(
            [str(python), str(worker), str(given), str(made), json.dumps(SETTINGS[name])],
            RUN_LIMIT_S,
        )
        return np.asarray(np.load(made), np.float64)


def version() -> str:
    """Of norfair and its NumPy, as installed.

    Raises:
        NorfairMissingError: it cannot be installed.
    """
    code = "import norfair, numpy; print(norfair.__version__, 'with numpy', numpy.__version__)"
    return _run([str(_python()), "-c", code], 120).strip()


def _python() -> Path:
    folder = build_folder() / "norfair-env"
    python = folder / "bin" / "python"
    done = folder / f".{PIN}"
    if not done.exists():
        venv.EnvBuilder(clear=True, with_pip=True).create(folder)
        _run([str(python), "-m", "pip", "install", "--quiet", PIN], INSTALL_LIMIT_S)
        done.touch()
    return python


def _run(command: list[str], limit: float) -> str:
    # the constraints and paths of the environment that runs the benchmark are not norfair's
    environment = {k: v for k, v in os.environ.items() if k not in ("PIP_CONSTRAINT", "PYTHONPATH")}
    try:
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=limit, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NorfairMissingError(f"norfair cannot be run here: {error}") from error
    if ran.returncode != 0:
        print(ran.stderr, file=sys.stderr)
        last = (ran.stderr.strip().splitlines() or ["no message"])[-1]
        raise NorfairMissingError(f"norfair cannot be installed or run here: {last}")
    return ran.stdout
