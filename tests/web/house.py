"""A small site with people in it: four roles, two cameras, one of them granted to few."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from starlette.testclient import TestClient

from curtilage.config.site import SiteSettings
from curtilage.store.accounts import credentials
from curtilage.store.accounts import users as accounts
from curtilage.store.index.database import Database
from curtilage.web.accounts.passwords import Passwords
from curtilage.web.app import create_app
from curtilage.web.context import WebContext
from curtilage.web.guard.identify import TOKEN_PREFIX, cookie_name, hashed, new_secret
from curtilage.web.guard.rights import Right, Role
from curtilage.web.server import address_of
from tests.indexes import empty_index

PASSWORD: Final = "correct horse battery"  # noqa: S105 - of people who do not exist
NS: Final = 1_000_000_000
WHEN_NS: Final = 1_795_000_000 * NS
HOME: Final = "http://127.0.0.1:8960"
OURS: Final = {"x-curtilage": "test", "origin": HOME}


class Watch:
    """A clock that a test sets."""

    def __init__(self, ns: int) -> None:
        self.ns = ns

    def utc_ns(self) -> int:
        return self.ns

    def monotonic_ns(self) -> int:
        return self.ns

    def go_on(self, seconds: float) -> None:
        self.ns += round(seconds * NS)


def quick() -> Passwords:
    """Hashes that cost nothing: these tests are about everything else."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def site_at(folder: Path, **web: object) -> SiteSettings:
    return SiteSettings.model_validate(
        {
            "state": folder / "state",
            "volumes": [{"path": folder / "recordings"}],
            "cameras": [
                {"name": "front", "url": "rtsp://192.0.2.7/one"},
                {"name": "nursery", "url": "rtsp://192.0.2.8/one"},
            ],
            "web": web,
        }
    )


class House:
    """The site, and ways to be somebody in it."""

    def __init__(self, site: SiteSettings, database: Database, start_ns: int = WHEN_NS) -> None:
        self.clock = Watch(start_ns)
        self.database = database
        self.context = WebContext(site, database, self.clock, quick())

    @property
    def ours(self) -> dict[str, str]:
        """What our own page sends with everything."""
        return {"x-curtilage": "test", "origin": address_of(self.context.site.web)}

    @property
    def cookie(self) -> str:
        return cookie_name(self.context.site.web)

    def add(self, name: str, role: Role, cameras: list[str] | None = None) -> None:
        hashed_password = self.context.passwords.hash(PASSWORD)
        self.database.now(
            lambda c: accounts.add(
                c,
                name=name,
                role=role,
                password=hashed_password,
                cameras=cameras,
                at_ns=self.clock.ns,
            )
        )

    def session(self, name: str) -> str:
        """A new session's secret, made without the API."""
        secret = new_secret()
        self.database.now(
            lambda c: credentials.open_session(
                c,
                user_id=accounts.find(c, name).id,
                secret=hashed(secret),
                at_ns=self.clock.ns,
                address="127.0.0.1",
                agent="test",
            )
        )
        return secret

    def token(
        self, name: str, rights: list[Right], cameras: list[str] | None = None, days: int = 1
    ) -> str:
        secret = new_secret()
        self.database.now(
            lambda c: credentials.add_token(
                c,
                user_id=accounts.find(c, name).id,
                name="test",
                secret=hashed(secret),
                rights=[right.value for right in rights],
                cameras=cameras,
                at_ns=self.clock.ns,
                expires_ns=self.clock.ns + days * 86_400 * NS,
            )
        )
        return TOKEN_PREFIX + secret

    def as_session(self, name: str) -> dict[str, str]:
        """Headers of a browser that is signed in, sent by our own page."""
        return {"cookie": f"{self.cookie}={self.session(name)}", **self.ours}

    def as_token(
        self, name: str, rights: list[Right], cameras: list[str] | None = None
    ) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token(name, rights, cameras)}"}

    def client(self) -> TestClient:
        """A browser on this machine, with nothing in its jar."""
        return TestClient(create_app(self.context), base_url=HOME, client=("127.0.0.1", 50_000))


@contextmanager
def house_in(folder: Path, **web: object) -> Iterator[House]:
    site = site_at(folder, **web)
    empty_index(site.state)
    with Database.of(site) as database:
        house = House(site, database)
        yield house
        house.context.stop()
