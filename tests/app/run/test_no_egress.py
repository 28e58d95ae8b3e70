"""Nothing leaves the host: the whole product in a network whose only way out is a canary's."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from curtilage.store import health
from curtilage.store.index.database import Database
from curtilage.vision.detector.default_model import default_model
from tests.app.run.running import Running
from tests.app.run.sites import free_port, make_site
from tests.app.run.toys import eventually
from tests.cameras.process import CameraProcess
from tests.namespaces import CABLE, DNS, OUT, RESOLVER, Canary, Namespace, Relay, new_house

CAMERA = ("10.99.0.2", 554)
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a site that lives for a test
RULE = {"id": "gate", "type": "line_crossing", "points": [[0.5, 0.1], [0.5, 0.9]]}


@pytest.fixture(autouse=True)
def unwatched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As at an owner's: some reporters are silent in tests, or after a first time."""
    for name in ("CI", "TF_BUILD", "JENKINS_URL", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Namespace, Namespace]]:
    both = new_house(tmp_path)
    yield both
    for one in both:
        one.close()


class Browser:
    """A browser on the machine itself."""

    def __init__(self, machine: Namespace, port: int) -> None:
        self._machine, self._port = machine, port
        self._cookie = ""

    def ask(self, method: str, path: str, body: object = None) -> Any:
        return self._machine.run(lambda: self._ask(method, path, body))

    def _ask(self, method: str, path: str, body: object) -> Any:
        headers = {"x-curtilage": "test", "content-type": "application/json"}
        if self._cookie:
            headers["cookie"] = self._cookie
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)) as client:
            client.request(method, path, None if body is None else json.dumps(body), headers)
            answer = client.getresponse()
            text = answer.read()
            self._cookie = (answer.getheader("set-cookie") or self._cookie).partition(";")[0]
        assert answer.status < 300, (answer.status, text)
        return json.loads(text) if text else None


def test_the_canary_sings(house: tuple[Namespace, Namespace]) -> None:
    machine, camera = house
    program = (
        "import socket\n"
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'me', ('192.0.2.1', 9))\n"
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'me', ('2001:db8:1::1', 9))\n"
        "socket.create_connection(('10.99.0.2', 554)).close()\n"
        "one = socket.socket(); one.settimeout(1); one.connect_ex(('10.99.0.2', 80))\n"
        "try: socket.getaddrinfo('example.com', 443)\n"
        "except OSError: pass\n"
    )
    relay = Relay(camera, CAMERA, free_port())
    with Canary(machine) as canary:
        assert canary.leaks(*CAMERA) == []
        command = [sys.executable, "-c", program]
        machine.run(lambda: subprocess.run(command, check=True, timeout=60))
        wanted = {
            (OUT, "192.0.2.1", 9),
            (OUT, "2001:db8:1::1", 9),
            (OUT, RESOLVER, DNS),
            (CABLE, CAMERA[0], 80),
        }
        eventually(
            lambda: wanted == {(one.interface, one.to, one.port) for one in canary.leaks(*CAMERA)}
        )
    relay.close()


@pytest.mark.slow
@pytest.mark.parametrize("silent", [True, False])
def test_an_inference_library_tells_its_maker_nothing(
    house: tuple[Namespace, Namespace], silent: bool
) -> None:
    """ONNX Runtime reports from machine code, where no audit hook of Python's sees it."""
    machine, _ = house
    program = (
        f"{'import curtilage.vision.detector' if silent else ''}\n"
        "import onnxruntime, time\n"
        f"session = onnxruntime.InferenceSession({str(default_model())!r})\n"
        "time.sleep(12)\n"
    )
    with Canary(machine) as canary:
        command = [sys.executable, "-c", program]
        machine.run(lambda: subprocess.run(command, check=True, timeout=90))
    told = {one.asked for one in canary.leaks(*CAMERA)}
    if silent:
        assert told == set()
    elif not told:
        pytest.skip("this version of ONNX Runtime tells nobody, as it comes")


@pytest.mark.slow
def test_nothing_leaves_but_to_the_camera(
    house: tuple[Namespace, Namespace], tmp_path: Path
) -> None:
    """Start, recording, analysis, first account, settings, login, questions, stop."""
    machine, camera = house
    port = free_port()
    with CameraProcess("--video", "small") as cameras, Canary(machine) as canary:
        split = urlsplit(cameras.urls[0])
        assert split.port is not None
        relay = Relay(camera, CAMERA, split.port)
        url = f"rtsp://{CAMERA[0]}:{CAMERA[1]}{split.path}"
        file = make_site(
            tmp_path, f"{{name: front, url: '{url}', analysis: {{gate: always}}}}", port=port
        )
        with machine.run(lambda: Running(file)) as running:
            running.all_run()
            eventually(lambda: analysed_fps(running.state) > 0.5, 180.0)
            token = running.state / "setup-token"
            eventually(token.exists, 60.0)
            browser = Browser(machine, port)
            account = {"name": "owner", "password": PASSWORD}
            browser.ask("POST", "/api/setup", {"token": token.read_text().strip(), **account})
            browser.ask("POST", "/api/logout", {})
            browser.ask("POST", "/api/login", account)
            version = running.facts()["settings"]["version"]
            browser.ask("PUT", "/api/cameras/front/rules", [RULE])
            eventually(lambda: running.facts()["settings"]["version"] > version)
            for path in ("cameras", "events", "health", "notices"):
                browser.ask("GET", f"/api/{path}")
            eventually(lambda: running.recordings("front"))
            assert running.end() == 0
        relay.close()
    assert any(one.to == CAMERA[0] for one in canary.seen)
    assert set(canary.leaks(*CAMERA)) == set()


def analysed_fps(state: Path) -> float:
    """Of the first camera, as its analyser says."""
    with Database.open(state) as database, database.read() as connection:
        for one in health.reports(connection):
            if one.process == "analyser-0" and one.facts.get("cameras"):
                return float(one.facts["cameras"][0]["got_fps"])
    return 0.0
