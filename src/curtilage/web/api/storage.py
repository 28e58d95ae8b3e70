"""Routes: what the recordings take, how fast they grow, and when a disk is full."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field

from curtilage.config.site import Retention
from curtilage.record.upkeep.forecast import Forecast, Outcome
from curtilage.store.recorded.pace import Pace
from curtilage.web.api.storage_look import LookedAt, StorageLook, per_day
from curtilage.web.api.times import maybe_told, told
from curtilage.web.context import Context
from curtilage.web.guard import Guarded, Right, Who

router = Guarded("/api/storage", tags=["site"])


class ShareOut(BaseModel):
    """What one camera has on one volume."""

    camera: str = Field(description="Its name.")
    bytes: int = Field(description="Of its recordings there.")
    per_day: int = Field(description="Bytes that it records there in a day at the present rate.")


class VolumeOut(BaseModel):
    """A disk that recordings are, or were, written to."""

    path: str = Field(description="Where it was last seen; empty: nobody knows.")
    identity: str = Field(description="By which it is known wherever it is mounted.")
    present: bool = Field(description="Whether it is there now.")
    in_settings: bool = Field(description="Whether recordings may be written to it.")
    capacity: int | None = Field(description="Bytes of its file system; null: it is not there.")
    free: int | None = Field(description="Bytes; null: it is not there.")
    reserve: int | None = Field(description="Bytes of these that are never used.")
    bytes: int = Field(description="Of all recordings on it.")
    per_day: int = Field(description="Bytes recorded to it in a day at the present rate.")
    oldest: str | None = Field(description="Begin of the oldest recording on it.")
    outcome: Outcome = Field(
        description="idle: nothing is recorded to it; held: retention holds it before it is full; "
        "fills: it will be full, and then the oldest make room; full: they make room now."
    )
    full_in_days: float | None = Field(description="Where it fills: days until then.")
    settles_in_days: float | None = Field(description="Where it is held: days until it is.")
    settles_at: int | None = Field(description="Bytes of recordings on it then.")
    keeps_days: float | None = Field(description="How many days back its recordings go then.")
    sentence: str = Field(description="The same in words.")
    cameras: list[ShareOut] = Field(description="The largest first.")


class StoredStreamOut(BaseModel):
    """What one stream has on one volume."""

    stream: str = Field(description="Its name.")
    volume: str = Field(description="Identity of the volume.")
    recordings: int = Field(description="Files.")
    bytes: int = Field(description="Of these.")
    per_day: int = Field(description="Bytes recorded in a day at the present rate.")
    oldest: str | None = Field(description="Begin of the oldest recording.")


class CameraStorage(BaseModel):
    """What one camera's recordings take, on all volumes."""

    camera: str = Field(description="Its name.")
    in_settings: bool = Field(description="false: it has left the settings.")
    bytes: int = Field(description="Of all its recordings.")
    per_day: int = Field(description="Bytes that it records in a day at the present rate.")
    measured_s: float = Field(description="Seconds of recording that the rate stands on.")
    oldest: str | None = Field(description="Begin of the oldest recording.")
    retention_days: float | None = Field(description="As the settings say; null: no end.")
    retention_size: int | None = Field(description="Bytes, as the settings say; null: any.")
    keeps_days: float | None = Field(description="Days back that it will go; null: not known.")
    held_by: Literal["days", "size", "disk"] | None = Field(
        description="What ends its recordings: days or size of retention, or the disk's room."
    )
    streams: list[StoredStreamOut] = Field(description="By name and volume.")


class StorageOut(BaseModel):
    """All recordings."""

    time: str = Field(description="When it was looked at; at most a minute ago.")
    volumes: list[VolumeOut] = Field(description="Empty for who does not see all cameras.")
    cameras: list[CameraStorage] = Field(description="By name, those that you see.")


@router.get("", needs=Right.HEALTH)
def storage(context: Context, who: Who) -> StorageOut:
    """What recordings take per volume and camera, how fast they grow, and what becomes of it.

    The rate is that of the last day. What is on legal hold is taken for any other recording.
    """
    found = context.part(StorageLook, StorageLook).look()
    kept = {camera.name: camera.retention for camera in context.site.cameras}
    names = sorted({pace.camera for one in found.volumes for pace in one.paces} | kept.keys())
    return StorageOut(
        time=told(found.at_ns),
        volumes=[_volume(one) for one in found.volumes] if who.cameras is None else [],
        cameras=[_camera(name, kept.get(name), found.volumes) for name in who.visible(names)],
    )


def _volume(one: LookedAt) -> VolumeOut:
    seen, space = one.forecast, one.space
    cameras = dict.fromkeys(pace.camera for pace in one.paces)
    shares = [_share(camera, one.paces) for camera in cameras]
    return VolumeOut(
        path=one.path,
        identity=one.identity,
        present=space is not None,
        in_settings=one.reserve is not None,
        capacity=None if space is None else space.capacity,
        free=None if space is None else space.free,
        reserve=one.reserve,
        bytes=sum(pace.bytes for pace in one.paces),
        per_day=round(sum(map(per_day, one.paces))),
        oldest=_oldest(one.paces),
        outcome=seen.outcome,
        full_in_days=_days(seen.full_in_days),
        settles_in_days=_days(seen.settles_in_days),
        settles_at=None if seen.settles_at is None else round(seen.settles_at),
        keeps_days=_days(seen.keeps_days),
        sentence=sentence(seen),
        cameras=sorted(shares, key=lambda share: -share.bytes),
    )


def sentence(seen: Forecast) -> str:
    """A forecast in words."""
    keeps = "" if seen.keeps_days is None else _number(seen.keeps_days)
    match seen.outcome:
        case Outcome.MISSING:
            return "It is not there."
        case Outcome.IDLE:
            return "Nothing is being recorded to it."
        case Outcome.FULL:
            return f"Full: the oldest recordings make room, about {keeps} are kept."
        case Outcome.FILLS:
            when = _number(seen.full_in_days or 0.0)
            return f"Full in {when} at this rate; then about {keeps} are kept."
        case Outcome.HELD:
            return f"Retention holds it at about {keeps}."


def _number(days: float) -> str:
    if days < 2.0:
        hours = max(1, round(days * 24))
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{days:.0f} days"


def _camera(name: str, retention: Retention | None, volumes: Sequence[LookedAt]) -> CameraStorage:
    theirs = [pace for one in volumes for pace in one.paces if pace.camera == name]
    rate = sum(map(per_day, theirs))
    keeps, held_by = _limit(name, rate, retention, volumes)
    size = None if retention is None or retention.size is None else int(retention.size)
    return CameraStorage(
        camera=name,
        in_settings=retention is not None,
        bytes=sum(pace.bytes for pace in theirs),
        per_day=round(rate),
        measured_s=round(max((pace.recent_s for pace in theirs), default=0.0), 1),
        oldest=_oldest(theirs),
        retention_days=None if retention is None else retention.days,
        retention_size=size,
        keeps_days=_days(keeps),
        held_by=held_by,
        streams=[
            StoredStreamOut(
                stream=pace.stream,
                volume=pace.volume,
                recordings=pace.segments,
                bytes=pace.bytes,
                per_day=round(per_day(pace)),
                oldest=maybe_told(pace.oldest_ns),
            )
            for pace in sorted(theirs, key=lambda pace: (pace.stream, pace.volume))
        ],
    )


def _limit(
    name: str, rate: float, retention: Retention | None, volumes: Sequence[LookedAt]
) -> tuple[float | None, Literal["days", "size", "disk"] | None]:
    """How many days back a camera will go, and what ends it: the tightest of three."""
    limits: list[tuple[float, Literal["days", "size", "disk"]]] = []
    if retention is not None and retention.days is not None:
        limits.append((retention.days, "days"))
    if retention is not None and retention.size is not None and rate > 0.0:
        limits.append((retention.size / rate, "size"))
    for one in volumes:
        keeps = one.forecast.keeps_days
        mine = any(pace.camera == name and pace.recent_bytes for pace in one.paces)
        if mine and keeps is not None and one.forecast.outcome in (Outcome.FILLS, Outcome.FULL):
            limits.append((keeps, "disk"))
    return min(limits) if limits else (None, None)


def _share(camera: str, paces: Sequence[Pace]) -> ShareOut:
    theirs = [pace for pace in paces if pace.camera == camera]
    return ShareOut(
        camera=camera,
        bytes=sum(pace.bytes for pace in theirs),
        per_day=round(sum(map(per_day, theirs))),
    )


def _oldest(paces: Sequence[Pace]) -> str | None:
    return maybe_told(min((p.oldest_ns for p in paces if p.oldest_ns is not None), default=None))


def _days(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
