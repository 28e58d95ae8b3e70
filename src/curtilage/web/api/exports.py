"""Routes: recordings to take away, as movies that every player takes."""

from collections.abc import Mapping
from typing import Annotated

from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from curtilage.web.api.chosen import chosen
from curtilage.web.api.export_desk import ExportDesk
from curtilage.web.api.export_notes import Job
from curtilage.web.api.times import Moment, span, told
from curtilage.web.context import Context, WebContext
from curtilage.web.guard import Guarded, Right, Who
from curtilage.web.refusal import not_found

router = Guarded("/api/exports", tags=["recordings"])


class NewExport(BaseModel):
    """What is wanted."""

    camera: str
    stream: Annotated[str | None, Field(max_length=64)] = None
    begin: Moment = Field(alias="from")
    end: Moment = Field(alias="to")


class ExportOut(BaseModel):
    """An export, and how far it is."""

    id: str
    camera: str
    stream: str | None
    begin: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")
    by: str
    created: str
    state: str = Field(description="waiting, running, done or failed.")
    share: Annotated[float, Field(description="How much of it is written, 0..1.")]
    sentence: str = Field(description="Why it failed.")
    files: list[str] = Field(description="Names, once it is done: movies, then the list of gaps.")
    bytes: int

    @classmethod
    def of(cls, job: Job) -> "ExportOut":
        """As it is told."""
        return cls(
            id=job.id,
            camera=job.camera,
            stream=job.stream,
            begin=told(job.from_ns),
            end=told(job.to_ns),
            by=job.by,
            created=told(job.created_ns),
            state=job.state,
            share=job.share,
            sentence=job.sentence,
            files=list(job.files),
            bytes=job.bytes,
        )


def _camera_of(context: WebContext, path: Mapping[str, str]) -> str | None:
    job = _desk(context).find(path["export"])
    return None if job is None else job.camera


@router.get("", needs=Right.EXPORT)
def exports(context: Context, who: Who) -> list[ExportOut]:
    """The exports of the last week, of the cameras that you see."""
    return [ExportOut.of(job) for job in _desk(context).all() if who.sees(job.camera)]


@router.post("", needs=Right.EXPORT, status_code=202)
def ask(context: Context, who: Who, given: NewExport) -> ExportOut:
    """Asks for a stretch of a camera; ask for it again until it is done."""
    [camera] = chosen(context, who, [given.camera])
    span_ns = span(given.begin, given.end)
    return ExportOut.of(_desk(context).ask(camera, given.stream, span_ns, who.name))


@router.get("/{export}", needs=Right.EXPORT, camera=_camera_of)
def one(context: Context, export: str) -> ExportOut:
    """One export."""
    return ExportOut.of(_job(context, export))


@router.get(
    "/{export}/files/{name}", needs=Right.EXPORT, camera=_camera_of, response_class=FileResponse
)
def file(context: Context, export: str, name: str) -> FileResponse:
    """A file of an export that is done."""
    job = _job(context, export)
    path = _desk(context).file(job, name)
    if path is None or not path.is_file():
        raise not_found()
    shown = f"{job.camera}-{told(job.from_ns)[:19].replace(':', '')}{path.suffix}"
    return FileResponse(path, filename=shown, headers={"Cache-Control": "no-store"})


@router.delete("/{export}", needs=Right.EXPORT, camera=_camera_of, status_code=204)
def remove(context: Context, export: str) -> None:
    """Deletes an export."""
    _desk(context).remove(export)


def _job(context: WebContext, number: str) -> Job:
    job = _desk(context).find(number)
    if job is None:
        raise not_found()
    return job


def _desk(context: WebContext) -> ExportDesk:
    return context.part(ExportDesk, ExportDesk)
