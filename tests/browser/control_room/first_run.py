"""``curtilage run`` for the first time: nothing is there but a folder of films to be cameras."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from curtilage.app.run.welcome import FILE
from curtilage.web.context import WebContext
from curtilage.web.page_files import FOLDER
from tests.browser.control_room.house import House
from tests.cameras import CameraServer, clip
from tests.web.live.site import Web, free_port, wait_for

PATIENCE_S = 90.0
FOOTAGE = "footage: [films]  # beside this file\ncameras: []"


@dataclass
class FirstRun:
    """A site that was made by its first start, as a process."""

    settings: Path
    state: Path
    house: House  # its address; it has neither context nor cameras of the test's
    began_s: float

    @property
    def token(self) -> str:
        """Of the first account; there is no screen, so it waits in a file."""
        file = self.state / FILE
        wait_for(file.exists, PATIENCE_S)
        return file.read_text().strip()


@contextmanager
def first_run(folder: Path) -> Iterator[FirstRun]:
    """A machine on which Curtilage starts for the first time, with one film to be a camera."""
    if not (FOLDER / "index.html").is_file():
        pytest.skip("needs the built control room (python -m build_pages)")
    films, settings, port = folder / "films", folder / "curtilage.yaml", free_port()
    films.mkdir()
    shutil.copy(clip("small"), films / "Back yard.mp4")
    places = {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data")}
    began_s = time.monotonic()
    with _run(settings, os.environ | places):
        wait_for(settings.exists, PATIENCE_S)
        _edit(settings, {"port: 8960": f"port: {port}", "cameras: []": FOOTAGE})
        web = Web(port, cast("WebContext", None))
        wait_for(lambda: _answers(web), PATIENCE_S)
        house = House(web, cast("CameraServer", None), folder)
        yield FirstRun(settings, folder / "data" / "curtilage" / "state", house, began_s)


def _edit(settings: Path, lines: dict[str, str]) -> None:
    """As an owner who saves the file."""
    text = settings.read_text()
    for old, new in lines.items():
        assert old in text
        text = text.replace(old, new)
    draft = settings.with_suffix(".new")
    draft.write_text(text)
    draft.replace(settings)


def _answers(web: Web) -> bool:
    try:
        return web.ask("GET", "/api/health")[0] == 200
    except OSError:
        return False


@contextmanager
def _run(settings: Path, environment: dict[str, str]) -> Iterator[None]:
    """The process; its log is printed when the test fails."""
    command = [sys.executable, "-m", "curtilage", "run", "--config", str(settings)]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    log: list[str] = []
    lines = process.stdout
    assert lines is not None
    reader = threading.Thread(target=log.extend, args=(lines,), daemon=True)
    reader.start()
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        reader.join(5)
        sys.stderr.write("".join(log))  # pytest shows it where the test failed
