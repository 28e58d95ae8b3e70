"""A device asked by ONVIF: what it is, its clock, its streams; and whom it makes us ask."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError, Cause
from curtilage.ingest.onvif.device import Device, ask_device, at_same_host, clock_ahead, stream_of
from curtilage.ingest.onvif.envelope import Login
from curtilage.ingest.onvif.line import Line
from curtilage.ingest.onvif.profiles import Profile
from tests.cameras import Account
from tests.cameras.onvif import Behaviour, Offered, OnvifDevice, envelope

LOGIN = Login("admin", "s3cret:@/#")
SOME = Profile("p", "p", "v", "h264", 1, 1, None, None, False)


def offered() -> list[Offered]:
    return [
        Offered("small", "rtsp://127.0.0.1:554/sub?a=1&b=2", size=(640, 360)),
        Offered("large", "rtsp://127.0.0.1:554/main", "H265", (3840, 2160), sound=True),
    ]


def ask(behaviour: Behaviour, login: Login | None = LOGIN) -> tuple[Device, OnvifDevice]:
    with OnvifDevice(behaviour) as device:
        return ask_device(Address(device.url), login, 5.0), device


def refused(behaviour: Behaviour, login: Login | None, timeout_s: float = 5.0) -> CameraError:
    with OnvifDevice(behaviour) as device:
        with pytest.raises(CameraError) as caught:
            ask_device(Address(device.url), login, timeout_s)
        assert "s3cret" not in str(caught.value)
        return caught.value


def test_a_device_of_today() -> None:
    told, device = ask(Behaviour(offered(), Account()))
    assert (told.maker, told.model, told.firmware) == ("Acme", "Eye 3", "1.2.3")
    assert told.ahead_s is not None
    assert abs(told.ahead_s) < 1.5
    small, large = told.streams
    whole = "rtsp://admin:s3cret%3A%40%2F%23@127.0.0.1:554/sub?a=1&b=2"
    assert small.address == Address(whole)
    assert (large.profile.codec, large.profile.width, large.profile.fps) == ("hevc", 3840, 15.0)
    assert (large.profile.gop, large.profile.microphone) == (30, True)
    assert not small.profile.microphone
    assert device.asked[0] == "GetSystemDateAndTime"
    assert not any(b"s3cret" in raw for raw in device.raw)


@pytest.mark.parametrize("services", [True, False])
def test_a_device_of_the_first_generation_has_no_h265(services: bool) -> None:
    told, _ = ask(Behaviour(offered(), Account(), media2=False, services=services))
    [small] = told.streams
    assert (small.profile.codec, small.profile.gop, small.profile.source) == ("h264", 30, "lens1")


@pytest.mark.parametrize("ahead_s", [-86_400.0 * 3650, -7200.0, 3600.0])
def test_a_wrong_clock_is_told_and_does_not_refuse_us(ahead_s: float) -> None:
    told, _ = ask(Behaviour(offered(), Account(), ahead_s=ahead_s))
    assert told.ahead_s is not None
    assert abs(told.ahead_s - ahead_s) < 1.5
    assert told.streams


def test_a_device_that_wants_the_password_for_everything() -> None:
    told, _ = ask(Behaviour(offered(), Account(), everything_needs_the_password=True))
    assert len(told.streams) == 2


@pytest.mark.parametrize("ways", [("digest",), ("digest-sha256", "digest")])
def test_the_password_by_http(ways: tuple[str, ...]) -> None:
    told, device = ask(Behaviour(offered(), Account(ways=ways, qop=True), by_http=True))
    assert len(told.streams) == 2
    assert not any(b"s3cret" in raw for raw in device.raw)


def test_a_bare_password_does_not_travel_unencrypted() -> None:
    error = refused(Behaviour(offered(), Account(ways=("basic",)), by_http=True), LOGIN)
    assert error.cause is Cause.WRONG_PASSWORD


def test_a_device_without_a_password() -> None:
    told, _ = ask(Behaviour(offered()), None)
    assert told.streams[0].address == Address("rtsp://127.0.0.1:554/sub?a=1&b=2")


def test_after_a_wrong_password_nothing_more_is_asked() -> None:
    behaviour = Behaviour(offered(), Account())
    with (
        OnvifDevice(behaviour) as device,
        pytest.raises(CameraError, match="refuses user admin") as caught,
    ):
        ask_device(Address(device.url), Login("admin", "guess"), 5.0)
    assert caught.value.cause is Cause.WRONG_PASSWORD
    assert device.asked == ["GetSystemDateAndTime", "GetServices", "GetDeviceInformation"]
    assert refused(Behaviour(offered(), Account()), None).cause is Cause.PASSWORD_NEEDED


def test_whoever_it_names_only_the_host_that_answered_is_asked() -> None:
    with socket.create_server(("127.0.0.2", 0)) as trap:
        elsewhere = f"127.0.0.2:{trap.getsockname()[1]}"
        profiles = [Offered("a", f"rtsp://user:their@{elsewhere}/x"), Offered("b", "file:///etc")]
        told, device = ask(Behaviour(profiles, Account(), named="127.0.0.2"))
        trap.settimeout(0.05)
        with pytest.raises(TimeoutError):
            trap.accept()
    [stream] = told.streams  # a file is no stream
    assert stream.address.host == "127.0.0.1"
    assert stream.elsewhere == "127.0.0.2"
    assert "their" not in stream.address.secret
    assert "GetStreamUri" in device.asked


@given(st.text(max_size=80), st.sampled_from(["", "http://", "https://evil.example/", "rtsp://"]))
def test_no_word_of_a_device_leads_elsewhere(text: str, head: str) -> None:
    service = Address("http://192.0.2.7:8000/onvif/device_service")
    assert at_same_host(service, head + text).host == "192.0.2.7"
    stream = stream_of(service, head + text, SOME, LOGIN)
    assert stream is None or stream.address.host == "192.0.2.7"


def test_ports_are_believed_of_the_host_that_answered_alone() -> None:
    service = Address("http://192.0.2.7/onvif/device_service")
    assert at_same_host(service, "http://192.0.2.7:8081/m").bare == "http://192.0.2.7:8081/m"
    assert at_same_host(service, "http://192.168.1.64:8081/m").bare == "http://192.0.2.7:80/m"
    assert at_same_host(service, "https://192.0.2.7/m").bare == "http://192.0.2.7:80/m"
    assert at_same_host(service, "nonsense") is service


def said(what: bytes, only: str = "GetDeviceInformation") -> Behaviour:
    return Behaviour(offered(), None, answer=lambda _, action: what if action == only else b"")


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        (said(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), Cause.NOT_ONVIF),
        (said(b"<html>hello</html>"), Cause.NOT_ONVIF),
        (said(b"{}", "GetSystemDateAndTime"), Cause.NOT_ONVIF),
        (said(b"<a>" * 400_000), Cause.NOT_ONVIF),
        (said(b"x" * (3 << 20)), Cause.NOT_ONVIF),
        (said(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2/\r\n\r\n"), Cause.NOT_ONVIF),
        (said(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\nx"), Cause.NOT_ONVIF),
    ],
)
def test_hostile_answers_end_in_a_sentence(behaviour: Behaviour, cause: Cause) -> None:
    error = refused(behaviour, LOGIN)
    assert error.cause is cause
    assert str(error).startswith("127.0.0.1 ")


@contextmanager
def dripping() -> Iterator[int]:
    """A host that sends a byte every now and then, for ever."""
    ends = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                line.sendall(b"HTTP/1.1 200 OK\r\nX-")
                while not ends.wait(0.05):
                    try:
                        line.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        ends.set()
        thread.join(5)


def test_a_host_that_drips_is_given_up() -> None:
    with dripping() as port, pytest.raises(CameraError, match="does not answer") as caught:
        ask_device(Address(f"http://127.0.0.1:{port}/onvif/device_service"), LOGIN, 0.6)
    assert caught.value.cause is Cause.SILENT


def test_a_silent_host_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        service = Address(f"http://127.0.0.1:{listener.getsockname()[1]}/onvif/device_service")
        with pytest.raises(CameraError, match="does not answer") as caught:
            ask_device(service, LOGIN, 0.3)
        assert caught.value.cause is Cause.SILENT
        assert clock_ahead(service, 0.2) is None


def test_time_that_is_none_is_not_believed() -> None:
    odd = envelope("<UTCDateTime><Year>99999</Year><Month>13</Month></UTCDateTime>")
    told, _ = ask(said(odd, "GetSystemDateAndTime"))
    assert told.ahead_s is None
    last = b"".join(
        b"<%b>%d</%b>" % (word, number, word)
        for word, number in ((b"Year", 9999), (b"Month", 12), (b"Day", 31), (b"Hour", 23),
                             (b"Minute", 59), (b"Second", 59))
    )  # fmt: skip
    with OnvifDevice(said(envelope(f"<UTCDateTime>{last.decode()}</UTCDateTime>"),
                          "GetSystemDateAndTime")) as device:  # fmt: skip
        assert clock_ahead(Address(device.url), 2.0) is None  # a second later is no date


def test_a_device_asks_for_the_time_it_has() -> None:
    with OnvifDevice(Behaviour(ahead_s=600.0)) as device:
        ahead = clock_ahead(Address(device.url), 2.0)
        line = Line(Address(device.url), None, 2.0)
        assert line.ask(line.service, "<GetSystemDateAndTime/>").first("UTCDateTime") is not None
    assert ahead is not None
    assert abs(ahead - 600.0) < 1.5
