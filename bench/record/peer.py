"""ffmpeg as a recorder: one process per camera, the stream copied into files of a minute."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.record.processes import wait_for

APART_S = 0.2  # between two starts: fifty at once starve the cameras
COMMAND = "ffmpeg -rtsp_transport tcp -i URL -c copy -f segment -segment_time 60 %03d.mp4"


def version() -> str:
    """What ``ffmpeg -version`` calls itself.

    Raises:
        SystemExit: it is not installed.

    """
    if shutil.which("ffmpeg") is None:
        raise SystemExit("ffmpeg is missing (on Debian and Ubuntu: apt-get install ffmpeg)")
    done = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True)
    return done.stdout.split(" Copyright")[0].removeprefix("ffmpeg version ")


@contextmanager
def peers(folder: Path, urls: Sequence[str]) -> Iterator[list[int]]:
    """Process numbers of an ffmpeg per URL, all of them recording."""
    running = []
    for number, url in enumerate(urls):
        (folder / f"peer{number}").mkdir(parents=True)
        arguments = [url if word == "URL" else word for word in COMMAND.split()]
        arguments[1:1] = ["-nostdin", "-loglevel", "error"]
        arguments[-1] = str(folder / f"peer{number}" / arguments[-1])
        running.append(subprocess.Popen(arguments))
        time.sleep(APART_S)
    try:
        wait_for(
            f"{len(urls)} ffmpeg recording",
            lambda: len(list(folder.glob("peer*/*.mp4"))) >= len(urls),
            120.0,
        )
        yield [process.pid for process in running]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(60)
