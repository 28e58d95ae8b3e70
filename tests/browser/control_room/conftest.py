"""``home``: a small site for all tests of a file; ``here``: a page of its administrator."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.control_room import house

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Of one file: as long as it is open, its thread has a running event loop."""
    with house.chromium() as started:
        yield started


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[house.House]:
    with house.house(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture
def here(browser: "Browser", home: house.House) -> Iterator[house.Room]:
    with house.room(browser, home) as made:
        yield made
