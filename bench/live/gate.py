"""The gate on cameras of every kind: does it wake up in time, and how much does it sleep?"""

from typing import Any

from bench.live.footage import Clip, Recipe, make
from bench.live.recipes import EVERY, QUICK
from bench.live.watch import Round, watch
from curtilage.vision.gate import Gate

LATE_S = 0.5  # of a visit may pass unseen
PAUSE_S = 30.0  # between the first passage and the second


def measure(quick: bool) -> dict[str, Any]:
    """Every footage twice: a camera's first minutes, and what it is once it is known."""
    return {recipe.name: measure_one(recipe) for recipe in (QUICK if quick else EVERY)}


def measure_one(recipe: Recipe, small_stream: bool = False) -> dict[str, Any]:
    """One camera's figures."""
    clip = make(recipe)
    gate = Gate("auto", small_stream)
    first = watch(clip, gate, 0.0, small_stream)
    again = watch(clip, gate, clip.duration + PAUSE_S, small_stream)
    found = {"first": _figures(clip, first), "known": _figures(clip, again)}
    _say(recipe.name, found)
    return found


def _figures(clip: Clip, seen: Round) -> dict[str, Any]:
    """Delays in s; shares 0..1 of the time in which nobody is there, but for ``share_busy``."""
    visits = [_visit(clip, seen, span) for span in clip.truth.visits]
    report = seen.report
    assert report is not None
    total = sum(seen.states.values())
    frames = seen.packets
    return {
        "mode": report.mode,
        "why": report.why_mode,
        "mode_at": [(round(at, 1), mode) for at, mode in seen.trust_at],
        "visits": len(visits),
        "caught": sum(unseen <= LATE_S for _, unseen in visits),
        "delays_s": [delay for delay, _ in visits],
        "unseen_s": [unseen for _, unseen in visits],
        "arrivals": report.separation.arrivals,
        "arrivals_caught": report.separation.caught,
        "recall_lower": round(report.separation.recall_lower, 3),
        "least_area": float(f"{report.separation.least_area:.2g}"),
        "false_wakes_per_hour": round(report.separation.false_wakes, 1),
        "wakes": [(round(at, 1), reason) for at, reason in seen.wakes],
        "share_busy": round(sum(b - a for a, b in clip.truth.visits) / total, 3),
        "asleep": round(seen.states.get("nothing", 0.0) / total, 3),
        "watching": round(seen.states.get("motion", 0.0) / total, 3),
        "awake": round(seen.states.get("analyse", 0.0) / total, 3),
        "decoded_motion": round(seen.decoded["motion"] / frames, 3),
        "decoded_analyse": round(seen.decoded["analyse"] / frames, 3),
        "checks": seen.checks,
        "us_per_packet": round(1e6 * seen.packet_s / max(frames, 1), 2),
    }


def _visit(clip: Clip, seen: Round, span: tuple[float, float]) -> tuple[float, float]:
    """Delay of waking (s; below 0 when it was awake before), moving time that was not seen (s)."""
    begin, end = span
    wanted, since = [], begin
    for a, b in clip.truth.still:
        if begin <= a < end:
            wanted.append((since, a))
            since = b
    wanted.append((since, end))
    unseen = 0.0
    for a, b in wanted:
        covered = sum(max(min(b, y) - max(a, x), 0.0) for x, y in _merged(seen.seen))
        unseen += (b - a) - covered
    awake = [at for at, _ in seen.wakes if at >= begin]
    inside = any(x <= begin <= y for x, y in seen.seen) and not (awake and awake[0] < begin + 3.0)
    delay = 0.0 if inside else (awake[0] - begin if awake else float("inf"))
    return round(delay, 2), round(max(unseen, 0.0), 2)


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], b)
        else:
            merged.append((a, b))
    return merged


def _say(name: str, found: dict[str, Any]) -> None:
    print(name)
    for part, f in found.items():
        print(
            f"  {part:5} {f['mode']:6} caught {f['caught']}/{f['visits']}"
            f" delay {f['delays_s']} unseen {f['unseen_s']}"
            f" busy {f['share_busy']:.2f} asleep {f['asleep']:.2f} watch {f['watching']:.2f}"
            f" awake {f['awake']:.2f} area {f['least_area']:.2g}"
            f" false {f['false_wakes_per_hour']} {f['arrivals_caught']}/{f['arrivals']}"
            f" {f['us_per_packet']} us | {f['why']} {f['mode_at']}",
            flush=True,
        )
