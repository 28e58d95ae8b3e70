"""The exceptions of the service's firewall are what the settings name."""

import pytest

from curtilage.app.run.firewall import FirewallError, drop_in
from curtilage.config import parse_site
from tests.app.run.sites import site_text

DOOR = "{name: door, url: 'rtsp://me:geheim@192.0.2.1/1'}"
TWO = (
    "{name: two, streams: [{url: 'rtsp://192.0.2.1/2'}, {name: sub, url: 'http://[2001:db8::2]/'}]}"
)
FILM = "{name: film, url: /films/a.mp4}"


def test_it_lists_cameras_and_database_and_browsers() -> None:
    site = parse_site(
        site_text(DOOR, TWO, FILM, extra="database: postgresql://me:geheim@192.0.2.77/x\n")
    )
    text = drop_in(site, ["192.168.1.7/24"])
    allowed = [line for line in text.splitlines() if line.startswith("IPAddressAllow")]
    assert allowed == [
        "IPAddressAllow=localhost",
        "IPAddressAllow=192.0.2.1",
        "IPAddressAllow=2001:db8::2",
        "IPAddressAllow=192.0.2.77",
        "IPAddressAllow=192.168.1.0/24",
    ]
    assert "geheim" not in text


def test_this_machine_needs_no_exception() -> None:
    text = drop_in(parse_site(site_text("{name: a, url: 'rtsp://localhost/1'}")), [])
    assert text.count("IPAddressAllow") == 1


def test_what_is_no_network_is_said() -> None:
    with pytest.raises(FirewallError, match="'lan' is no network"):
        drop_in(parse_site(site_text()), ["lan"])


def test_a_name_without_address_is_said() -> None:
    with pytest.raises(FirewallError, match=r"camera a: the name 'nowhere.invalid' has no address"):
        drop_in(parse_site(site_text("{name: a, url: 'rtsp://nowhere.invalid/1'}")), [])


def test_browsers_that_would_be_shut_out_are_told_of() -> None:
    text = drop_in(parse_site("state: s\nvolumes: [{path: v}]\nweb: {host: 0.0.0.0}\n"), [])
    assert "No browser reaches" in text
