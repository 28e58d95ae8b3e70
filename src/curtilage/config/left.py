"""What stood in the settings of a camera that has left them: its recordings are still there."""

from typing import Final

from curtilage.config.load import SettingsError, parse_site
from curtilage.config.shapes import Ring
from curtilage.config.versions import Versions, VersionsError

LOOK_BACK: Final = 200  # versions


def masks_when_it_left(versions: Versions, camera: str) -> tuple[Ring, ...]:
    """The privacy masks of the last accepted settings that had ``camera``; none if none had it.

    Raises:
        VersionsError: the list of versions cannot be read.

    """
    for version in [one for one in versions.all() if one.accepted][: -LOOK_BACK - 1 : -1]:
        try:
            text = versions.text(version)
            if camera not in text:
                continue
            cameras = parse_site(text).cameras
        except (VersionsError, SettingsError):
            continue  # lost, or of a version of ours that had other keys
        found = next((one for one in cameras if one.name == camera), None)
        if found is not None:
            return found.masks
    return ()
