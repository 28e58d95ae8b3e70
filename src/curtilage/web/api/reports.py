"""Routes: reports in numbers of a day, a week or a month; asked for, or made by schedule."""

from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from curtilage.web.apart import BusyError
from curtilage.web.api.chosen import Cameras, Rules, chosen
from curtilage.web.api.times import told
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Principal, Right, Who
from curtilage.web.refusal import Refused, not_found
from curtilage.web.reports import shelf
from curtilage.web.reports.making import FOLDER, Form, in_form, worked_out
from curtilage.web.reports.period import PeriodKind, last_over, period
from curtilage.web.reports.shelf import Kept

router = Guarded("/api/reports", tags=["reports"])

EARLIEST, LATEST = date(1971, 1, 1), date(2199, 1, 1)


class ReportFile(BaseModel):
    """One form of a report."""

    name: str = Field(description="For `/api/reports/files/{name}`.")
    form: Form = Field(description="csv, png or pdf.")
    bytes: int = Field(description="Its size.")


class ReportOut(BaseModel):
    """A report that was made by schedule."""

    kind: PeriodKind = Field(description="day, week or month.")
    title: str = Field(description="Its time in words.")
    begin: str = Field(serialization_alias="from", description="Of its time.")
    end: str = Field(serialization_alias="to", description="Of its time; not in it.")
    made: str = Field(description="When it was made.")
    cameras: list[str] = Field(description="Whose numbers are in it.")
    files: list[ReportFile] = Field(description="Its forms.")


@router.get("", needs=Right.FINDINGS)
def reports(context: Context, who: Who) -> list[ReportOut]:
    """Reports that were made by schedule, of cameras that you all see; the latest first."""
    return [_told(one) for one in shelf.found(_folder(context)) if _theirs(who, one)]


@router.get("/files/{name}", needs=Right.FINDINGS, response_class=Response)
def file(context: Context, who: Who, name: str) -> Response:
    """A file of a report that was made by schedule."""
    found = shelf.file_of(_folder(context), name)
    if found is None or not _theirs(who, found[0]):
        raise not_found()
    try:
        data = found[1].read_bytes()
    except OSError:
        raise not_found() from None
    return _download(data, Form(name.rpartition(".")[2]), name)


@router.get("/{kind}.{form}", needs=Right.FINDINGS, response_class=Response)
def report(
    context: Context,
    who: Who,
    kind: PeriodKind,
    form: Form,
    day: Annotated[
        date | None,
        Query(alias="date", description="A local day in it; of the last one if left out."),
    ] = None,
    cameras: Cameras = None,
    rules: Rules = None,
) -> Response:
    """A report, made now: counts, occupancy, stays, events; numbers only."""
    zone = ZoneInfo(context.site.timezone)
    if day is not None and not EARLIEST <= day <= LATEST:
        raise Refused(422, f"Reports are of {EARLIEST.year} to {LATEST.year}.")
    span = last_over(kind, context.now_ns(), zone) if day is None else period(kind, day, zone)
    sheet = worked_out(context, span, chosen(context, who, cameras), rules)
    try:
        data = in_form(sheet, form, context.site.state)
    except BusyError as error:
        raise Refused(429, str(error), {"Retry-After": "5"}) from None
    return _download(data, form, f"{span.name}.{form.value}")


def _folder(context: WebContext) -> Path:
    return context.site.state / FOLDER


def _theirs(who: Principal, one: Kept) -> bool:
    """Numbers of a camera that is not seen must not be told, so the whole report is not."""
    return all(who.sees(camera) for camera in one.cameras)


def _told(one: Kept) -> ReportOut:
    return ReportOut(
        kind=PeriodKind(one.kind),
        title=one.title,
        begin=told(one.from_ns),
        end=told(one.to_ns),
        made=told(one.made_ns),
        cameras=list(one.cameras),
        files=[
            ReportFile(name=f"{one.name}.{form}", form=Form(form), bytes=size)
            for form, size in one.sizes.items()
        ],
    )


def _download(data: bytes, form: Form, name: str) -> Response:
    saved = {"Content-Disposition": f'attachment; filename="curtilage-{name}"'}
    return Response(data, media_type=form.media_type, headers=saved)
