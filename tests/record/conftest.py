from collections.abc import Iterator
from pathlib import Path

import pytest

from curtilage.store.index.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "state") as database:
        yield database
