"""DuckDB, kept small and at home: no downloads, bounded memory, few threads."""

from pathlib import Path
from typing import Final

import duckdb

MEMORY: Final = "256MB"


def opened(folder: Path, *, threads: int = 1, memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """A connection that reads and writes Parquet below ``folder``; what it sorts may spill there.

    Parquet is part of the library; whatever is not would be fetched from the network, so that
    is off.
    """
    return duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "threads": threads,
            "memory_limit": memory,
            "temp_directory": str(folder / ".spill"),
            "preserve_insertion_order": False,
        },
    )
