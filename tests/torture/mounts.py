"""Disks of our own for tests that fill, unmount and break them: small, and root's business."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def need_root() -> None:
    """Skips the test, saying so, where nothing can be mounted."""
    if os.geteuid() != 0:
        pytest.skip("mounts disks of its own, which needs root")
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("needs mkfs.ext4 (apt: e2fsprogs)")


def run(*command: str | Path) -> str:
    """Runs a command of the system; its output.

    Raises:
        subprocess.CalledProcessError: it failed.

    """
    done = subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


@contextmanager
def tmpfs(path: Path, size: int) -> Iterator[Path]:
    """A disk in memory of ``size`` bytes at ``path``."""
    path.mkdir(parents=True, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path)
    try:
        yield path
    finally:
        run("umount", "-l", path)


@contextmanager
def block_device(image: Path, size: int) -> Iterator[str]:
    """A device of ``size`` bytes with an empty ext4 on it."""
    with image.open("wb") as file:
        file.truncate(size)
    run("mkfs.ext4", "-q", "-F", image)
    try:
        device = run("losetup", "--find", "--show", image)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"needs a loop device ({error.stderr.strip()})")
    try:
        yield device
    finally:
        run("losetup", "--detach", device)


def unmount(path: Path) -> None:
    """Unmounts, if something is mounted there; who has files open keeps them."""
    if os.path.ismount(path):
        run("umount", "-l", path)
