"""``curtilage run`` whose log nobody reads, or that was started with everything closed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from curtilage.store.index.database import FILE_NAME
from tests.app.run.sites import free_port, make_site
from tests.app.run.toys import eventually


def ends(process: "subprocess.Popen[bytes]") -> int:
    """Told to end; its code."""
    process.terminate()
    try:
        return process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        pytest.fail("it did not end")


def works(folder: Path) -> bool:
    """Whether the site of that folder has been started: its web has an authority or a port."""
    return (folder / "state" / FILE_NAME).exists() and (folder / "state" / "setup-token").exists()


def test_a_held_terminal_stops_nothing(tmp_path: Path) -> None:
    """A pipe that is full and that nobody reads, as after Ctrl-S."""
    file = make_site(tmp_path, port=free_port())
    held, end = os.pipe()
    os.set_blocking(end, False)
    try:
        while True:
            os.write(end, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(end, True)
    process = subprocess.Popen(
        [sys.executable, "-m", "curtilage", "run", "--config", str(file)],
        stdin=subprocess.DEVNULL,
        stdout=end,
        stderr=end,
    )
    os.close(end)
    try:
        eventually(lambda: works(tmp_path), 60.0)
    finally:
        code = ends(process)
        os.close(held)
    assert code == 0


def test_it_runs_with_everything_closed(tmp_path: Path) -> None:
    file = make_site(tmp_path, port=free_port())
    process = subprocess.Popen(
        ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh",
         sys.executable, "-m", "curtilage", "run", "--config", str(file)],
    )  # fmt: skip
    try:
        eventually(lambda: works(tmp_path) or process.poll() is not None, 60.0)
        assert process.poll() is None
    finally:
        code = ends(process)
    assert code == 0
