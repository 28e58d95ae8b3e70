"""An index in a folder, and one in memory for tests that need many."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from curtilage.store.database import Database
from tests.store.support import in_memory


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def connection() -> Iterator[Connection]:
    with in_memory() as opened:
        yield opened
