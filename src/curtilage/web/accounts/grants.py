"""Which cameras may be granted: those that exist, as far as whoever grants them can see."""

from collections.abc import Collection

from curtilage.errors import InputError
from curtilage.web.context import WebContext
from curtilage.web.guard.principal import Principal


class GrantError(InputError):
    """A camera cannot be granted."""


def must_be_cameras(context: WebContext, cameras: Collection[str] | None, who: Principal) -> None:
    """Raises ``GrantError`` for a camera that is none, or not theirs: one sentence for both."""
    for camera in cameras or ():
        if not (who.sees(camera) and context.knows(camera)):
            raise GrantError(f"There is no camera {camera!r}.")
