"""Video files that may be tried as cameras: those in the folders that the settings name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from curtilage.config.address import Address
from curtilage.config.site import SiteSettings
from curtilage.ingest.live.files import SUFFIXES

FILES_MOST: Final = 200


def file_cameras(site: SiteSettings) -> Iterator[Address]:
    """Each file, and each folder that holds several; a folder that cannot be read has none."""
    left = FILES_MOST
    for folder in site.footage:
        files = _videos(folder)
        if len(files) > 1:
            yield _address(folder)
        for file in files[:left]:
            yield _address(file)
        left -= min(left, len(files))


def may_be_tried(site: SiteSettings, address: Address) -> bool:
    """Whether a file or folder is one of those, or already a camera. Links are followed first."""
    if any(stream.url == address for camera in site.cameras for stream in camera.all_streams):
        return True
    try:
        wanted = Path(address.path).resolve()
        return any(wanted.is_relative_to(folder.resolve()) for folder in site.footage)
    except (OSError, ValueError, RuntimeError):
        return False


def _videos(folder: Path) -> list[Path]:
    try:
        whole = folder.resolve()
        found = [p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file()]
        return sorted(p for p in found if p.resolve().is_relative_to(whole))
    except (OSError, RuntimeError):
        return []


def _address(path: Path) -> Address:
    return Address(f"file://{quote(str(path.absolute()))}")
