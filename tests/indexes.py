"""An index without anything in it, made once: its tables take longer than most tests."""

import tempfile
from functools import cache
from pathlib import Path

from curtilage.store.index.database import FILE_NAME, Database


def empty_index(folder: Path) -> None:
    """Put one into a ``state`` folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_bytes(_made())


@cache
def _made() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        Database.open(Path(folder)).close()
        return (Path(folder) / FILE_NAME).read_bytes()
