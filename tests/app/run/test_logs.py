"""What the supervisor prints is kept: also what was said before there was a folder, redacted."""

from pathlib import Path

from curtilage.app.run import logs
from curtilage.store.logs.files import LogFiles
from curtilage.store.logs.read import Wanted, newest


def test_what_is_printed_is_kept(tmp_path: Path) -> None:
    logs.print_line("supervisor", "INFO before there were files")
    with LogFiles(tmp_path) as files, logs.kept_in(files, lambda text: text.replace("pw", "***")):
        logs.print_line("recorder", "ERROR the pw is pw")
    logs.print_line("web", "INFO afterwards")
    found = newest(tmp_path, Wanted(), most=300)
    assert [(one.process, one.level, one.text) for one in found[:2]] == [
        ("recorder", "error", "the *** is ***"),
        ("supervisor", "info", "before there were files"),
    ]
    assert all(one.text != "afterwards" for one in found)
