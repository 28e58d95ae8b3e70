"""What an owner typed as a camera's address: a stream, or a device to be asked by ONVIF.

192.0.2.7, 192.0.2.7:8000, camera.example    a device; its usual ports are tried
onvif://192.0.2.7:80/onvif/device_service    a device, as discovery names it
rtsp://…, http://…, file:///…, v4l2:///…     a stream
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from curtilage.config.address import HIDDEN, Address
from curtilage.config.site import SiteCamera, SiteSettings
from curtilage.ingest.onvif.device import PATH
from curtilage.ingest.onvif.envelope import Login
from curtilage.web.refusal import Refused

PORTS: Final = (80, 8000, 8080, 2020, 8899)
"""Where makers put ONVIF: most at 80; the others are those of some large ones."""
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\.?")


@dataclass(frozen=True, slots=True)
class StreamTarget:
    """A stream at an address."""

    address: Address
    told: bool  # the password was given with the request: it may be told back


@dataclass(frozen=True, slots=True)
class DeviceTarget:
    """A device; its service is at the first of these that answers in ONVIF."""

    services: tuple[Address, ...]
    login: Login | None


def target_of(
    site: SiteSettings, url: str, user: str | None, password: str | None
) -> StreamTarget | DeviceTarget:
    """What ``url`` means.

    Args:
        site: whose cameras' addresses may stand here with their password hidden.
        url: as typed.
        user: of the camera, where it is not in ``url``.
        password: its password.

    Raises:
        Refused: 422, it is no address.

    """
    url = url.strip()
    login = Login(user, password or "") if user else None
    scheme = url.partition("://")[0].lower() if "://" in url else ""
    if scheme == "onvif" or (scheme in ("http", "https") and "/onvif/" in url.lower()):
        return _device(url, login)
    if not scheme and not url.startswith("/"):
        return _bare(url, login)
    if HIDDEN in url:
        return _known(site, url)
    try:
        return StreamTarget(_with_login(Address(url), login), True)
    except ValueError as error:
        raise Refused(422, f"url: {error}") from None


def camera_at(site: SiteSettings, address: Address) -> SiteCamera | None:
    """The camera that has this address; or the only one at its host."""
    streams = [(one, stream.url) for one in site.cameras for stream in one.all_streams]
    same = next((one for one, known in streams if _place(known) == _place(address)), None)
    if same is not None or not address.host:
        return same
    at_host = {one.name: one for one, known in streams if known.host == address.host}
    return next(iter(at_host.values())) if len(at_host) == 1 else None


def _place(address: Address) -> tuple[str, str, str]:
    return address.host, address.path, urlsplit(address.bare).query


def _known(site: SiteSettings, url: str) -> StreamTarget:
    for known in _addresses(site):
        if str(known) == url:
            return StreamTarget(known, False)
    raise Refused(422, "url: its password is hidden; write the password, too")


def _addresses(site: SiteSettings) -> Iterator[Address]:
    for camera in site.cameras:
        for stream in camera.all_streams:
            yield stream.url


def _bare(text: str, login: Login | None) -> DeviceTarget:
    """A host, perhaps with a port."""
    host, port = text, None
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?", text)
    if found is not None:
        host, port = found[1].strip("[]"), found[2]
    try:
        host = str(ip_address(host))
    except ValueError:
        if not _NAME.fullmatch(host):
            raise Refused(
                422,
                "url: is no address of a camera; write it as in '192.0.2.7' or "
                "'rtsp://user:password@192.0.2.7/stream1'",
            ) from None
    ports = PORTS if port is None else (int(port),)
    return DeviceTarget(tuple(_service("http", host, one, PATH) for one in ports), login)


def _device(url: str, login: Login | None) -> DeviceTarget:
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        port, host = None, None
    if not host:
        raise Refused(422, "url: names no host; write it as in 'onvif://192.0.2.7'")
    if login is None and parts.username is not None:
        login = Login(unquote(parts.username), unquote(parts.password or ""))
    scheme = "https" if parts.scheme == "https" else "http"
    path = parts.path if len(parts.path) > 1 else PATH
    if port is not None or scheme == "https":
        return DeviceTarget((_service(scheme, host, port, path),), login)
    ports = PORTS if parts.scheme == "onvif" else PORTS[:1]
    return DeviceTarget(tuple(_service(scheme, host, one, path) for one in ports), login)


def _service(scheme: str, host: str, port: int | None, path: str) -> Address:
    place = f"[{host}]" if ":" in host else host
    try:
        return Address(f"{scheme}://{place}{'' if port is None else f':{port}'}{path}")
    except ValueError as error:
        raise Refused(422, f"url: {error}") from None


def _with_login(address: Address, login: Login | None) -> Address:
    """The address with user and password in it, where it is a network's and has none."""
    if login is None or address.user is not None or not address.host:
        return address
    parts = urlsplit(address.secret)
    who = f"{quote(login.user, safe='')}:{quote(login.password, safe='')}"
    return Address(urlunsplit(parts._replace(netloc=f"{who}@{parts.netloc}")))
