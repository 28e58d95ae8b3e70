"""Where measurements take place: cameras in a process of their own, a folder that is gone after."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.folders import build_folder
from tests.cameras import CameraProcess


def hd_cameras(count: int, *options: str) -> CameraProcess:
    """So many cameras of 720p, 15 pictures a second, a keyframe each 2 s, 2 Mbit/s.

    Each at an address of its own, as in a house.
    """
    number = str(count)
    return CameraProcess("--video", "hd", "--n", number, "--hosts", number, *options)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on the disk that the build lies on: a RAM disk would make fsync free."""
    with tempfile.TemporaryDirectory(dir=build_folder(), prefix="record-") as name:
        yield Path(name)
