"""Asks a device by ONVIF what it is, what its clock says, and where its streams are.

    GetSystemDateAndTime   nobody's password is needed; gives the time for the password's digest
    GetServices            where its media services are (GetCapabilities, where that is unknown)
    GetDeviceInformation   maker, model, firmware; the first question with the password
    GetProfiles            of Media2, else of Media
    GetStreamUri           one for each profile

After a refused password nothing is asked any more: some cameras lock a user out after five.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import quoteattr

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError, Cause
from curtilage.ingest.onvif.envelope import Login
from curtilage.ingest.onvif.line import Line
from curtilage.ingest.onvif.markup import Node
from curtilage.ingest.onvif.profiles import Profile, profiles_of
from curtilage.ingest.rtsp.dial import port_of

PATH: Final = "/onvif/device_service"
STREAMS_MOST: Final = 16  # whose addresses are asked for
LONGEST_URI: Final = 1000
_DEVICE: Final = 'xmlns="http://www.onvif.org/ver10/device/wsdl"'
_MEDIA: Final = "http://www.onvif.org/ver10/media/wsdl"
_MEDIA2: Final = "http://www.onvif.org/ver20/media/wsdl"
_FATAL: Final = (Cause.WRONG_PASSWORD, Cause.PASSWORD_NEEDED)


@dataclass(frozen=True, slots=True)
class Stream:
    """A profile and where it plays."""

    profile: Profile
    address: Address  # at the host that was asked, with user and password
    elsewhere: str = ""  # the host that the device named instead, if it is another one


@dataclass(frozen=True, slots=True)
class Device:
    """What a device says of itself; texts are empty where it says nothing."""

    maker: str
    model: str
    firmware: str
    serial: str
    hardware: str
    ahead_s: float | None  # its clock before ours; None: it does not say
    network_time: bool  # it asks a time server
    streams: tuple[Stream, ...]


def ask_device(service: Address, login: Login | None, timeout_s: float = 8.0) -> Device:
    """Ask everything.

    Args:
        service: Of the device service, as in ``http://192.0.2.7/onvif/device_service``; user
            and password in it are not used.
        login: User and password.
        timeout_s: For all of it.

    Raises:
        CameraError: it does not answer, it is no ONVIF, or it wants another password.

    """
    line = Line(service, login, timeout_s)
    asked = time.time()
    clock = line.ask(service, f"<GetSystemDateAndTime {_DEVICE}/>")
    ahead_s = _ahead(clock, (asked + time.time()) / 2)
    line.ahead_s = ahead_s or 0.0
    media, media2 = _media_services(line)
    told = line.ask_as_user(service, f"<GetDeviceInformation {_DEVICE}/>")
    return Device(
        maker=told.said("Manufacturer")[:100],
        model=told.said("Model")[:100],
        firmware=told.said("FirmwareVersion")[:100],
        serial=told.said("SerialNumber")[:100],
        hardware=told.said("HardwareId")[:100],
        ahead_s=ahead_s,
        network_time=clock.said("DateTimeType") == "NTP",
        streams=_streams(line, media, media2, login),
    )


def clock_ahead(service: Address, timeout_s: float) -> float | None:
    """Seconds of the device's clock before ours, which anybody may ask; None: it does not say."""
    line, asked = Line(service, None, timeout_s), time.time()
    try:
        answer = line.ask(service, f"<GetSystemDateAndTime {_DEVICE}/>")
    except CameraError:
        return None
    return _ahead(answer, (asked + time.time()) / 2)


def _media_services(line: Line) -> tuple[Address | None, Address | None]:
    """Where Media and Media2 are, at the host that is asked."""
    found: dict[str, Address] = {}
    with _unless_refused():
        body = f"<GetServices {_DEVICE}><IncludeCapability>false</IncludeCapability></GetServices>"
        answer = _as_needed(line, line.service, body)
        for node in answer.every("Service"):
            kind = node.said("Namespace").rstrip("/")
            if kind in (_MEDIA, _MEDIA2):
                found.setdefault(kind, at_same_host(line.service, node.said("XAddr")))
    if not found:
        with _unless_refused():
            body = f"<GetCapabilities {_DEVICE}><Category>All</Category></GetCapabilities>"
            answer = _as_needed(line, line.service, body)
            media = answer.first("Capabilities", "Media")
            if media is not None:
                found[_MEDIA] = at_same_host(line.service, media.said("XAddr"))
    if not found:  # many old ones say neither, and answer at the one address
        found[_MEDIA] = line.service
    return found.get(_MEDIA), found.get(_MEDIA2)


def _as_needed(line: Line, at: Address, body: str) -> Node:
    """Both questions are anybody's by the specification; some devices want the password still."""
    try:
        return line.ask(at, body)
    except CameraError as error:
        if error.cause not in _FATAL:
            raise
        return line.ask_as_user(at, body)


def _streams(
    line: Line, media: Address | None, media2: Address | None, login: Login | None
) -> tuple[Stream, ...]:
    """Those of Media2, since only that tells of H.265; of Media, where Media2 has none."""
    if media2 is not None:
        with _unless_refused():
            body = f'<GetProfiles xmlns="{_MEDIA2}"><Type>All</Type></GetProfiles>'
            profiles = profiles_of(line.ask_as_user(media2, body))
            if found := _addresses(line, media2, _MEDIA2, profiles, login):
                return found
    if media is None:
        return ()
    profiles = profiles_of(line.ask_as_user(media, f'<GetProfiles xmlns="{_MEDIA}"/>'))
    return _addresses(line, media, _MEDIA, profiles, login)


def _addresses(
    line: Line, at: Address, kind: str, profiles: Iterable[Profile], login: Login | None
) -> tuple[Stream, ...]:
    found = []
    for profile in list(profiles)[:STREAMS_MOST]:
        token = quoteattr(profile.token)[1:-1]
        if kind == _MEDIA2:
            body = (
                f'<GetStreamUri xmlns="{kind}"><Protocol>RTSP</Protocol>'
                f"<ProfileToken>{token}</ProfileToken></GetStreamUri>"
            )
        else:
            schema = 'xmlns="http://www.onvif.org/ver10/schema"'
            body = (
                f'<GetStreamUri xmlns="{kind}"><StreamSetup><Stream {schema}>RTP-Unicast</Stream>'
                f"<Transport {schema}><Protocol>RTSP</Protocol></Transport></StreamSetup>"
                f"<ProfileToken>{token}</ProfileToken></GetStreamUri>"
            )
        with _unless_refused():
            uri = line.ask_as_user(at, body).said("Uri").replace("&amp;", "&")
            stream = stream_of(line.service, uri, profile, login)
            if stream is not None:
                found.append(stream)
    return tuple(found)


def stream_of(service: Address, uri: str, profile: Profile, login: Login | None) -> Stream | None:
    """Where a profile plays: at the host that was asked, whatever host ``uri`` names.

    A camera behind another address, or one that was moved, names where it believes to be; one
    that is hostile names somebody else. None: ``uri`` is no address of a stream.
    """
    try:
        parts = urlsplit(uri)
        port, named = parts.port, parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("rtsp", "rtsps") or not named or len(uri) > LONGEST_URI:
        return None
    who = ""
    if login is not None:
        who = f"{quote(login.user, safe='')}:{quote(login.password, safe='')}@"
    place = _bracketed(service.host) + (f":{port}" if port else "")
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        address = Address(f"{parts.scheme}://{who}{place}{rest}")
    except ValueError:
        return None
    return Stream(profile, address, "" if named == service.host else named[:100])


def at_same_host(service: Address, named: str) -> Address:
    """The path that a device names, at the host that was asked; the service itself if it is none.

    The port is the device's own word only where it names the very host that was asked.
    """
    try:
        parts = urlsplit(named[:LONGEST_URI])
        port = parts.port
        same = parts.hostname == service.host and parts.scheme == service.scheme
        if parts.scheme not in ("http", "https") or not parts.path.startswith("/"):
            return service
        at = port_of(service) if not same else port or port_of(service)
        query = f"?{parts.query}" if parts.query else ""
        return Address(f"{service.scheme}://{_bracketed(service.host)}:{at}{parts.path}{query}")
    except ValueError:
        return service


def _ahead(answer: Node, now_s: float) -> float | None:
    """The device's clock before ours; it tells whole seconds, so half of one is added."""
    said = answer.first("UTCDateTime")
    if said is None:
        return None
    words = ("Year", "Month", "Day", "Hour", "Minute", "Second")
    try:
        year, month, day, hour, minute, second = (int(said.said(word)[:4]) for word in words)
        if not 1970 <= year < 2200:  # a second after the last year there is would be none
            return None
        told = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return told.timestamp() + 0.5 - now_s


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _unless_refused() -> Iterator[None]:
    """Goes on where a question has no answer; not after a refused password, nor into silence."""
    try:
        yield
    except CameraError as error:
        if error.cause in (*_FATAL, Cause.SILENT):
            raise
