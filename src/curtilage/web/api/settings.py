"""Routes: the site's settings, every version of them, and back to an older one."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from curtilage.config.change import change_file
from curtilage.config.difference import Text as Named
from curtilage.config.difference import unified
from curtilage.config.load import read_text
from curtilage.config.redact import shown_settings
from curtilage.config.versions import Version, Versions
from curtilage.web.api.chosen import must_see_all
from curtilage.web.api.settings_file import Changed, settings_file, versions_of
from curtilage.web.api.times import told
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Right, Who

router = Guarded("/api/settings", tags=["settings"])

OF_ALL = "The settings are"


class Text(BaseModel):
    """Settings as their owner wrote them; passwords in addresses are hidden."""

    text: str


class VersionOut(BaseModel):
    """One version of the settings."""

    number: int
    time: str
    by: str
    accepted: bool
    note: str

    @classmethod
    def of(cls, version: Version) -> "VersionOut":
        """As it is told."""
        return cls(
            number=version.number,
            time=told(version.time_ns),
            by=version.by,
            accepted=version.accepted,
            note=version.note,
        )


@router.get("", needs=Right.SETTINGS_READ)
def settings(context: Context, who: Who) -> Text:
    """The settings file as it is."""
    must_see_all(who, OF_ALL)
    return Text(text=shown_settings(read_text(settings_file(context), "a site's settings")))


@router.get("/versions", needs=Right.SETTINGS_READ)
def versions(context: Context, who: Who) -> list[VersionOut]:
    """All versions, newest first."""
    must_see_all(who, OF_ALL)
    return [VersionOut.of(one) for one in reversed(versions_of(context).all())]


@router.get("/versions/{number}", needs=Right.SETTINGS_READ)
def version(context: Context, who: Who, number: int) -> Text:
    """What a version says."""
    must_see_all(who, OF_ALL)
    known = versions_of(context)
    return Text(text=shown_settings(known.text(known.version(number))))


@router.get("/versions/{number}/diff", needs=Right.SETTINGS_READ)
def differences(
    context: Context,
    who: Who,
    number: int,
    to: Annotated[int | None, Query(description="A version; the file if left out.")] = None,
) -> Text:
    """What changed since a version, as a unified diff; passwords are hidden, changed or not."""
    must_see_all(who, OF_ALL)
    known = versions_of(context)
    before = _named(known, number)
    if to is None:
        file = settings_file(context)
        after = Named("settings", read_text(file, "a site's settings"))
    else:
        after = _named(known, to)
    return Text(text="\n".join(unified(before, after)))


@router.post("/versions/{number}/restore", needs=Right.SETTINGS_WRITE, status_code=202)
def restore(context: Context, who: Who, number: int) -> Changed:
    """Lets the file hold that version again; what it holds now is kept as a version too."""
    must_see_all(who, OF_ALL)
    known = versions_of(context)
    text = known.text(known.version(number))
    made = change_file(
        known, settings_file(context), f"API ({who.name})", lambda _: text, f"version {number}"
    )
    return Changed(version=made.number)


def _named(known: Versions, number: int) -> Named:
    return Named(f"version {number}", known.text(known.version(number)))
