"""Where a site's settings are: named on the command line, or in one of the usual places."""

import os
from pathlib import Path

from platformdirs import user_config_path

from curtilage.config import SiteSettings, load_site
from curtilage.errors import InputError

NAME = "curtilage.yaml"
VARIABLE = "CURTILAGE_CONFIG"


def usual_places() -> list[Path]:
    """Where the settings are looked for, in this order."""
    named = os.environ.get(VARIABLE)
    return [
        *([Path(named)] if named else []),
        Path(NAME),
        user_config_path("curtilage") / NAME,
        Path("/etc/curtilage") / NAME,
    ]


def site_of(config: Path | None) -> SiteSettings:
    """The settings in ``config``, or in the first usual place that has some.

    Raises:
        InputError: there are none, or they are wrong.

    """
    return load_site(settings_path(config))


def settings_path(config: Path | None) -> Path:
    """``config``, or the first usual place where there are settings.

    Raises:
        InputError: there are none.

    """
    if config is not None:
        return config
    places = usual_places()
    found = next((place for place in places if place.exists()), None)
    if found is None:
        raise InputError(
            "no settings of a site found; name them with --config, or put them at "
            + " or ".join(str(place) for place in places)
        )
    return found
