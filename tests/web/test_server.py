"""The web as it runs: TLS, proxies, silent clients, stopping, other settings."""

import contextlib
import logging
import socket
import ssl
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from curtilage.errors import InputError
from curtilage.store.accounts.tables import sessions
from curtilage.web import patience
from curtilage.web.accounts.setup import new_token
from curtilage.web.guard.rights import Role
from curtilage.web.server import WebServer
from curtilage.web.tls.files import Certificates
from curtilage.web.turns import OPEN
from tests.web.house import PASSWORD, site_at
from tests.web.serving import Served, free_port, serving

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what an owner may set


def trusting(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / "state" / "tls" / "authority.pem"))


def sign_in(served: Served, name: str = "ada", **headers: str) -> httpx.Response:
    given = {"name": name, "password": PASSWORD}
    return httpx.post(
        f"{served.address}/api/login", json=given, headers={**served.house.ours, **headers}
    )


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_off_loopback_it_speaks_tls_that_a_browser_with_its_authority_trusts(
    tmp_path: Path,
) -> None:
    with serving(tmp_path, host=EVERYWHERE, names=["cameras.example.org"]) as served:
        assert served.address.startswith("https://127.0.0.1:")
        trusted = trusting(tmp_path)
        token = new_token(served.house.database)
        given = {"token": token, "name": "ada", "password": PASSWORD}
        with httpx.Client(base_url=served.address, verify=trusted) as browser:
            made = browser.post("/api/setup", json=given, headers=served.house.ours)
            assert made.status_code == 201, made.text
            assert "; Secure" in made.headers["set-cookie"]
            assert browser.get("/api/me").json()["name"] == "ada"
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{served.address}/api/health")  # nobody else vouches for it
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{served.address.replace('https', 'http')}/api/health")
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("DEFAULT@SECLEVEL=0")
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{served.address}/api/health", verify=old)


def test_a_certificate_that_is_due_is_renewed_while_it_runs(tmp_path: Path) -> None:
    with serving(tmp_path, host=EVERYWHERE) as served:
        before = _serial(served, tmp_path)
        certificates = Certificates(tmp_path / "state")
        certificates.renew(["127.0.0.1"], datetime.now(UTC))  # not this site's names: due
        assert served.server.apply(site_at(tmp_path, host=EVERYWHERE, port=_port(served))) is None
        assert _serial(served, tmp_path) != before


def _serial(served: Served, folder: Path) -> str:
    context = trusting(folder)
    with (
        socket.create_connection(("127.0.0.1", _port(served)), 5) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as encrypted,
    ):
        shown = encrypted.getpeercert()
        assert shown is not None
        return str(shown["serialNumber"])


def _port(served: Served) -> int:
    return int(served.address.rsplit(":", 1)[1])


def test_what_a_client_says_of_its_address_is_not_believed(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        served.house.add("ada", Role.ADMINISTRATOR)
        assert sign_in(served, **{"x-forwarded-for": "192.0.2.99"}).status_code == 200
        assert _seen_from(served) == {"127.0.0.1"}


def test_what_the_owners_proxy_says_of_it_is(tmp_path: Path) -> None:
    with serving(tmp_path, behind_proxy=True) as served:
        served.house.add("ada", Role.ADMINISTRATOR)
        # The client sent the first; the proxy added the second.
        told = {"x-forwarded-for": "203.0.113.5, 192.0.2.99", "x-forwarded-proto": "https"}
        got = sign_in(served, **told)
        assert got.status_code == 200, got.text
        assert "; Secure" in got.headers["set-cookie"]
        assert _seen_from(served) == {"192.0.2.99"}


def _seen_from(served: Served) -> set[str]:
    with served.house.database.read() as connection:
        rows = connection.execute(sessions.select()).all()
    return {row.address for row in rows}


def test_secrets_do_not_reach_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(tmp_path) as served:
        served.house.add("ada", Role.ADMINISTRATOR)
        got = sign_in(served)
        secret = got.cookies[served.house.cookie]
        token = served.house.token("ada", [])
        for headers in ({"cookie": f"{served.house.cookie}={secret}"}, {"authorization": token}):
            httpx.get(f"{served.address}/api/me?token={token}", headers=headers)
    ours = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("http")
    )
    for one in (secret, token, PASSWORD):
        assert one not in ours


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: local"])
def test_who_connects_and_says_nothing_loses_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(patience, "HEADERS_S", 0.2)
    with serving(tmp_path) as served, socket.create_connection(("127.0.0.1", _port(served))) as one:
        one.settimeout(10)
        one.sendall(sent)
        assert one.recv(1000) == b""


def test_one_address_cannot_take_all_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "OF_ONE_ADDRESS", 2)
    monkeypatch.setattr(patience, "HERE", ())
    with serving(tmp_path) as served:
        held = [socket.create_connection(("127.0.0.1", _port(served)), 10) for _ in range(4)]
        for one in held:
            one.sendall(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        got = []
        for one in held:
            try:
                got.append(one.recv(1000)[:12])
            except ConnectionError:
                got.append(b"")
            one.close()
        assert got.count(b"HTTP/1.1 200") == 2


def test_headers_of_a_megabyte_are_refused(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        try:
            got = httpx.get(f"{served.address}/api/health", headers={"x": "y" * (1 << 20)})
            assert got.status_code in (400, 431)
        except (httpx.RemoteProtocolError, httpx.WriteError, httpx.ReadError):
            pass  # it hung up


def test_it_stops_in_order_while_people_watch(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        served.house.add("ada", Role.ADMINISTRATOR)
        headers = served.house.as_session("ada")
        origin = Origin(headers.pop("origin"))
        url = served.address.replace("http", "ws", 1) + "/api/cameras/front/live"
        with connect(url, origin=origin, additional_headers=headers) as live:
            served.server.stop()
            with pytest.raises(ConnectionClosed):
                _drain(live)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{served.address}/api/health")


def _drain(live: ClientConnection) -> None:
    while True:
        live.recv(timeout=5)


def test_other_settings_are_taken_or_ask_for_a_start(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        port = _port(served)
        named = site_at(tmp_path, port=port, names=["cameras.lan"])
        there = {"host": "cameras.lan"}
        assert httpx.get(f"{served.address}/api/health", headers=there).status_code == 421
        assert served.server.apply(named) is None
        assert httpx.get(f"{served.address}/api/health", headers=there).status_code == 200
        sentence = served.server.apply(site_at(tmp_path, port=free_port()))
        assert sentence is not None
        assert "elsewhere" in sentence
        assert served.server.health()["serving"] is True


def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        second = WebServer(site_at(tmp_path / "other", port=_port(served)))
        with pytest.raises(InputError, match=r"web\.port .*another program may have the port"):
            second.start()


def _sent(served: Served, text: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", _port(served)), 10)
    connection.sendall(text.encode())
    return connection


def test_a_request_of_two_lengths_is_refused(tmp_path: Path) -> None:
    """A proxy that goes by the other one would take what follows for somebody else's request."""
    with serving(tmp_path) as served:
        host = f"Host: 127.0.0.1:{_port(served)}\r\n"
        both = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
        hidden = f"GET /api/health HTTP/1.1\r\n{host}\r\n"
        text = f"POST /api/login HTTP/1.1\r\n{host}{both}\r\n0\r\n\r\n{hidden}"
        with _sent(served, text) as connection, connection.makefile("rb") as answers:
            told = answers.read()  # to the end: it is hung up
        assert told.startswith(b"HTTP/1.1 400 ")
        assert told.count(b"HTTP/1.1 ") == 1


def test_many_streams_of_events_do_not_hold_up_the_end(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        served.house.add("vera", Role.VIEWER, ["front"])
        cookie = served.house.as_session("vera")["cookie"]
        asked = f"Host: 127.0.0.1:{_port(served)}\r\nCookie: {cookie}\r\n\r\n"
        text = f"GET /api/events/stream HTTP/1.1\r\n{asked}"
        with contextlib.ExitStack() as opened:
            said = [  # one after the other: until it is open, each takes a turn
                opened.enter_context(_sent(served, text)).recv(12) for _ in range(OPEN + 1)
            ]
            assert said == [b"HTTP/1.1 200"] * OPEN + [b"HTTP/1.1 429"]
            me = httpx.get(f"{served.address}/api/me", headers={"cookie": cookie})
            assert me.status_code == 200  # streams take no turn from other requests
            begun = time.monotonic()
            served.server.stop()
            assert time.monotonic() - begun < 5  # the supervisor waits no longer
