"""One recorder at a time on a state folder."""

import os
import resource
from pathlib import Path

import pytest

from curtilage.record.lock import LockError, locked


def test_the_second_is_told_who_is_first(tmp_path: Path) -> None:
    who = rf"a recorder or fsck is running .* \(process {os.getpid()}\)"
    with locked(tmp_path), pytest.raises(LockError, match=who), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_a_full_disk_costs_the_number_only(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))  # no file may grow: writing fails
    try:
        with locked(tmp_path):
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            with pytest.raises(LockError, match="on this folder; stop it first"), locked(tmp_path):
                pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
