"""Tells whether stored tracks are of this footage and were made in this way."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import curtilage
from curtilage.ingest.errors import FootageError
from curtilage.ingest.footage.reader import Reading
from curtilage.vision.detector import DetectorSettings
from curtilage.vision.tracker import TrackerSettings

FORMAT = 1
"""Of journal and tracks; another number makes everything start over."""

END = 1 << 20  # bytes that are read at the head and at the tail of a file

Fingerprint = dict[str, Any]  # JSON


def fingerprint(
    path: Path, reading: Reading, detector: DetectorSettings, tracker: TrackerSettings
) -> Fingerprint:
    """Everything that decides what tracks come out; compare with ``==``.

    Raises:
        FootageError: the file cannot be read.

    """
    try:
        facts = path.stat()
    except OSError as error:
        raise FootageError(f"{path}: cannot be read ({error.strerror})") from None
    return {
        "format": FORMAT,
        "code": _code(),
        "source": {
            "id": source_id(path),
            "size": facts.st_size,
            "modified_ns": facts.st_mtime_ns,
        },
        "reading": {
            "rate": reading.rate,
            "start": reading.start,
            "stop": None if reading.stop == float("inf") else reading.stop,
            "source_fps": reading.source_fps,
        },
        "detector": detector.model_dump(mode="json", exclude={"threads"}),
        "tracker": tracker.model_dump(mode="json"),
    }


def source_id(path: Path) -> str:
    """SHA-256 over length, head and tail of a file: it does not change when the file is moved.

    Raises:
        FootageError: the file cannot be read.

    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            digest.update(size.to_bytes(8, "little"))
            for place in (0, max(END, size - END)):
                file.seek(place)
                digest.update(file.read(END))
    except OSError as error:
        raise FootageError(f"{path}: cannot be read ({error.strerror})") from None
    return digest.hexdigest()


@cache
def _code() -> str:
    """SHA-256 over the code that makes tracks: an update of it makes other tracks."""
    digest = hashlib.sha256()
    base = Path(curtilage.__file__).parent
    parts = [*(base / "ingest").rglob("*.py"), *(base / "vision").rglob("*.py")]
    for path in [*sorted(parts), base / "app" / "analyze" / "tracking.py"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def difference(before: Fingerprint, now: Fingerprint) -> str:
    """What changed, in words, for the sentence that says that the analysis starts over."""
    if before.get("source") != now["source"]:
        return "the footage is another"
    for key in ("reading", "detector", "tracker"):
        if before.get(key) != now[key]:
            old = before.get(key) or {}
            names = sorted(k for k in now[key] if old.get(k) != now[key][k])
            return f"{_NAMES[key]} changed ({', '.join(names)})"
    return "another version of Curtilage wrote it"


_NAMES = {
    "reading": "what is read of the footage",
    "detector": "the detector's settings",
    "tracker": "the tracker's settings",
}
