"""What the live system must reach, and what was measured: rows of the first table of the page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

MOTION_SIZES, MOTION_PIXELS = 1 / 15, 1 / 3  # of motion's CPU: recorder, analyser and web
BUSY = 1.15
LAG_S, ALARM_S, GLASS_MS, HOUR_MS = 1.0, 1.0, 400, 200
START_S = 0.5
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """One promise."""

    what: str
    bar: str
    measured: str
    met: bool


def bars(figures: dict[str, Any]) -> Iterator[Bar]:
    """Of the parts that were measured."""
    for part, made in BARS.items():
        if part in figures:
            yield from made(figures[part])


def _cost(found: Figures) -> Iterator[Bar]:
    for gate, limit, words in (
        ("sizes", MOTION_SIZES, "≤ 1/15 of motion"),
        ("pixels", MOTION_PIXELS, "≤ 1/3 of motion"),
    ):
        rows = [row for row in found["quiet"] if row["gate"] == gate]
        if not rows:
            continue
        row = rows[-1]
        how = "sizes tell" if gate == "sizes" else "pixels of the small stream"
        yield Bar(
            f"CPU per quiet 720p15 camera, recorded and analysed, {row['cameras']} cameras, {how}",
            words,
            f"1/{1 / row['whole_to_motion']:.1f}"
            f" ({row['whole_ms']:.1f} ms/s against {row['motion_ms']:.1f})",
            row["whole_to_motion"] <= limit,
        )


def _recall(found: Figures) -> Iterator[Bar]:
    rows = found["rows"]
    events, right = (sum(row[key] for row in rows) for key in ("events", "found"))
    worst = max(row["apart_most_s"] for row in rows)
    yield Bar(
        "events of the ungated camera that the gated one finds",
        f"100 %, start within {START_S} s",
        f"{right:,} of {events:,}, at most {worst:.2f} s apart",
        right == events and worst <= START_S,
    )


def _busy(found: Figures) -> Iterator[Bar]:
    yield Bar(
        "busy camera, 5 pictures a second",
        f"≤ {BUSY} x (decode + inference)",
        f"{found['ratio']:.2f} x ({found['analysis_ms_s']:.0f} ms/s against"
        f" {found['decode_ms_s']:.0f} + {found['inference_ms_s']:.0f})",
        found["ratio"] <= BUSY,
    )


def _load(found: Figures) -> Iterator[Bar]:
    lost, lag = found["ledger"]["lost_s"], found["lag_busy"]["most_s"]
    yield Bar(
        f"{found['quiet']} quiet and {found['busy']} busy cameras, 720p15",
        f"no second lost, lag < {LAG_S:g} s",
        f"{lost:.1f} s lost, lag {lag:.2f} s at most",
        lost == 0.0 and lag < LAG_S,
    )


def _latency(found: Figures) -> Iterator[Bar]:
    way = found["all"]["api"]
    yield Bar(
        f"alarm after its picture, p95 of {way['events']} events",
        f"≤ {ALARM_S:g} s",
        f"{way['p95_s']:.2f} s",
        way["p95_s"] <= ALARM_S and not way["unheard"],
    )


def _glass(found: Figures) -> Iterator[Bar]:
    yield Bar(
        "live view glass to glass, p95",
        f"≤ {GLASS_MS} ms",
        f"{found['p95_ms']} ms",
        found["p95_ms"] <= GLASS_MS,
    )


def _kill(found: Figures) -> Iterator[Bar]:
    one = found["killed"]
    yield Bar(
        f"{found['kills']} x kill -9 of the analyser while it counts",
        "recording unbroken, no event lost or twice",
        f"{found['ledger']['lost_s']:.1f} s lost, of {one['expected']} events {one['lost']} lost"
        f" and {one['too_many']} too many",
        found["ledger"]["lost_s"] == 0.0 and not one["lost"] and not one["too_many"],
    )


def _store(found: Figures) -> Iterator[Bar]:
    row = found["from the index"]["counts per hour, all cameras"]
    yield Bar(
        f"counts per hour, {found['cameras']} cameras, {found['days']} days,"
        f" {found['sightings']['rows'] / 1e6:.0f} M sightings",
        f"≤ {HOUR_MS} ms",
        f"{row['wall_ms']:.0f} ms",
        row["wall_ms"] <= HOUR_MS,
    )


def _scrub(found: Figures) -> Iterator[Bar]:
    stops = found["pointer stops"]
    yield Bar(
        "picture after the pointer stops on the timeline, 1080p H.264, GOP 2 s, p95",
        f"≤ {found['bar_s']:g} s",
        f"{stops['p95_s']:.2f} s",
        stops["p95_s"] <= found["bar_s"],
    )


BARS: dict[str, Callable[[Figures], Iterator[Bar]]] = {
    "cost": _cost,
    "recall": _recall,
    "busy": _busy,
    "load": _load,
    "latency": _latency,
    "glass": _glass,
    "kill": _kill,
    "store": _store,
    "scrub": _scrub,
}
