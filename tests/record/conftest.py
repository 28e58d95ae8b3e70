from collections.abc import Iterator
from pathlib import Path

import pytest

from curtilage.store.index.database import Database
from tests.indexes import empty_index


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    empty_index(tmp_path / "state")
    with Database.open(tmp_path / "state") as database:
        yield database
