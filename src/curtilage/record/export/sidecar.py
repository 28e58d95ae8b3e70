"""The text beside an export (``NAME.json``): what was asked for, what it holds, what is missing."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from curtilage import __version__
from curtilage.record.export.gaps import Missing
from curtilage.record.export.movie import Movie
from curtilage.record.export.sources import Segment, Unreadable
from curtilage.record.export.writing import Written
from curtilage.record.mp4.boxes import NS, VIDEO_TIMESCALE

VERSION = 1
"""Of the file's form."""


def rfc3339(utc_ns: int) -> str:
    """A UTC time to the millisecond, as ``2026-09-21T14:03:00.123Z``."""
    at = datetime.fromtimestamp(utc_ns // NS, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{utc_ns % NS // 1_000_000:03}Z"


def sidecar(
    asked: tuple[int, int],
    movies: Sequence[tuple[str, Movie, Written]],
    segments: Sequence[Segment],
    unreadable: Sequence[Unreadable],
    gaps: Sequence[Missing],
    notes: Sequence[str],
) -> bytes:
    """The file's content; ``movies`` with the names of their files, in order."""
    placed = [p.stretch for _, movie, _ in movies for p in movie.placed]
    names = [name for name, _, _ in movies]
    content = {
        "version": VERSION,
        "software": f"curtilage {__version__}",
        "camera": segments[0].label.camera,
        "stream": segments[0].label.stream,
        "asked": _span(*asked),
        "shown": _span(min(s.begin_ns for s in placed), max(s.end_ns for s in placed)),
        "files": [_file(name, movie, written) for name, movie, written in movies],
        "gaps": [
            {
                **_span(m.gap.start_ns, m.gap.end_ns),
                "reason": m.gap.reason,
                "sentence": m.gap.sentence,
                "file": names[m.file],
                "at_s": round(m.at_s, 3),
            }
            for m in gaps
        ],
        "segments": [
            {
                "path": _path(segment),
                "serial": segment.label.serial,
                "number": segment.label.number,
                **_span(segment.start_ns, segment.end_ns),
                "copied_bytes": written.copied[segment.index],
                "copied_sha256": written.hashes[segment.index],
                "problem": segment.scan.problem,
            }
            for _, _, written in movies
            for segment in segments
            if segment.index in written.copied
        ],
        "unreadable": [{"path": u.source.path.name, "problem": u.problem} for u in unreadable],
        "notes": list(notes),
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


def _file(name: str, movie: Movie, written: Written) -> dict[str, object]:
    video, audio = movie.info.video, movie.info.audio
    return {
        "name": name,
        "bytes": movie.bytes,
        "sha256": written.sha256,
        "seconds": round(movie.duration / VIDEO_TIMESCALE, 3),
        "video": f"{video.codec.value} {video.width}x{video.height}",
        "audio": audio.codec.value if audio is not None else None,
        "parts": [
            {
                **_span(p.stretch.begin_ns, p.stretch.end_ns),
                "at_s": round(p.at / VIDEO_TIMESCALE, 3),
            }
            for p in movie.placed
        ],
    }


def _span(start_ns: int, end_ns: int) -> dict[str, object]:
    return {
        "from": rfc3339(start_ns),
        "to": rfc3339(end_ns),
        "from_ns": start_ns,
        "to_ns": end_ns,
        "seconds": round((end_ns - start_ns) / NS, 3),
    }


def _path(segment: Segment) -> str:
    """``CAMERA/STREAM/YYYY/MM/DD/HHMMSS.mp4``, as on its volume; where that is, is not told."""
    return "/".join(segment.source.path.parts[-6:]).lstrip("/")
