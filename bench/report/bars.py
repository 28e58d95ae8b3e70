"""The bars that this project has set itself, and whether the results meet them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.names import COMBINED, FILLED, IDLE, LIVE, OURS, TRUTH

KEYS = ("hota", "idf1")

Parts = dict[str, Any]  # figures by part


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar."""

    what: str
    bar: str
    measured: str
    met: bool
    command: str


def bars(accuracy: Parts, speed: Parts) -> Iterator[Bar]:
    """All bars whose parts were measured."""
    if "detector" in accuracy:
        yield from _detector(accuracy["detector"])
    if "events" in accuracy:
        yield from _events(accuracy["events"])
    if "lines" in accuracy:
        yield _held_back(accuracy["lines"])
    if "robustness" in accuracy:
        yield _chance(accuracy["robustness"])
    if "tracking" in accuracy:
        yield from _tracking(accuracy["tracking"])
    if "tracker" in speed:
        cost = _costs(speed["tracker"], 200)
        ratio = cost["trackers ByteTrack"] / cost[OURS]
        yield _speed(
            "tracker",
            "tracker update, 200 people",
            "≥ 50x ByteTrack of `trackers`",
            f"{ratio:.0f}x ({cost[OURS]:.0f} µs)",
            ratio >= 50,
        )
    if "lines" in speed:
        cost = _costs(speed["lines"], 200)
        alone = cost[OURS] - cost[IDLE]
        yield _speed(
            "lines",
            "four lines, 200 people",
            "≤ 20 µs",
            f"{alone:.0f} µs (with reading the tracks: {cost[OURS]:.0f} µs)",
            alone <= 20,
        )
    if "heat-map" in speed:
        ratios = []
        for row in speed["heat-map"]:
            cost = _costs([row], row["people"])
            ratios.append(cost["HeatMapAnnotator"] / cost[OURS])
        yield _speed(
            "heat-map",
            "heat map at 1080p",
            "≥ 100x supervision's HeatMapAnnotator",
            f"{min(ratios):.0f}x or more, by number of people",
            min(ratios) >= 100,
        )
    if "pipeline" in speed:
        worst = max(row["overhead"] for row in speed["pipeline"])
        yield _speed(
            "pipeline",
            "pipeline beyond decode + inference",
            "≤ 10 %",
            " and ".join(f"{row['overhead']:.1%}" for row in speed["pipeline"]),
            worst <= 0.10,
        )


def _detector(figures: Parts) -> Iterator[Bar]:
    by_name = {row["name"]: row["ap50"] for row in figures["rows"]}
    ap = by_name["default settings"]
    yield _accuracy(
        "detector",
        "person AP50 on PETS, default, all 795 frames",
        "≥ 0.92",
        f"{ap:.4f}",
        ap >= 0.92,
    )
    tuned = [value for name, value in by_name.items() if "int8" in name]
    results = [result for result in figures["tuning"] if result["int8_ms"]]
    if tuned and results:
        ratio = min(result["f32_ms"] / result["int8_ms"] for result in results)
        loss = by_name["openvino-f32"] - min(tuned)
        yield _accuracy(
            "detector",
            "INT8 after `models tune`",
            "≥ 2x faster, AP loss ≤ 0.01",
            f"{ratio:.1f}x, {loss:.4f}",
            ratio >= 2 and loss <= 0.01,
        )


def _events(figures: Parts) -> Iterator[Bar]:
    main = figures["main"]["rows"]
    truth = _find(main, "none", TRUTH)
    further = _find(figures["further"]["rows"], "none", TRUTH)
    least = min(truth["f1"], further["f1"])
    yield _accuracy(
        "events", "lines on annotated tracks, six lines", "F1 = 1", f"{least:.3f}", least == 1.0
    )
    public = _find(main, "public", OURS)
    yield _accuracy(
        "events",
        "three of them with public detections, one through a sign post",
        "F1 ≥ 0.97",
        _crossings(public),
        public["f1"] >= 0.97,
    )
    every = _together(public, _find(figures["further"]["rows"], "public", OURS))
    yield _accuracy(
        "events",
        "all six with public detections",
        "F1 ≥ 0.97",
        _crossings(every),
        every["f1"] >= 0.97,
    )
    try:
        own = _find(main, "Curtilage's", OURS)
    except LookupError:
        return
    yield _accuracy(
        "events",
        "lines end to end, own detector",
        "F1 ≥ 0.97, count error ≤ 2 of 47",
        f"{_crossings(own)}, count error {own['count_error']}",
        own["f1"] >= 0.97 and own["count_error"] <= 2,
    )
    zone = own["zones"]["plaza"]
    off = abs(zone["visits"] - zone["true_visits"])
    yield _accuracy(
        "events", "zone visits end to end", "within ± 3 of 26", str(zone["visits"]), off <= 3
    )


def _together(*rows: dict[str, Any]) -> dict[str, Any]:
    """Crossings of several sets of lines as one."""
    found, false, missed = (sum(row[k] for row in rows) for k in ("found", "false", "missed"))
    f1 = 2 * found / (2 * found + false + missed)
    return {"found": found, "false": false, "missed": missed, "f1": f1}


def _held_back(rows: list[dict[str, Any]]) -> Bar:
    """Lines that nobody has looked at, with public detections, against the best combination."""
    footage = rows[0]["footage"]
    scores = {
        (row["tracker"], row["rules"]): row["clear"]
        for row in rows
        if (row["footage"], row["half"]) == (footage, "held back")
    }
    ours = scores.pop((OURS, OURS))
    best = max(scores, key=lambda who: float(scores[who]["f1"]))
    return _accuracy(
        "lines",
        f"lines drawn by chance and held back, {footage} detections",
        "F1 ≥ 0.97 and ≥ the best of the others",
        f"{_crossings(ours)}; {best[0]} with {best[1]}'s rules {scores[best]['f1']:.3f}",
        ours["f1"] >= max(0.97, scores[best]["f1"]),
    )


def _chance(rows: list[dict[str, Any]]) -> Bar:
    every = _together(*(row["ours"] for row in rows))
    lines = sum(row["lines"] for row in rows)
    return _accuracy(
        "robustness",
        f"lines on annotated tracks, {lines} lines drawn by chance",
        "F1 = 1",
        f"{every['f1']:.4f} ({every['found'] + every['missed']} crossings)",
        every["f1"] == 1.0,
    )


def _tracking(figures: Parts) -> Iterator[Bar]:
    ours = figures["pets"]["trackers"][OURS][COMBINED]
    yield _accuracy(
        "tracking",
        "HOTA / IDF1, PETS at 7 fps, public detections",
        "≥ 42 / 58",
        _pair(ours),
        ours["hota"] >= 42 and ours["idf1"] >= 58,
    )
    trackers = figures["mot17"]["trackers"]
    others = [t for t in trackers if t not in (OURS, LIVE)]
    best, filled = (
        {k: max(trackers[t][COMBINED][k] for t in others if t.endswith(FILLED) == f) for k in KEYS}
        for f in (False, True)
    )
    ours = trackers[OURS][COMBINED]
    yield _accuracy(
        "tracking",
        "HOTA / IDF1, MOT17-02, 09, 11, public detections",
        f"≥ best of the others: {_pair(best)}",
        f"{_pair(ours)} (the others with our filling of gaps: {_pair(filled)})",
        all(ours[k] >= best[k] for k in KEYS),
    )


def _pair(score: dict[str, Any]) -> str:
    return f"{score['hota']:.1f} / {score['idf1']:.1f}"


def _find(rows: list[dict[str, Any]], detections: str, tracker: str) -> dict[str, Any]:
    for row in rows:
        if (row["detections"], row["tracker"], row["rules"]) == (detections, tracker, OURS):
            return row
    raise LookupError(f"no row for {tracker} on {detections}")


def _crossings(row: dict[str, Any]) -> str:
    return f"{row['f1']:.3f} ({row['found']} found, {row['false']} false, {row['missed']} missed)"


def _costs(rows: list[dict[str, Any]], people: int) -> dict[str, float]:
    (row,) = (row for row in rows if row["people"] == people)
    return {name: float(cost["median_us"]) for name, cost in row["costs"].items()}


def _accuracy(part: str, what: str, bar: str, measured: str, met: bool) -> Bar:
    return Bar(what, bar, measured, met, f"python -m bench.accuracy {part}")


def _speed(part: str, what: str, bar: str, measured: str, met: bool) -> Bar:
    return Bar(what, bar, measured, met, f"python -m bench.speed {part}")
