"""Asks a camera everything that an owner wants to know before it is added. Nothing is kept.

What an address means (``target``), what the device says (``ingest.onvif``), what its streams give
(``streams``), and the first picture, black under the masks of a camera that is known there.
"""

import base64
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from curtilage.config.address import Address
from curtilage.config.site import SiteSettings
from curtilage.ingest.errors import CameraError, Cause
from curtilage.ingest.live.trial import Trial
from curtilage.ingest.onvif.device import Device, Stream, ask_device
from curtilage.model import GapReason
from curtilage.vision.decode import PacketDecoder
from curtilage.vision.decode.packet_decoder import DecodeError
from curtilage.web.api.examine.answers import (
    DeviceOut,
    Examined,
    ExaminedStream,
    OtherSource,
    StillOut,
)
from curtilage.web.api.examine.files import may_be_tried
from curtilage.web.api.examine.notes import notes_of
from curtilage.web.api.examine.streams import NAMES, Played, play_all, rtsp_is_off, told
from curtilage.web.api.examine.target import DeviceTarget, StreamTarget, camera_at
from curtilage.web.api.pictures import Picture, jpeg

WIDTH: Final = 960  # pixels of the picture, at most
DEVICE_S: Final = 8.0
ONE_OF_MANY_S: Final = 3.0  # where several ports are tried
_NEXT_PORT: Final = (Cause.PORT_CLOSED, Cause.NOT_ONVIF, Cause.SILENT, Cause.NO_TLS)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A stream to be played, as the answer names it."""

    address: Address
    url: str
    profile: str


def examine_stream(site: SiteSettings, target: StreamTarget, stop: threading.Event) -> Examined:
    """What one stream gives."""
    address = target.address
    if address.scheme == "file" and not may_be_tried(site, address):
        return _nothing(
            site,
            address,
            CameraError(
                GapReason.REFUSED,
                "this file is in none of the folders that the settings name under `footage`",
                Cause.NOT_ALLOWED,
            ),
        )
    url = address.secret if target.told else str(address)
    return _whole(site, [_Asked(address, url, "")], None, (), stop)


def examine_device(site: SiteSettings, target: DeviceTarget, stop: threading.Event) -> Examined:
    """What a device says by ONVIF, and what its streams give."""
    try:
        device = _device(target)
    except CameraError as error:
        return _nothing(site, target.services[0], error)
    sources = _sources(device.streams)
    if not sources:
        return _nothing(
            site,
            target.services[0],
            CameraError(
                GapReason.UNSUPPORTED,
                f"{target.services[0].host} answers in ONVIF, but names no stream; give the RTSP "
                "address that its manual names",
                Cause.NO_STREAM,
            ),
            device,
        )
    first, *others = sources
    asked = [_Asked(one.address, one.address.secret, one.profile.name) for one in first]
    return _whole(site, asked, device, others, stop)


def _device(target: DeviceTarget) -> Device:
    """The first port at which the host answers in ONVIF."""
    services = target.services
    many = len(services) > 1
    problem: CameraError | None = None
    for service in services:
        try:
            return ask_device(service, target.login, ONE_OF_MANY_S if many else DEVICE_S)
        except CameraError as error:
            if error.cause not in _NEXT_PORT:
                raise
            problem = problem or error
    if problem is not None and not many:
        raise problem
    host = services[0].host
    raise CameraError(
        GapReason.UNREACHABLE,
        f"{host} is there, but does not answer in ONVIF: switch ONVIF on in the camera's own "
        f"pages, or give its RTSP address as in 'rtsp://user:password@{host}/stream1'",
        Cause.NOT_ONVIF,
    )


def _sources(streams: Sequence[Stream]) -> list[list[Stream]]:
    """The streams of each source, largest first, each address once."""
    by_source: list[list[Stream]] = []
    for _, group in groupby(
        sorted(streams, key=lambda one: one.profile.source), key=lambda one: one.profile.source
    ):
        once = {one.address.bare: one for one in reversed(list(group))}
        by_source.append(
            sorted(once.values(), key=lambda o: o.profile.width * o.profile.height, reverse=True)
        )
    order = [one.profile.source for one in streams]
    return sorted(by_source, key=lambda group: order.index(group[0].profile.source))


def _whole(
    site: SiteSettings,
    asked: Sequence[_Asked],
    device: Device | None,
    others: Sequence[Sequence[Stream]],
    stop: threading.Event,
) -> Examined:
    played = play_all([one.address for one in asked], stop)
    if device is not None:
        played = [_with_device(one) for one in played]
    streams = [
        told(one, name, what.profile, what.url)
        for one, name, what in zip(played, NAMES, asked, strict=False)
    ]
    good = [(one, stream) for one, stream in zip(played, streams, strict=True) if stream.works]
    ahead = _ahead(device, played)
    elsewhere = ""
    if device is not None:
        elsewhere = next((one.elsewhere for one in device.streams if one.elsewhere), "")
    known = camera_at(site, asked[0].address)
    first = good[0] if good else None
    return Examined(
        works=first is not None,
        reason=None if first else streams[0].reason,
        sentence=_said(device, first[1] if first else streams[0]),
        host=asked[0].address.host,
        known_as=None if known is None else known.name,
        server=next((one.server for one in played if one.server), None),
        device=None if device is None else _device_out(device),
        clock_ahead_s=None if ahead is None else round(ahead, 1),
        microphone=any(one.microphone for one in played),
        streams=streams,
        others=[OtherSource(name=one[0].profile.name, url=one[0].address.secret) for one in others],
        notes=list(notes_of(streams, ahead, elsewhere, len(others))),
        picture=_still(site, first[0]) if first else None,
        settings=_settings([stream for _, stream in good]),
    )


def _with_device(played: Played) -> Played:
    """A closed port of a device that answers in ONVIF is a switch in its pages."""
    problem = played.problem
    if problem is None or problem.cause is not Cause.PORT_CLOSED:
        return played
    off = rtsp_is_off(played.address)
    return Played(played.address, None, off, played.microphone, played.server)


def _ahead(device: Device | None, played: Sequence[Played]) -> float | None:
    """By ONVIF, else by the sender reports; a late report makes it smaller, so the largest."""
    if device is not None and device.ahead_s is not None:
        return device.ahead_s
    known = [one.trial.ahead_s for one in played if one.trial and one.trial.ahead_s is not None]
    return max(known, default=None)


def _said(device: Device | None, stream: ExaminedStream) -> str:
    if not stream.works or device is None:
        return stream.sentence
    name = " ".join(word for word in (device.maker, device.model) if word)
    return f"{name}: {stream.sentence}" if name else stream.sentence


def _nothing(
    site: SiteSettings, address: Address, error: CameraError, device: Device | None = None
) -> Examined:
    known = camera_at(site, address)
    return Examined(
        works=False,
        reason=error.cause,
        sentence=address.redact(str(error)),
        host=address.host,
        known_as=None if known is None else known.name,
        server=None,
        device=None if device is None else _device_out(device),
        clock_ahead_s=None if device is None or device.ahead_s is None else device.ahead_s,
        microphone=False,
        streams=[],
        others=[],
        notes=[],
        picture=None,
        settings=None,
    )


def _device_out(device: Device) -> DeviceOut:
    return DeviceOut(
        maker=device.maker,
        model=device.model,
        firmware=device.firmware,
        serial=device.serial,
        hardware=device.hardware,
        network_time=device.network_time,
    )


def _still(site: SiteSettings, played: Played) -> StillOut | None:
    """The first picture, black under the masks of a camera that is at this address."""
    if played.trial is None or (found := _decoded(played.trial)) is None:
        return None
    known = camera_at(site, played.address)
    masks = () if known is None else known.masks
    data = jpeg(found, WIDTH, masks)
    wide = min(round(found.frame.height * found.aspect), WIDTH)
    return StillOut(
        jpeg=base64.b64encode(data).decode(),
        width=wide,
        height=max(1, round(wide / found.aspect)),
        masked=bool(masks),
    )


def _decoded(trial: Trial) -> Picture | None:
    try:
        decoder = PacketDecoder(trial.info)
    except DecodeError:
        return None
    frames = decoder.decode(trial.key) + decoder.rest()
    return Picture(frames[0], trial.key.pts_ns, decoder.aspect(frames[0])) if frames else None


def _settings(good: Sequence[ExaminedStream]) -> dict[str, Any] | None:
    """The main stream, recorded; the smallest one for grids and motion, H.264 before others."""
    if not good:
        return None
    main = good[0]
    rest = sorted(good[1:], key=lambda o: (o.codec != "h264", (o.width or 0) * (o.height or 0)))
    if not rest:
        return {"url": main.url}
    return {
        "streams": [
            {"name": "main", "url": main.url},
            {"name": "sub", "url": rest[0].url, "record": False},
        ]
    }
