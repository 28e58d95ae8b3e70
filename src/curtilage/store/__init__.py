"""What is remembered in tables: segments, gaps, holds, volumes, notices.

``Database`` opens the index; functions of ``segments``, ``gaps``, ``holds``, ``volumes`` and
``notices`` take a connection of it; ``Ledger`` says what was recorded and why not.
"""

import curtilage.store.accounts.tables
import curtilage.store.found.tables
import curtilage.store.house.tables  # noqa: F401 - they belong to the same metadata
from curtilage.store.errors import PathTakenError, StoreError
from curtilage.store.index.database import Database
from curtilage.store.recorded.ledger import Ledger

__all__ = ["Database", "Ledger", "PathTakenError", "StoreError"]
