"""Changing the owner's settings file from the API: checked, kept as a version, then taken up."""

from pathlib import Path

from pydantic import BaseModel, Field

from curtilage.config.change import change_file
from curtilage.config.edit import Change, edit
from curtilage.config.versions import Versions
from curtilage.web.context import WebContext
from curtilage.web.guard.principal import Principal
from curtilage.web.refusal import Refused

NO_FILE = "These settings come from no file, so they cannot be changed here."


class Changed(BaseModel):
    """A change that was written; every part takes it up within seconds."""

    version: int = Field(description="Number of the settings' version.")


def change_settings(context: WebContext, who: Principal, change: Change) -> Changed:
    """Write the file anew. Raises ``InputError`` (422) if it would not be good settings."""
    versions, file = versions_of(context), settings_file(context)
    version = change_file(versions, file, f"API ({who.name})", lambda text: edit(text, change))
    return Changed(version=version.number)


def versions_of(context: WebContext) -> Versions:
    """All versions of the site's settings."""
    return Versions(context.site.state)


def settings_file(context: WebContext) -> Path:
    """The owner's file. Refuses with 409 when nobody keeps versions of it."""
    latest = versions_of(context).latest()
    if latest is None:
        raise Refused(409, NO_FILE)
    return Path(latest.file)
