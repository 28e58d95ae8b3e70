"""What a service manager is told, and how a site that runs is looked at from outside."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from curtilage.app.run.lock import locked
from curtilage.app.run.settings import accept
from curtilage.app.run.state import state_of_site
from curtilage.app.run.system import VARIABLE, System
from curtilage.app.run.welcome import FILE, Welcome, screen
from curtilage.config import SiteSettings, load_site
from curtilage.store import health
from curtilage.store.index.database import Database
from curtilage.web.accounts.passwords import Passwords
from curtilage.web.accounts.setup import first_administrator
from tests.app.run.sites import make_site
from tests.app.run.toys import eventually


class TestSystem:
    @pytest.fixture
    def manager(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
            one.bind(str(tmp_path / "notify"))
            one.settimeout(10)
            monkeypatch.setenv(VARIABLE, str(tmp_path / "notify"))
            yield one

    def test_it_hears_what_we_do(self, manager: socket.socket) -> None:
        system = System()
        system.ready()
        system.doing("recorder starting")
        system.doing("recorder starting")
        system.doing("recorder running")
        system.alive()
        system.stopping()
        assert [manager.recv(100).decode() for _ in range(5)] == [
            "READY=1",
            "STATUS=recorder starting",
            "STATUS=recorder running",
            "WATCHDOG=1",
            "STOPPING=1",
        ]

    def test_children_do_not_hear_of_it(self, manager: socket.socket) -> None:
        System()
        assert VARIABLE not in os.environ
        assert manager.fileno() >= 0

    def test_without_one_nothing_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(VARIABLE, raising=False)
        System().ready()


class TestWelcome:
    def test_without_a_screen_the_token_waits_in_a_file_and_goes_with_the_first_account(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO")
        accepted = accept(make_site(tmp_path))
        site = accepted.site
        file = site.state / FILE
        with Database.of(site) as database:
            welcome = Welcome(accepted, None)
            welcome.start()
            eventually(file.exists)
            token = file.read_text().strip()
            assert file.stat().st_mode & 0o077 == 0
            assert token not in caplog.text
            assert str(file) in caplog.text
            first_administrator(
                database,
                Passwords(),
                token=token,
                name="anna",
                password=" ".join(["wander", "copper", "lantern"]),
                now_ns=time.time_ns(),
            )
            eventually(lambda: not file.exists())
            welcome.stop()
            again = Welcome(accepted, None)
            again.start()
            time.sleep(0.2)
            again.stop()
        assert not file.exists()

    def test_on_a_screen_it_is_shown_and_never_logged(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        accepted = accept(make_site(tmp_path))
        site = accepted.site
        shown: list[str] = []
        with Database.of(site):
            welcome = Welcome(accepted, shown.append)
            welcome.start()
            eventually(lambda: shown)
            welcome.stop()
        token = shown[0].split("\n\n")[1].strip()
        assert len(token.split("-")) == 5
        assert token not in caplog.text
        assert not (site.state / FILE).exists()

    def test_a_pipe_is_no_screen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
        assert screen() is None


class TestState:
    @pytest.fixture
    def site(self, tmp_path: Path) -> SiteSettings:
        return load_site(make_site(tmp_path))

    def wrong(self, site: SiteSettings, now_ns: int) -> list[str]:
        return [one.sentence for one in state_of_site(site, now_ns) if not one.good]

    def test_a_site_that_does_not_run(self, site: SiteSettings) -> None:
        assert self.wrong(site, 0) == ["the site is not running"]

    def test_parts_that_run_wait_and_are_silent(self, site: SiteSettings) -> None:
        running = {"state": "running", "pid": 7}
        parts = {"recorder": running, "web": {"state": "waiting", "pid": None}, "x": running}
        facts = {"parts": parts, "problems": ["web ended: no port"]}
        with locked(site.state), Database.of(site) as database:
            assert "has not reported" in self.wrong(site, 0)[0]
            for process, at_ns in (("supervisor", 100), ("recorder", 100), ("x", 1)):
                database.now(
                    partial(
                        health.report,
                        process=process,
                        at_ns=at_ns * 1_000_000_000,
                        facts=facts if process == "supervisor" else {},
                    )
                )
            assert self.wrong(site, 101_000_000_000) == [
                "web: waiting",
                "x: runs, but has not reported for a while",
                "web ended: no port",
            ]
