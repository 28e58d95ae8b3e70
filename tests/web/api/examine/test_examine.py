"""What a camera gives before it is added, or what is wrong with it: streams that play."""

import base64
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from curtilage.config.address import Address
from curtilage.config.site import SiteCamera
from curtilage.ingest.onvif.discovery import Answered, Discovered
from curtilage.web.api.examine import routes
from curtilage.web.guard.rights import Right
from tests.cameras import Account, CameraServer, clip
from tests.cameras.onvif import Behaviour, Offered, OnvifDevice
from tests.web.house import House

USER, PASSWORD = "admin", "s3cret:@/#"


@pytest.fixture(scope="module")
def server() -> Iterator[CameraServer]:
    """Cameras with a password: ``small`` in H.264, ``new`` in H.265, all with a microphone."""
    with CameraServer("tiny", audio="pcma", account=Account(USER, PASSWORD)) as cameras:
        cameras.add("new", "tiny-hevc", audio="pcma")
        cameras.add("wide", "small", audio="pcma")
        yield cameras


@pytest.fixture
def device(server: CameraServer) -> Iterator[OnvifDevice]:
    at = f"rtsp://127.0.0.1:{server.port}"
    offered = [
        Offered("s", f"{at}/small", size=(320, 180)),
        Offered("l", f"{at}/wide", size=(640, 360), sound=True),
    ]
    with OnvifDevice(Behaviour(offered, Account(USER, PASSWORD), ahead_s=-7500.0)) as made:
        yield made


def ask(browser: TestClient, house: House, **body: str) -> dict[str, Any]:
    answer = browser.post("/api/cameras/examine", json=body, headers=house.as_session("ada"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    told: dict[str, Any] = answer.json()
    if told["works"]:
        camera = {"name": "new-one", "purpose": "the shop's door", **told["settings"]}
        SiteCamera.model_validate(camera)
    else:
        assert told["picture"] is None
        assert told["reason"]
    return told


def codes(told: dict[str, Any]) -> set[str]:
    return {note["code"] for note in told["notes"]}


def seen(told: dict[str, Any]) -> np.ndarray:
    data = base64.b64decode(told["picture"]["jpeg"])
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[:2] == (told["picture"]["height"], told["picture"]["width"])
    return np.asarray(picture)


def test_a_device_by_onvif(
    browser: TestClient, house: House, device: OnvifDevice, server: CameraServer
) -> None:
    told = ask(browser, house, url=f"127.0.0.1:{device.port}", user=USER, password=PASSWORD)
    assert told["works"], told
    assert told["device"]["maker"] == "Acme"
    main, sub = told["streams"]
    assert (main["name"], main["width"], main["codec"]) == ("main", 640, "h264")
    assert (sub["name"], sub["width"], sub["profile"]) == ("sub", 320, "s name")
    assert abs(sub["fps"] - 15.0) < 1.0
    assert sub["gop_s"] == pytest.approx(1.0, abs=0.1)
    assert sub["bits_per_s"] > 10_000
    assert told["microphone"]
    assert told["clock_ahead_s"] == pytest.approx(-7500.0, abs=2.0)
    assert codes(told) >= {"microphone", "clock"}
    [clock] = [note for note in told["notes"] if note["code"] == "clock"]
    assert "2 h 5 min behind" in clock["sentence"] or "2 h 4 min behind" in clock["sentence"]
    assert seen(told).std() > 10
    main, sub = told["settings"]["streams"]
    assert (main["name"], sub["name"], sub["record"]) == ("main", "sub", False)
    assert Address(main["url"]).password == PASSWORD
    set_up = server.transcript.requests(method="SETUP")
    assert set_up
    assert not any("track2" in one.url or "audio" in one.url for one in set_up)


def test_after_a_refused_password_the_streams_are_not_even_tried(
    browser: TestClient, house: House, device: OnvifDevice, server: CameraServer
) -> None:
    before = len(server.transcript.requests())
    wrong = ask(browser, house, url=f"127.0.0.1:{device.port}", user=USER, password="guess")  # noqa: S106
    assert (wrong["works"], wrong["reason"]) == (False, "wrong_password")
    nobody = ask(browser, house, url=f"127.0.0.1:{device.port}")
    assert nobody["reason"] == "password_needed"
    assert len(server.transcript.requests()) == before


def test_a_stream_in_h265_says_who_can_see_it(
    browser: TestClient, house: House, server: CameraServer
) -> None:
    told = ask(browser, house, url=server.url("new"))
    [stream] = told["streams"]
    assert (stream["codec"], stream["works"]) == ("hevc", True)
    assert "h265" in codes(told)
    assert "Safari" in str(told["notes"])
    assert told["device"] is None
    assert seen(told).std() > 10


def test_the_clock_of_a_stream_alone(
    browser: TestClient, house: House, server: CameraServer
) -> None:
    server.fault("late", "clock=3600")
    told = ask(browser, house, url=server.url("late"))
    assert told["clock_ahead_s"] == pytest.approx(3600.0, abs=1.0)
    assert "1 h ahead" in str(told["notes"])


def test_h265_beside_h264_is_mended_by_the_small_stream(
    browser: TestClient, house: House, server: CameraServer
) -> None:
    at = f"rtsp://127.0.0.1:{server.port}"
    offered = [
        Offered("l", f"{at}/new", "H265", (3840, 2160)),
        Offered("s", f"{at}/small", size=(640, 360)),
    ]
    with OnvifDevice(Behaviour(offered)) as made:
        told = ask(browser, house, url=made.url, user=USER, password=PASSWORD)
    [note] = [one for one in told["notes"] if one["code"] == "h265"]
    assert "get the H.264 stream" in note["sentence"]


def test_a_recorder_of_several_cameras_names_the_others(
    browser: TestClient, house: House, server: CameraServer
) -> None:
    at = f"rtsp://127.0.0.1:{server.port}"
    offered = [Offered(f"c{n}", f"{at}/small{n}", source=f"in{n}") for n in range(3)]
    with OnvifDevice(Behaviour(offered)) as made:
        told = ask(browser, house, url=made.url, user=USER, password=PASSWORD)
    assert [Address(one["url"]).path for one in told["others"]] == ["/small1", "/small2"]
    assert len(told["streams"]) == 1
    assert "other_sources" in codes(told)


def test_streams_that_the_device_puts_elsewhere_are_asked_for_here(
    browser: TestClient, house: House, server: CameraServer
) -> None:
    offered = [Offered("a", f"rtsp://198.51.100.77:{server.port}/small")]
    with OnvifDevice(Behaviour(offered, named="198.51.100.77")) as made:
        told = ask(browser, house, url=made.url, user=USER, password=PASSWORD)
    assert told["works"]
    assert Address(told["streams"][0]["url"]).host == "127.0.0.1"
    assert "elsewhere" in codes(told)


def test_rtsp_switched_off(browser: TestClient, house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with OnvifDevice(Behaviour([Offered("a", f"rtsp://127.0.0.1:{port}/x")])) as made:
        told = ask(browser, house, url=made.url)
    assert told["reason"] == "rtsp_off"
    assert "switch RTSP on" in told["sentence"]
    assert told["device"]["model"] == "Eye 3"
    alone = ask(browser, house, url=f"rtsp://127.0.0.1:{port}/x")
    assert alone["reason"] in ("port_closed", "rtsp_off")  # by what is at port 80 of this machine


def test_hosts_that_are_no_cameras(browser: TestClient, house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        begin = time.monotonic()
        silent = ask(browser, house, url=f"rtsp://127.0.0.1:{port}/x")
        assert silent["reason"] == "silent"
        assert time.monotonic() - begin < 15.0
    with OnvifDevice(Behaviour()) as made:
        web = ask(browser, house, url=f"rtsp://127.0.0.1:{made.port}/x")
        assert web["reason"] == "not_rtsp"
        empty = ask(browser, house, url=made.url)
        assert empty["reason"] == "no_stream"
    assert ask(browser, house, url="rtsp://no-such-host.invalid/x")["reason"] == "unknown_host"


def test_reasons_of_a_stream(browser: TestClient, house: House, server: CameraServer) -> None:
    server.fault("gone", "missing")
    server.fault("keyless", "nokey")
    assert ask(browser, house, url=server.url("gone"))["reason"] == "no_stream"
    assert ask(browser, house, url=server.url("keyless"))["reason"] == "no_picture"
    bare = f"rtsp://127.0.0.1:{server.port}/small"
    assert ask(browser, house, url=bare)["reason"] == "password_needed"
    wrong = ask(browser, house, url=bare, user=USER, password="guess")  # noqa: S106
    assert wrong["reason"] == "wrong_password"
    assert ask(browser, house, url=bare, user=USER, password=PASSWORD)["works"]


def test_a_known_camera_is_seen_through_its_masks_and_its_password_stays_hidden(
    browser: TestClient, house: House, server: CameraServer
) -> None:
    site = house.context.site
    left = [(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)]
    known = SiteCamera.model_validate({"name": "yard", "url": server.url("small"), "masks": [left]})
    house.context.apply(site.model_copy(update={"cameras": (*site.cameras, known)}))
    hidden = str(Address(server.url("small")))
    told = ask(browser, house, url=hidden)
    assert told["known_as"] == "yard"
    assert told["picture"]["masked"]
    picture = seen(told)
    assert picture[:, :150].max() <= 8
    assert picture[:, 170:].std() > 10
    assert PASSWORD not in str(told)
    assert told["streams"][0]["url"] == hidden
    blind = house.as_token("ada", [Right.SETTINGS_WRITE])  # it may set cameras, not look at them
    answer = browser.post("/api/cameras/examine", json={"url": hidden}, headers=blind)
    assert answer.json()["known_as"] == "yard"
    assert answer.json()["picture"] is None
    other = house.as_token("ada", [Right.SETTINGS_WRITE, Right.VIDEO], ["front"])
    answer = browser.post("/api/cameras/examine", json={"url": hidden}, headers=other)
    assert answer.status_code == 422  # as an address that nobody has
    answer = browser.post("/api/cameras/examine", json={"url": server.url("small")}, headers=other)
    assert (answer.json()["known_as"], answer.json()["picture"]) == (None, None)


def test_files_of_the_named_folders_alone(
    browser: TestClient, house: House, tmp_path: Path
) -> None:
    shown, secret = tmp_path / "shown", tmp_path / "secret"
    for folder in (shown, secret):
        folder.mkdir()
        (folder / "a#1.mp4").write_bytes(clip("brief-hevc").read_bytes())
    (shown / "notes.txt").write_text("no video")
    (shown / "link.mp4").symlink_to(secret / "a#1.mp4")
    site = house.context.site
    house.context.apply(site.model_copy(update={"footage": (shown,)}))
    [file] = _discovery(browser, house)["files"]
    told = ask(browser, house, url=file["url"])
    assert told["works"], told
    assert told["settings"] == {"url": file["url"]}
    for outside in (secret / "a#1.mp4", shown / "link.mp4", shown / ".." / "secret"):
        assert ask(browser, house, url=str(outside))["reason"] == "not_allowed"


def _discovery(browser: TestClient, house: House) -> dict[str, Any]:
    answer = browser.get("/api/discovery", headers=house.as_session("ada"))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.fixture(autouse=True)
def _nobody_real_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def discover() -> Discovered:
        at = [Address(f"http://{host}:8000/onvif/x") for host in ("192.0.2.7", "192.0.2.99")]
        devices = tuple(Answered(one, "Eye", "E3", "", one.host, False) for one in at)
        return Discovered(devices, ("eth0",), ("wlan0: the question cannot be sent",))

    monkeypatch.setattr(routes, "discover", discover)


def test_who_was_found(browser: TestClient, house: House) -> None:
    told = _discovery(browser, house)
    known, new = told["cameras"]
    assert known["known_as"] == "front"
    assert new["known_as"] is None
    assert new["url"] == "onvif://192.0.2.99:8000/onvif/x"
    assert told["networks"] == ["eth0"]
    assert told["problems"] == ["wlan0: the question cannot be sent"]
    other = house.as_token("ada", [Right.SETTINGS_WRITE], ["nursery"])
    browser.cookies.clear()
    hidden = browser.get("/api/discovery", headers=other).json()["cameras"]
    assert [one["known_as"] for one in hidden] == [None, None]


def test_what_is_no_address_is_not_repeated(browser: TestClient, house: House) -> None:
    answer = browser.post(
        "/api/cameras/examine",
        json={"url": "rtsp:me:hunter2@x", "password": "hunter3"},
        headers=house.as_session("ada"),
    )
    assert answer.status_code == 422
    assert "hunter" not in answer.text
