"""Routes: which cameras are there, and what one of them gives before it is added."""

from fastapi import Response
from pydantic import BaseModel, Field, SecretStr

from curtilage.config.site import SiteSettings
from curtilage.ingest.onvif.discovery import Answered, Discovered, discover
from curtilage.web.api.examine.answers import Examined
from curtilage.web.api.examine.desk import ExamineDesk
from curtilage.web.api.examine.examination import examine_device, examine_stream
from curtilage.web.api.examine.files import file_cameras
from curtilage.web.api.examine.target import DeviceTarget, target_of
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Principal, Right, Who

router = Guarded("/api", tags=["cameras"])


class ToExamine(BaseModel):
    """A camera's address, as an owner writes it."""

    url: str = Field(
        min_length=1,
        max_length=2000,
        description="Of a stream (rtsp, rtsps, http, https, file, v4l2); or a device to be asked "
        "by ONVIF: '192.0.2.7', '192.0.2.7:8000', 'onvif://…' as discovery names it.",
    )
    user: str | None = Field(None, max_length=200, description="If it is not in the address.")
    password: SecretStr | None = Field(None, max_length=200, description="Never told back alone.")


class FoundCamera(BaseModel):
    """A camera that answered on this machine's networks."""

    url: str = Field(description="To be examined, with user and password.")
    host: str
    name: str = Field(description="Its own word; may be empty.")
    hardware: str = Field(description="Its own word for its model; may be empty.")
    place: str = Field(description="Its own word; may be empty.")
    known_as: str | None = Field(description="The camera of this site at that host.")
    foreign: bool = Field(
        description="Its address is in none of this machine's networks: give it one first."
    )


class FoundFile(BaseModel):
    """A video file, or a folder of them, that may be a camera."""

    url: str
    name: str
    known_as: str | None


class Discovery(BaseModel):
    """Who is there."""

    cameras: list[FoundCamera] = Field(description="By address.")
    files: list[FoundFile] = Field(description="Of the folders in `footage` of the settings.")
    networks: list[str] = Field(description="Interfaces on which was asked.")
    problems: list[str] = Field(description="Sentences: where nobody could be asked, and why.")


@router.get("/discovery", needs=Right.SETTINGS_WRITE)
def discovery(context: Context, who: Who, response: Response) -> Discovery:
    """Asks this machine's own networks for ONVIF cameras, for three seconds; asks nobody else."""
    response.headers["Cache-Control"] = "no-store"
    with context.part(ExamineDesk, ExamineDesk).turn():
        found = discover()
    theirs = seen_by(context.site, who)
    return Discovery(
        cameras=[_camera(theirs, one) for one in found.devices],
        files=_files(context.site, theirs),
        networks=list(found.interfaces),
        problems=_problems(found),
    )


@router.post("/cameras/examine", needs=Right.SETTINGS_WRITE)
def examine(context: Context, who: Who, response: Response, given: ToExamine) -> Examined:
    """Asks a camera what it is and what it gives, and plays it for seconds; nothing is kept.

    Its sound is not asked for. Takes up to half a minute.
    """
    response.headers["Cache-Control"] = "no-store"
    password = None if given.password is None else given.password.get_secret_value()
    target = target_of(seen_by(context.site, who), given.url, given.user, password)
    with context.part(ExamineDesk, ExamineDesk).turn() as stop:
        if isinstance(target, DeviceTarget):
            return _for(who, examine_device(context.site, target, stop))
        return _for(who, examine_stream(context.site, target, stop))


def seen_by(site: SiteSettings, who: Principal) -> SiteSettings:
    """The site with those cameras alone: a token may have some of them."""
    cameras = tuple(one for one in site.cameras if who.sees(one.name))
    return site.model_copy(update={"cameras": cameras})


def _for(who: Principal, found: Examined) -> Examined:
    """Without the picture of a camera of this site, for who may not look at it."""
    known = found.known_as
    if known is None or (who.sees(known) and who.may(Right.VIDEO)):
        return found
    name = known if who.sees(known) else None
    return found.model_copy(update={"known_as": name, "picture": None})


def _camera(theirs: SiteSettings, one: Answered) -> FoundCamera:
    host = one.service.host
    known = (c.name for c in theirs.cameras if any(s.url.host == host for s in c.all_streams))
    scheme, _, rest = one.service.bare.partition("://")
    return FoundCamera(
        url=one.service.bare if scheme == "https" else f"onvif://{rest}",
        host=host,
        name=one.name,
        hardware=one.hardware,
        place=one.place,
        known_as=next(known, None),
        foreign=one.foreign,
    )


def _files(site: SiteSettings, theirs: SiteSettings) -> list[FoundFile]:
    known = {s.url: c.name for c in theirs.cameras for s in c.all_streams}
    return [
        FoundFile(url=one.secret, name=one.path.rpartition("/")[2], known_as=known.get(one))
        for one in file_cameras(site)
    ]


def _problems(found: Discovered) -> list[str]:
    if found.interfaces or found.unasked:
        return list(found.unasked)
    return ["This machine is in no network in which cameras could be asked for."]
