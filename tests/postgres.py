"""Debian's PostgreSQL server for tests: in a temporary folder, on a free port, gone afterwards.

Its databases sort by the rules of English, not by bytes, and its syncs are off: what must hold on
such a server holds on any.
"""

import atexit
import ctypes
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

PASSWORD = "p@ss/wörd:#?"  # noqa: S105 - of a server that lives for a test
ENCODED = "p%40ss%2Fw%C3%B6rd%3A%23%3F"
WAIT_S = 30.0
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "max_worker_processes": "2",
    "autovacuum": "off",
    "lc_messages": "C",
}


class Server:
    """A server that ``stop`` and ``start`` may be called of at any time."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="curtilage-pg-"))
        self.port = _free_port()
        self._user = _unprivileged()
        self._group = pwd.getpwnam(self._user).pw_gid if self._user is not None else None
        self._groups: list[int] | None = [] if self._user is not None else None
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count()
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        (self.folder / "password").write_text(PASSWORD + "\n", "utf-8")
        self._run(
            *("initdb", "--pgdata", str(self.folder / "data"), "--no-sync", "--encoding=UTF8"),
            *("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"),
            *("--username=curtilage", f"--pwfile={self.folder / 'password'}"),
            *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256"),
        )
        self.start()

    def start(self, **settings: str) -> None:
        """Until it answers."""
        assert self._process is None
        options = {**SETTINGS, **settings, "port": str(self.port), "listen_addresses": "127.0.0.1"}
        options["unix_socket_directories"] = str(self.folder)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(_programs() / "postgres"),
                    *("-D", str(self.folder / "data")),
                    *(word for key, value in options.items() for word in ("-c", f"{key}={value}")),
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=self._user,
                group=self._group,
                extra_groups=self._groups,
                preexec_fn=_die_with_us,
            )
        end_s = time.monotonic() + WAIT_S
        while True:
            try:
                self.connect("postgres").close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > end_s or self._process.poll() is not None:
                    raise
                time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: as an administrator would, with all connections cut. SIGQUIT: a crash."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(WAIT_S)

    def send(self, what: signal.Signals) -> None:
        """To the server and to all that serve its connections."""
        assert self._process is not None
        main = self._process.pid
        children = Path(f"/proc/{main}/task/{main}/children").read_text("ascii").split()
        for number in (main, *map(int, children)):
            os.kill(number, what)

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        """As the owner of everything."""
        return psycopg.connect(self.url(database).get_secret_value(), autocommit=True)

    def url(self, database: str, *, key: str = ENCODED, user: str = "curtilage") -> SecretStr:
        """What would stand in a site's settings."""
        return SecretStr(f"postgresql://{user}:{key}@127.0.0.1:{self.port}/{database}")

    def new_database(self, words: str = "") -> str:
        """The name of an empty one; ``words`` are added to how it is made."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} {words}".encode())
        return name

    def drop(self, database: str) -> None:
        """Whoever uses it."""
        with self.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)".encode())

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [str(_programs() / program), *words],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self.folder,
            user=self._user,
            group=self._group,
            extra_groups=self._groups,
        )
        assert done.returncode == 0, done.stderr


@cache
def _shared() -> Server:
    server = Server()
    atexit.register(server.remove)
    return server


def server() -> Server:
    """The one of this process; skips the test where PostgreSQL is not installed."""
    _programs()
    return _shared()


def _programs() -> Path:
    """Where Debian has them, or whoever has put ``initdb`` into the path."""
    found = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and (folder / "postgres").exists()
    ]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        pytest.skip("PostgreSQL is not installed (Debian's package: postgresql)")
    return Path(elsewhere).resolve().parent


def _die_with_us() -> None:
    """A test run that is killed leaves no server behind (Linux: PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, int(signal.SIGQUIT))


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
