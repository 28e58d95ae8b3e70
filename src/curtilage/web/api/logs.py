"""Routes: what the processes of the site say of their work, newest first."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from curtilage.config.redact import without_passwords
from curtilage.store.logs.files import FOLDER
from curtilage.store.logs.line import Level
from curtilage.store.logs.read import Wanted, newest
from curtilage.web.api.chosen import must_see_all
from curtilage.web.api.times import MaybeFrom, MaybeTo, maybe_ns, told
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Right, Who

router = Guarded("/api/logs", tags=["site"])


class LogLineOut(BaseModel):
    """One message."""

    time: str = Field(description="When it was said.")
    process: str = Field(description="supervisor, recorder, analyser-0, web.")
    level: Level = Field(description="How grave it is.")
    text: str = Field(description="On one line; no password is in it.")


class LogPage(BaseModel):
    """Messages, newest first."""

    lines: list[LogLineOut] = Field(description="Newest first.")
    before: str | None = Field(description="Give this as `before` for older ones; null: no more.")


@router.get("", needs=Right.LOGS)
def logs(
    context: Context,
    who: Who,
    level: Annotated[Level, Query(description="That, and what is graver.")] = Level.INFO,
    begin: MaybeFrom = None,
    end: MaybeTo = None,
    process: Annotated[
        str | None, Query(max_length=64, description="Its name; all if left out.")
    ] = None,
    text: Annotated[
        str | None, Query(max_length=200, description="That the message holds.")
    ] = None,
    before: Annotated[
        str | None, Query(pattern=r"^[0-9]{1,19}$", description="Of a page: only older ones.")
    ] = None,
    most: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 200,
) -> LogPage:
    """What the processes said; about 24 MB of it are kept, the oldest goes."""
    must_see_all(who, "The log is")
    ends = [ns for ns in (maybe_ns(end), None if before is None else int(before)) if ns is not None]
    wanted = Wanted(level, maybe_ns(begin), min(ends, default=None), process, text)
    found = newest(context.site.state / FOLDER, wanted, most=most)
    return LogPage(
        lines=[
            LogLineOut(
                time=told(line.time_ns),
                process=line.process,
                level=line.level,
                text=without_passwords(line.text),
            )
            for line in found
        ],
        before=str(found[-1].time_ns) if len(found) == most else None,
    )
