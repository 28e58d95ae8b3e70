"""Our recorder as owners run it: a process of its own, with one subscriber to its packets."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.record.processes import wait_for


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorder that runs."""

    pid: int
    volume: Path
    start_s: float  # wall time of ``Recorder.start``
    start_cpu_s: float

    def files(self) -> set[Path]:
        """Its segments."""
        return set(self.volume.glob("cam*/main/*/*/*/*.m*"))

    def wait_for_all(self, count: int, timeout_s: float = 60.0) -> None:
        """Until so many cameras have a segment.

        Raises:
            TimeoutError: they do not come.

        """
        wait_for(
            f"{count} cameras recorded",
            lambda: len({path.parts[-6] for path in self.files()}) >= count,
            timeout_s,
        )


@contextmanager
def recording(
    folder: Path, urls: Sequence[str], *, segment_s: int = 60, audio: bool = False
) -> Iterator[Recording]:
    """The recorder of a site with these cameras, ended as ``systemctl stop`` would."""
    settings = site_file(folder, urls, audio=audio)
    log = folder / "recorder.log"
    with log.open("w") as errors:
        recorder = subprocess.Popen(
            [sys.executable, "-m", "bench.record.recorder", str(settings), str(segment_s)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert recorder.stdout is not None
    line = recorder.stdout.readline()
    if not line:
        raise SystemExit(f"the recorder did not start:\n{log.read_text()}")
    took = json.loads(line)
    endpoint = f"ipc://{folder / 'state' / 'packets.ipc'}"
    listener = subprocess.Popen([sys.executable, "-m", "bench.record.listener", endpoint])
    try:
        yield Recording(recorder.pid, folder / "volume", took["start_s"], took["cpu_s"])
    finally:
        for process in (listener, recorder):
            process.terminate()
            process.wait(60)
        recorder.stdout.close()


def site_file(folder: Path, urls: Sequence[str], *, audio: bool = False) -> Path:
    """Settings of a site with these cameras below ``folder``."""
    for name in ("volume", "state"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sound = ', audio: record, audio_purpose: "a benchmark"' if audio else ""
    lines = [
        f"state: {folder / 'state'}",
        "volumes:",
        f"  - {{path: {folder / 'volume'}, reserve: 1GB}}",
        "cameras:",
        *(f'  - {{name: cam{n}, url: "{url}"{sound}}}' for n, url in enumerate(urls)),
    ]
    path = folder / "curtilage.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
