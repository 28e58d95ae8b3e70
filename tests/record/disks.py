"""Small disks for tests: tmpfs mounts, where the system lets us make them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def need_mounts() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount small disks")


@contextmanager
def small_disk(path: Path, size: str) -> Iterator[Path]:
    """A tmpfs of ``size`` ("2m") at ``path`` for the block, however often it was unmounted."""
    need_mounts()
    path.mkdir(parents=True, exist_ok=True)
    mount(path, size)
    try:
        yield path
    finally:
        while path.is_mount() and subprocess.run(["umount", "-l", path], check=False):
            pass


def mount(path: Path, size: str) -> None:
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"cannot mount a small disk here: {done.stderr.strip()}")


def unmount(path: Path) -> None:
    subprocess.run(["umount", "-l", path], check=True)


def writable(path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,rw", path], check=True)


def read_only(path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", path], check=True)
