"""What an owner may type as a camera's address, and what it means."""

import pytest

from curtilage.config import parse_site
from curtilage.config.address import Address
from curtilage.web.api.examine.target import (
    PORTS,
    DeviceTarget,
    StreamTarget,
    camera_at,
    target_of,
)
from curtilage.web.refusal import Refused

SITE = parse_site(
    "state: s\nvolumes: [{path: v}]\ncameras:\n"
    "  - {name: yard, url: 'rtsp://me:hunter2@192.0.2.7/one?x=1'}\n"
    "  - {name: gate, url: 'rtsp://192.0.2.8/ch1'}\n"
    "  - {name: shop, url: 'rtsp://192.0.2.8/ch2'}\n"
)


def services(url: str, user: str | None = None, password: str | None = None) -> list[str]:
    target = target_of(SITE, url, user, password)
    assert isinstance(target, DeviceTarget)
    return [one.bare for one in target.services]


def stream(url: str, user: str | None = None, password: str | None = None) -> StreamTarget:
    target = target_of(SITE, url, user, password)
    assert isinstance(target, StreamTarget)
    return target


def test_a_host_alone_is_asked_at_the_usual_ports() -> None:
    at = [f"http://192.0.2.7:{port}/onvif/device_service" for port in PORTS]
    assert services(" 192.0.2.7 ") == at
    assert services("onvif://192.0.2.7") == at
    assert services("cam.example")[0] == "http://cam.example:80/onvif/device_service"


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("192.0.2.7:8000", "http://192.0.2.7:8000/onvif/device_service"),
        ("[2001:db8::7]:80", "http://[2001:db8::7]:80/onvif/device_service"),
        ("onvif://192.0.2.7:8899/x/y", "http://192.0.2.7:8899/x/y"),
        ("http://192.0.2.7/onvif/device_service", "http://192.0.2.7:80/onvif/device_service"),
        ("https://192.0.2.7/onvif/x", "https://192.0.2.7/onvif/x"),
    ],
)
def test_a_device(url: str, service: str) -> None:
    assert services(url) == [service]


def test_who_asks_a_device() -> None:
    target = target_of(SITE, "onvif://a%40b:c%2Fd@192.0.2.7:80/", None, None)
    assert isinstance(target, DeviceTarget)
    assert target.login is not None
    assert (target.login.user, target.login.password) == ("a@b", "c/d")


def test_a_stream_gets_the_password_that_was_given_beside_it() -> None:
    found = stream("rtsp://192.0.2.9:554/x?a=b", "me", "p@ss/#?")
    assert found.address.secret == "rtsp://me:p%40ss%2F%23%3F@192.0.2.9:554/x?a=b"  # noqa: S105
    assert (found.address.user, found.address.password) == ("me", "p@ss/#?")
    assert found.told
    own = stream("rtsp://you:other@192.0.2.9/x", "me", "p")
    assert own.address.password == "other"  # noqa: S105


def test_a_hidden_password_is_the_one_in_the_settings_and_is_not_told() -> None:
    found = stream(str(SITE.cameras[0].url))
    assert found.address.password == "hunter2"  # noqa: S105
    assert not found.told
    with pytest.raises(Refused, match="hidden"):
        stream("rtsp://me:***@192.0.2.7/two")
    with pytest.raises(Refused, match="hidden"):
        stream(str(SITE.cameras[0].url).replace("192.0.2.7", "198.51.100.1"))


@pytest.mark.parametrize(
    "url",
    ["front", "nowhere", "-1", "1.5", "192.0.2.300", "a b.c", "rtp://x/", "onvif://", "onvif://[",
     "192.0.2.7:99999", "http://:80/onvif/", "..", "é.é", "onvif://h:99999/onvif/"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_a_look_up(url: str) -> None:
    with pytest.raises(Refused) as caught:
        target_of(SITE, url, None, None)
    assert caught.value.status == 422


@pytest.mark.parametrize(
    ("url", "camera"),
    [
        ("rtsp://192.0.2.7/one?x=1", "yard"),
        ("rtsp://192.0.2.7/other", "yard"),  # its other stream
        ("rtsp://192.0.2.8/ch2", "shop"),
        ("rtsp://192.0.2.8/ch3", None),  # a recorder: nobody knows which
        ("file:///one", None),
    ],
)
def test_which_camera_is_at_an_address(url: str, camera: str | None) -> None:
    found = camera_at(SITE, Address(url))
    assert (found.name if found else None) == camera
