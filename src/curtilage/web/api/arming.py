"""Routes: the arming mode of the site (home, away, night), and who chose it when."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from curtilage.config.scene import ModeName
from curtilage.store import notices
from curtilage.store.house import arming
from curtilage.store.house.arming import Chosen
from curtilage.store.notices import Notice, NoticeKind
from curtilage.web.api.times import MaybeFrom, maybe_ns, told
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Right, Who
from curtilage.web.refusal import Refused

router = Guarded("/api/mode", tags=["arming"])

MONTH_NS: Final = 31 * 86_400 * 1_000_000_000


class ModeOut(BaseModel):
    """The arming mode that holds now."""

    mode: str = Field(description="home, away, night, or another of `modes`.")
    modes: list[str] = Field(description="Those that there are to choose from, by the settings.")
    since: str | None = Field(description="When it was chosen; null: as the settings begin.")
    by: str | None = Field(description="Who chose it; null: as the settings begin.")


class ModeIn(BaseModel):
    """A choice."""

    model_config = ConfigDict(extra="forbid")

    mode: ModeName = Field(description="One of `modes`.")


class ModeChange(BaseModel):
    """A choice that was made."""

    mode: str = Field(description="From then on.")
    time: str = Field(description="When.")
    by: str = Field(description="Who.")


@router.get("", needs=Right.SIGNED_IN)
def mode(context: Context) -> ModeOut:
    """The arming mode of the site."""
    with context.database.read() as connection:
        return _told(context, arming.current(connection))


@router.put("", needs=Right.ARM)
def choose(context: Context, who: Who, wanted: ModeIn) -> ModeOut:
    """Chooses the arming mode; it holds at once, and after a restart. Again the same: nothing."""
    modes = context.site.modes
    if wanted.mode not in modes:
        raise Refused(422, f"There is no mode {wanted.mode!r} here; there are {', '.join(modes)}.")
    now_ns = context.now_ns()

    def change(connection: Connection) -> Chosen | None:
        before = arming.current(connection)
        if wanted.mode == (context.site.mode if before is None else before.mode):
            return before
        made = arming.choose(connection, wanted.mode, by=who.name, at_ns=now_ns)
        sentence = f"the site is in mode {made.mode} now; {made.by} chose it"
        notices.add(connection, Notice(made.at_ns, None, None, NoticeKind.ARMING, sentence))
        return made

    return _told(context, context.database.now(change))


@router.get("/history", needs=Right.LOGS)
def history(
    context: Context,
    begin: MaybeFrom = None,
    most: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 200,
) -> list[ModeChange]:
    """Who chose which mode when, newest first; of the last month without `from`."""
    from_ns = maybe_ns(begin)
    since_ns = context.now_ns() - MONTH_NS if from_ns is None else from_ns
    with context.database.read() as connection:
        found = arming.history(connection, since_ns, most=most)
    return [ModeChange(mode=one.mode, time=told(one.at_ns), by=one.by) for one in found]


def _told(context: WebContext, chosen: Chosen | None) -> ModeOut:
    site = context.site
    if chosen is None:
        return ModeOut(mode=site.mode, modes=list(site.modes), since=None, by=None)
    modes = list(dict.fromkeys((*site.modes, chosen.mode)))  # the settings may have changed since
    return ModeOut(mode=chosen.mode, modes=modes, since=told(chosen.at_ns), by=chosen.by)
