"""CPU and memory per camera recorded: ours and ffmpeg, same cameras, same minute."""

from typing import Any

from bench.record.ours import recording
from bench.record.peer import peers, version
from bench.record.processes import Use, between
from bench.record.scene import hd_cameras, scratch

STREAMS = (1, 10, 50)
MANY = 100
WINDOW_S = 60.0  # holds one cut on both sides


def measure(quick: bool = False) -> dict[str, Any]:
    """A row per number of streams."""
    streams = (1, 10) if quick else STREAMS
    window_s = 20.0 if quick else WINDOW_S
    return {"ffmpeg": version(), "rows": [both(count, window_s) for count in streams]}


def measure_many(quick: bool = False) -> dict[str, Any]:
    """A hundred streams of ours alone."""
    count, window_s = (20, 20.0) if quick else (MANY, WINDOW_S)
    with hd_cameras(count) as cameras, scratch() as folder:
        with recording(folder, cameras.urls) as ours:
            ours.wait_for_all(count, 120.0)
            _settle()
            [(cores, held)] = between(window_s, [[ours.pid]])
        return {"streams": count, "window_s": window_s, **_row(cores, held, count)}


def both(count: int, window_s: float) -> dict[str, Any]:
    """Ours and ffmpeg at the same time."""
    with hd_cameras(count) as cameras, scratch() as folder:
        with (
            peers(folder / "peers", cameras.urls) as pids,
            recording(folder / "ours", cameras.urls) as ours,
        ):
            ours.wait_for_all(count, 120.0)
            _settle()
            (cores, held), (their_cores, theirs) = between(window_s, [[ours.pid], pids])
        return {
            "streams": count,
            "window_s": window_s,
            "ours": _row(cores, held, count),
            "ffmpeg": _row(their_cores, theirs, count),
            "ratio": cores / their_cores,
        }


def _row(cores: float, held: Use, count: int) -> dict[str, Any]:
    return {
        "ms_per_s": 1000 * cores / count,
        "cores": cores,
        "rss": held.rss,
        "pss": held.pss,
        "files": held.files,
        "threads": held.threads,
    }


def _settle() -> None:
    """Past the opening of streams, which costs more than what comes after."""
    between(8.0, [])
