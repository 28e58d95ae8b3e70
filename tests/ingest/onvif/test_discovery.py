"""Who answers on this machine's networks, and that nobody else hears of it."""

from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from curtilage.config.address import Address
from curtilage.ingest.onvif import discovery
from curtilage.ingest.onvif.device import ask_device
from curtilage.ingest.onvif.discovery import GROUP, PORT, devices_in, discover
from curtilage.ingest.onvif.networks import Network, own_networks
from tests.cameras.onvif import Behaviour, Offered, OnvifDevice, Responder, match
from tests.namespaces import CABLE, UDP, Canary, new_house

ID = "3fa1fe68-b915-4053-a3e1-c006c3afec0e"
NETWORKS = [Network("eth0", 2, IPv4Interface("192.0.2.1/24"))]


def found(data: bytes, host: str = "192.0.2.7") -> list[discovery.Answered]:
    return devices_in(host, data, [ID], NETWORKS)


def test_a_camera_s_answer() -> None:
    [one] = found(
        match(f"uuid:{ID}", "http://192.0.2.7:8000/onvif/device_service", name="My%20eye")
    )
    assert one.service.bare == "http://192.0.2.7:8000/onvif/device_service"
    assert (one.name, one.hardware, one.place, one.foreign) == ("My eye", "Eye 3", "yard", False)


@pytest.mark.parametrize(
    ("xaddrs", "service"),
    [
        (
            "http://192.168.1.64:8000/onvif/device_service",
            "http://192.0.2.7:8000/onvif/device_service",
        ),
        ("http://[fe80::1]/x http://192.0.2.7/y", "http://192.0.2.7:80/y"),
        ("https://192.0.2.7/onvif/x", "https://192.0.2.7:443/onvif/x"),
        ("", "http://192.0.2.7:80/onvif/device_service"),
        ("ftp://192.0.2.7/ http://", "http://192.0.2.7:80/onvif/device_service"),
        ("http://evil.example:99999/x", "http://192.0.2.7:80/onvif/device_service"),
        ("http://a@198.51.100.9:80@b/x", "http://192.0.2.7:80/x"),
    ],
)
def test_the_host_is_who_answered_whatever_the_answer_says(xaddrs: str, service: str) -> None:
    for one in found(match(f"urn:uuid:{ID}", xaddrs)):
        assert one.service.host == "192.0.2.7"
    [one] = found(match(f"urn:uuid:{ID.upper()}", xaddrs))
    assert one.service.bare == service


def test_answers_to_others_and_nonsense_are_left_out() -> None:
    other = "3fa1fe68-b915-4053-a3e1-c006c3afec0f"
    assert found(match(f"uuid:{other}", "http://192.0.2.7/onvif/x")) == []
    assert found(b"\0\xff not xml") == []
    printer = match(f"uuid:{ID}", "http://192.0.2.7/wsd").replace(b"dn:Network", b"p:Paper")
    assert found(printer.replace(b"onvif", b"print")) == []


def test_a_camera_of_another_network_is_told_as_such() -> None:
    [one] = found(match(f"uuid:{ID}", ""), "192.168.1.108")
    assert one.foreign


def test_a_match_without_the_list_around_it_is_read() -> None:
    data = (
        match(f"uuid:{ID}", "").replace(b"<d:ProbeMatches>", b"").replace(b"</d:ProbeMatches>", b"")
    )
    assert len(found(data + b"\0junk")) == 1


def test_nobody_is_asked_where_there_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "own_networks", list)
    told = discover(5.0)
    assert (told.devices, told.interfaces, told.unasked) == ((), (), ())


def test_loopback_is_no_network_to_ask() -> None:
    assert "lo" not in [one.interface for one in own_networks()]


def test_only_the_group_and_who_answered_are_spoken_to(tmp_path: Path) -> None:
    """The camera names another host for its services and streams; that one is not asked."""
    machine, camera = new_house(tmp_path)
    evil = "http://198.51.100.77/onvif/device_service"
    behaviour = Behaviour([Offered("a", "rtsp://198.51.100.77/x")], named="198.51.100.77")
    responder = camera.run(lambda: Responder("10.99.0.2", evil))
    device = camera.run(lambda: OnvifDevice(behaviour, ("10.99.0.2", 80)))
    try:
        with device, Canary(machine) as canary:
            told = machine.run(lambda: discover(1.2))
            [one] = told.devices
            assert CABLE in told.interfaces
            assert responder.asked == 4  # two kinds, twice
            heard = {(seen.to, seen.protocol, seen.port) for seen in canary.seen}
            assert heard == {(GROUP, UDP, PORT)}
            assert one.service.bare == "http://10.99.0.2:80/onvif/device_service"
            answer = machine.run(lambda: ask_device(one.service, None, 5.0))
        assert answer.streams[0].address == Address("rtsp://10.99.0.2/x")
        leaks = [s for s in canary.leaks("10.99.0.2", 80) if (s.to, s.port) != (GROUP, PORT)]
        assert leaks == []
        assert any(seen.to == "10.99.0.2" for seen in canary.seen)
    finally:
        responder.close()
        machine.close()
        camera.close()
