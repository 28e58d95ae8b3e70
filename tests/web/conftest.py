"""A site with an administrator, an operator, an auditor, and a viewer of one camera."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from curtilage.web.guard.rights import Role
from tests.web.house import House, house_in


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    """Nobody has an account yet."""
    with house_in(tmp_path) as house:
        yield house


@pytest.fixture
def house(empty: House) -> House:
    empty.add("ada", Role.ADMINISTRATOR)
    empty.add("otto", Role.OPERATOR)
    empty.add("audrey", Role.AUDITOR)
    empty.add("vera", Role.VIEWER, ["front"])
    return empty


@pytest.fixture
def browser(house: House) -> TestClient:
    return house.client()
