"""The settings of a site that has none yet: a file that explains itself, in the usual place."""

import os
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_config_path, user_data_path

from curtilage.app.recording.settings_file import NAME, VARIABLE, usual_places
from curtilage.config import SettingsError
from curtilage.config.replace import replace_file

TEXT: Final = """\
# The settings of this site. Save this file and they take effect, each camera by itself. A mistake
# is refused with its line, and what ran before runs on. Every version is kept:
#   curtilage config history
#   curtilage config restore NUMBER
# All keys: docs/reference/site-file.md

# The index of what was recorded, and what the running parts remember.
state: {state}

# Where recordings go. The oldest are deleted before less than `reserve` is free.
volumes:
  - path: {recordings}
    reserve: 5GB

# Schedules, and counts per hour and day, follow it.
timezone: {timezone}

# The control room. 127.0.0.1: only this machine; 0.0.0.0: your network, too, encrypted.
web:
  host: {host}
  port: 8960

# A camera is added in the control room, or here:
#   - name: front-door
#     url: rtsp://user:password@192.0.2.7/stream1
cameras: []
"""
HOST: Final = "CURTILAGE_HOST"
"""Address that the first settings let the web listen on. A container has no use for 127.0.0.1."""


def settings_or_new(config: Path | None) -> tuple[Path, bool]:
    """The settings file, made if there is none; and whether it was made.

    Args:
        config: As named on the command line; None: the usual places.

    Raises:
        SettingsError: it cannot be made.

    """
    places = usual_places() if config is None else [config]
    found = next((place for place in places if place.exists()), None)
    if found is not None:
        return found, False
    path = config or Path(os.environ.get(VARIABLE) or user_config_path("curtilage") / NAME)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, first_settings().encode("utf-8"), mode=0o600)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be made ({error.strerror})") from None
    return path, True


def first_settings() -> str:
    """The text, with folders in this user's place for data."""
    data = user_data_path("curtilage")
    return TEXT.format(
        state=_quoted(data / "state"),
        recordings=_quoted(data / "recordings"),
        timezone=local_zone(),
        host=_quoted(os.environ.get(HOST) or "127.0.0.1"),
    )


def local_zone() -> str:
    """This machine's time zone by its IANA name; UTC if it has none."""
    named = os.environ.get("TZ", "").removeprefix(":")
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    for name in (named, linked.removeprefix("posix/").removeprefix("right/")):
        try:
            if name and "/" in name:
                return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return "UTC"


def _quoted(value: object) -> str:
    """A text as YAML, whatever signs are in it."""
    text = str(value)
    plain = all(sign.isalnum() or sign in "/._-" for sign in text) and text[:1] not in "-"
    return text if plain else "'" + text.replace("'", "''") + "'"
