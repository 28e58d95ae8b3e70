"""Routes: how the parts are, what the owner was told, and figures for Prometheus."""

from typing import Annotated

from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import Query, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from curtilage import __version__
from curtilage.store import notices
from curtilage.store.notices import Notice, NoticeKind
from curtilage.web.api.chosen import must_see_all
from curtilage.web.api.metrics import metrics_text
from curtilage.web.api.states import ProcessState, processes
from curtilage.web.api.times import MaybeFrom, maybe_ns, told
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Right, Who
from curtilage.web.refusal import not_found
from curtilage.web.tls.files import Certificates

router = Guarded("/api", tags=["site"])

WEEK_NS = 7 * 86_400 * 1_000_000_000


class System(BaseModel):
    """How the site is."""

    version: str
    processes: list[ProcessState]


class NoticeOut(BaseModel):
    """Something that the owner should know."""

    time: str
    camera: str | None
    stream: str | None
    kind: NoticeKind
    sentence: str

    @classmethod
    def of(cls, notice: Notice) -> "NoticeOut":
        """As it is told."""
        return cls(
            time=told(notice.time_ns),
            camera=notice.camera,
            stream=notice.stream,
            kind=notice.kind,
            sentence=notice.sentence,
        )


@router.get("/system", needs=Right.SETTINGS_READ)
def system(context: Context, who: Who) -> System:
    """Every process, and what it says of itself."""
    must_see_all(who, "The processes are")
    return System(version=__version__, processes=processes(context))


class Pem(Response):
    """A certificate; phones and browsers offer to trust it."""

    media_type = "application/x-x509-ca-cert"


@router.get("/authority.crt", needs=Right.SIGNED_IN, response_class=Pem)
def authority(context: Context) -> Pem:
    """The certificate of this site's own authority, for a device that is to trust it."""
    if not context.site.web.encrypted:
        raise not_found()
    told = Certificates(context.site.state).authority().public_bytes(Encoding.PEM)
    saved = {"Content-Disposition": 'attachment; filename="curtilage-authority.crt"'}
    return Pem(told, headers=saved)


@router.get("/notices", needs=Right.HEALTH)
def all_notices(
    context: Context,
    who: Who,
    begin: MaybeFrom = None,
    most: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[NoticeOut]:
    """What the owner was told, newest first; of the last week without `from`."""
    from_ns = maybe_ns(begin)
    since_ns = context.now_ns() - WEEK_NS if from_ns is None else from_ns
    with context.database.read() as connection:
        found = notices.since(connection, since_ns, most=most)
    whole = who.cameras is None
    return [
        NoticeOut.of(one)
        for one in reversed(found)
        if whole or (one.camera is not None and who.sees(one.camera))
    ]


@router.get("/metrics", needs=Right.HEALTH, response_class=PlainTextResponse)
def metrics(context: Context, who: Who) -> PlainTextResponse:
    """Figures for Prometheus, of the cameras that you see."""
    return PlainTextResponse(metrics_text(context, who), media_type=CONTENT_TYPE_LATEST)
