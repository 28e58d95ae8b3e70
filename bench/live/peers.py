"""Peers beside the live system: Debian's motion, and ffmpeg that decodes and throws away."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.record.processes import wait_for

APART_S = 0.2  # between two starts
DECODE = "ffmpeg -nostdin -loglevel error -threads 1 -rtsp_transport tcp -i URL -an -f null -"


def motion_version() -> str:
    """What ``motion -h`` calls itself.

    Raises:
        SystemExit: it is not installed.

    """
    if shutil.which("motion") is None:
        raise SystemExit("motion is missing (on Debian and Ubuntu: apt-get install motion)")
    done = subprocess.run(["motion", "-h"], capture_output=True, text=True, check=False)
    line = next(line for line in done.stdout.splitlines() if "ersion" in line)
    return line.split(",")[0].removeprefix("motion Version ")


@contextmanager
def motions(folder: Path, urls: Sequence[str], size: tuple[int, int], rate: int) -> Iterator[int]:
    """Process number of one motion with a thread for each URL, as its manual sets it up.

    It decodes and compares every picture, and writes the stream as it is while something moves.
    """
    folder.mkdir(parents=True)
    width, height = size
    common = [
        "daemon off", "setup_mode off", "log_level 5", f"log_file {folder / 'motion.log'}",
        "webcontrol_port 0", "stream_port 0", "picture_output off",
        "movie_output on", "movie_passthrough on", f"target_dir {folder}",
        f"width {width}", f"height {height}", f"framerate {rate}",
    ]  # fmt: skip
    paths = []
    for number, url in enumerate(urls):
        path = folder / f"camera{number}.conf"
        path.write_text(f"camera_id {number + 1}\nnetcam_url {url}\n", encoding="utf-8")
        paths.append(path)
    main = folder / "motion.conf"
    main.write_text("\n".join([*common, *(f"camera {path}" for path in paths)]) + "\n")
    with subprocess.Popen(["motion", "-n", "-c", str(main)], stderr=subprocess.DEVNULL) as running:
        try:
            yield running.pid
        finally:
            running.terminate()
            try:
                running.wait(30)
            except subprocess.TimeoutExpired:
                running.kill()


@contextmanager
def decoders(urls: Sequence[str]) -> Iterator[list[int]]:
    """Process numbers of an ffmpeg per URL that decodes every picture."""
    running = []
    for url in urls:
        words = [url if word == "URL" else word for word in DECODE.split()]
        running.append(subprocess.Popen(words))
        time.sleep(APART_S)
    try:
        wait_for("ffmpeg decoding", lambda: all(one.poll() is None for one in running), 10.0)
        yield [process.pid for process in running]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(60)
