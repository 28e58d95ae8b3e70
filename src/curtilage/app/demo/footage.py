"""Find the demo's footage, PETS 2009 S2.L1 as OpenCV ships it, and prove that it is that file.

Places, in this order: the folder ``CURTILAGE_DATA``, the test data beside the checkout, the
cache, Debian's or Ubuntu's package ``opencv-doc`` (fetched and unpacked without root), the
repository of OpenCV over HTTPS. Every find is checked by SHA-256; a wrong file is no find.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path

from curtilage.errors import InputError

NAME = "vtest.avi"
SHA256 = "45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf"
SIZE = 8_131_690  # bytes
BELOW = Path("pets09-s2l1") / NAME  # where it lies in a folder of test data
PACKAGE = "opencv-doc"
UPSTREAM = "https://raw.githubusercontent.com/opencv/opencv/4.x/samples/data/vtest.avi"
APT_TIMEOUT_S = 300
HTTPS_TIMEOUT_S = 60


class FootageNotFoundError(InputError):
    """No source of the footage worked; the sentence says what was tried and what to do."""


def find_footage(say: Callable[[str], None]) -> Path:
    """Path of the verified footage, fetched into the user's cache where it must be.

    Args:
        say: called with a sentence before anything is fetched.

    Raises:
        FootageNotFoundError: no place had the file and nothing could be fetched.
    """
    found = find_local_footage()
    if found:
        return found
    target = cached_footage()
    tried = ["CURTILAGE_DATA", "../shared/data", "the cache"]
    for name, fetch in (
        (f"the package {PACKAGE}", _from_package),
        ("the repository of OpenCV", _from_upstream),
    ):
        say(f"Fetching the demo's footage from {name} …")
        tried.append(name)
        if fetch(target) and is_footage(target):
            return target
        target.unlink(missing_ok=True)
    raise FootageNotFoundError(
        f"The demo's footage {NAME} was not found (tried {', '.join(tried)}). Put the file into "
        f"{target.parent} or name the folder that holds it in CURTILAGE_DATA."
    )


def find_local_footage() -> Path | None:
    """The verified footage, if it is on this machine already."""
    places = [cached_footage()]
    beside = Path("..") / "shared" / "data"
    named = os.environ.get("CURTILAGE_DATA")
    places = [beside / BELOW, beside / NAME, *places]
    if named:
        places = [Path(named) / BELOW, Path(named) / NAME, *places]
    return next((place.resolve() for place in places if is_footage(place)), None)


def cached_footage() -> Path:
    """Where a fetched copy is kept."""
    return user_cache_path("curtilage") / "footage" / NAME


def is_footage(path: Path) -> bool:
    """True when ``path`` is the very file that the demo and the golden tests are about."""
    try:
        if path.stat().st_size != SIZE:
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == SHA256
    except OSError:
        return False


def _from_package(target: Path) -> bool:
    """Fetch and unpack the Debian package in a folder of its own; needs no root."""
    apt, unpack = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or unpack is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        # apt fetches as another user when run by root, and that user must be able to write here
        Path(folder).chmod(0o755)
        try:
            _run([apt, "download", PACKAGE], folder)
            package = next(Path(folder).glob(f"{PACKAGE}_*.deb"))
            _run([unpack, "-x", str(package), "content"], folder)
            content = next((Path(folder) / "content").rglob(NAME))
        except (OSError, subprocess.SubprocessError, StopIteration):
            return False
        return _keep(content, target)


def _run(command: list[str], folder: str) -> None:
    subprocess.run(  # noqa: S603  # fixed commands, no shell
        command, cwd=folder, check=True, capture_output=True, timeout=APT_TIMEOUT_S
    )


def _from_upstream(target: Path) -> bool:
    try:
        with (
            tempfile.NamedTemporaryFile(delete=False) as file,
            urllib.request.urlopen(UPSTREAM, timeout=HTTPS_TIMEOUT_S) as answer,
        ):
            file.write(answer.read(SIZE + 1))
    except (OSError, urllib.error.URLError):
        return False
    try:
        return _keep(Path(file.name), target)
    finally:
        Path(file.name).unlink(missing_ok=True)


def _keep(found: Path, target: Path) -> bool:
    if not is_footage(found):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    shutil.copyfile(found, partial)
    partial.replace(target)
    return True
