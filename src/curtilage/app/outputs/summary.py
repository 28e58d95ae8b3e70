"""``summary.json``: what was analysed, with what, how long it took, what is wrong with it."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from curtilage.app.outputs.files import replacing_text

SUMMARY = "summary.json"


@dataclass(slots=True)
class Summary:
    """Content of the file. Times are seconds from the start of the footage."""

    source: str  # name of the file, without its folder
    camera: str
    duration: float  # s of footage that was analysed
    size: tuple[int, int]  # of the picture as shown, pixels
    source_fps: float | None
    analysis_fps: float
    frames_decoded: int
    frames_analysed: int
    start: float  # of what was analysed; `from` in the file
    stop: float  # `to` in the file
    detector: dict[str, str]  # name, backend, precision, input
    timings: dict[str, float]  # decode_s, detect_s, track_s, rules_s, wall_s
    warnings: list[str] = field(default_factory=list)
    created: str = ""  # RFC 3339, UTC
    version: str = ""
    complete: bool = False
    rules_made: bool = False  # no rules file was given
    rules_sha256: str = ""  # of rules.yaml as it was written


def write_summary(folder: Path, summary: Summary) -> None:
    """Write ``summary.json`` into ``folder``.

    Raises:
        OutputError: it cannot be written.

    """
    content = {_FILE_NAMES.get(key, key): value for key, value in asdict(summary).items()}
    with replacing_text(folder / SUMMARY) as file:
        file.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_summary(folder: Path) -> dict[str, Any]:
    """The file's content, empty when there is none that can be read."""
    try:
        content = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


_FILE_NAMES = {"start": "from", "stop": "to"}
