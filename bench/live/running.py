"""``curtilage run`` as owners run it, with cameras of the tests, for as long as a measurement."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.record.processes import wait_for
from curtilage.config import load_site
from curtilage.store.health import reports
from curtilage.store.index.database import Database

STARTS_S = 120.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A camera as the site sees it."""

    name: str
    main: str  # URL
    small: str | None = None  # URL of its small stream
    gate: str = "auto"
    fps: float = 5.0
    rules: str = "[]"  # YAML, in one line


@dataclass(frozen=True, slots=True)
class Running:
    """A site that runs."""

    pid: int
    folder: Path
    address: str

    @property
    def pids(self) -> dict[str, int]:
        """Process numbers by part: recorder, analyser-0, web."""
        found = {}
        # a child belongs to the thread that started it
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        children = " ".join((task / "children").read_text() for task in tasks).split()
        for child in map(int, children):
            words = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
            if "curtilage.app.run.child" in words:
                part = words[words.index("curtilage.app.run.child") + 1]
                shard = words[words.index("--shard") + 1] if "--shard" in words else "0"
                found[f"analyser-{shard}" if part == "analyser" else part] = child
        return found

    def health(self, process: str) -> dict[str, Any]:
        """What a process last said of itself; empty until it has."""
        site = load_site(self.folder / "curtilage.yaml")
        with Database.of(site) as database, database.read() as connection:
            rows = [row for row in reports(connection) if row.process == process]
        return dict(rows[0].facts) if rows else {}

    def wait_for_segments(self, count: int) -> None:
        """Until so many cameras have a recording."""
        volume = self.folder / "recordings"
        wait_for(
            f"{count} cameras recorded",
            lambda: len({path.parts[-6] for path in volume.glob("*/main/*/*/*/*.m*")}) >= count,
            STARTS_S,
        )


@contextmanager
def running(folder: Path, cameras: Sequence[Seen], more: str = "") -> Iterator[Running]:
    """The site of ``cameras`` below ``folder``, ended as ``systemctl stop`` would.

    Args:
        folder: of settings, state and recordings.
        cameras: with the small stream not recorded.
        more: further settings, YAML.

    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    settings = folder / "curtilage.yaml"
    settings.write_text(_settings(cameras, port) + more, encoding="utf-8")
    log = folder / "run.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "curtilage", "run", "--config", str(settings)],
            stdout=errors,
            stderr=errors,
            env={**os.environ, "XDG_CACHE_HOME": str(folder.parent / "cache")},
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for("the site answers", lambda: _answers(address, process, log), STARTS_S)
        yield Running(process.pid, folder, address)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(address: str, process: subprocess.Popen[bytes], log: Path) -> bool:
    if process.poll() is not None:
        raise SystemExit(f"curtilage run ended with code {process.returncode}:\n{log.read_text()}")
    try:
        return httpx.get(f"{address}/api/health", timeout=2.0).is_success
    except httpx.HTTPError:
        return False


def _settings(cameras: Sequence[Seen], port: int) -> str:
    lines = [
        "state: state",
        "volumes: [{path: recordings, reserve: 1GB}]",
        f"web: {{port: {port}}}",
        "cameras:",
    ]
    for one in cameras:
        streams = f'{{name: main, url: "{one.main}"}}'
        if one.small is not None:
            streams += f', {{name: sub, url: "{one.small}", record: false}}'
        lines += [
            f"  - name: {one.name}",
            f"    streams: [{streams}]",
            f"    analysis: {{gate: {one.gate}, fps: {one.fps}}}",
            f"    rules: {one.rules}",
        ]
    return "\n".join(lines) + "\n"
