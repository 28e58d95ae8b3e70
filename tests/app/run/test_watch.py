"""What may stand where the settings were: seen as a change, and never read for ever."""

import os
from pathlib import Path

import pytest

from curtilage.app.run.watch import FileWatch
from curtilage.config.load import LARGEST_FILE, SettingsError, read_text


def told(watch: FileWatch) -> bool:
    """Of some looks: it takes two that agree."""
    return True in [watch.changed() for _ in range(3)]


def test_a_pipe_is_no_settings_and_is_not_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "curtilage.yaml"
    file.write_text("state: state\n")
    watch = FileWatch(file, "")
    assert told(watch)
    file.unlink()
    os.mkfifo(file)
    assert told(watch)
    assert not told(watch)
    with pytest.raises(SettingsError, match="is no file"):
        read_text(file, "a site's settings")
    file.unlink()
    file.write_text("state: state\n")
    assert told(watch)


def test_a_file_of_any_size_is_not_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "curtilage.yaml"
    file.write_text("state: state\n")
    watch = FileWatch(file, "")
    assert told(watch)
    os.truncate(file, 100 * LARGEST_FILE)
    monkeypatch.setattr(Path, "read_bytes", lambda _path: pytest.fail("it is read"))
    assert told(watch)
    assert not told(watch)
    with pytest.raises(SettingsError, match="larger than 1 MB"):
        read_text(file, "a site's settings")
