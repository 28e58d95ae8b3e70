"""The accuracy results as Markdown."""

from collections.abc import Iterator
from typing import Any

from bench.names import COMBINED, FILLED, LIVE, OURS
from bench.report.tables import table


def detector_section(figures: dict[str, Any]) -> Iterator[str]:
    """AP of each back end, and the tuning."""
    yield table(
        ("back end and precision", "network", "AP50", "recall at precision 0.9", "best F1"),
        (
            (
                row["name"],
                row["network"],
                f"{row['ap50']:.4f}",
                f"{row['recall_at_precision_90']:.3f}",
                f"{row['best_f1']:.3f}",
            )
            for row in figures["rows"]
        ),
        left=2,
    )
    for result in figures["tuning"]:
        if result["f32_ms"]:
            ratio = result["f32_ms"] / result["int8_ms"]
            yield (
                f"`curtilage models tune` on this video: {result['sentence']}; one core,"
                f" {result['f32_ms']:.1f} ms in f32, {result['int8_ms']:.1f} ms in INT8:"
                f" {ratio:.1f}x.\n"
            )


def tracking_section(figures: dict[str, Any]) -> Iterator[str]:
    """A table per suite, then one by sequence."""
    for suite in figures.values():
        trackers = suite["trackers"]
        peers = [t for t in trackers if t not in (OURS, LIVE)]
        yield f"#### {suite['title']}\n"
        yield table(
            ("tracker", "HOTA", "MOTA", "IDF1", "ID switches", "DetA", "AssA"),
            (_track_row(name, scores[COMBINED]) for name, scores in _ranked(trackers)),
        )
        hota = max(trackers[t][COMBINED]["hota"] for t in peers)
        idf1 = max(trackers[t][COMBINED]["idf1"] for t in peers)
        ours = trackers[OURS][COMBINED]
        yield (
            f"Against the best of the others in each column: HOTA {ours['hota'] - hota:+.1f},"
            f" IDF1 {ours['idf1'] - idf1:+.1f}.\n"
        )
        sequences = [s for s in trackers[OURS] if s != COMBINED]
        if len(sequences) > 1:
            yield "By sequence, HOTA / IDF1:\n"
            yield table(
                ("tracker", *sequences),
                (
                    (
                        name,
                        *(f"{scores[s]['hota']:.1f} / {scores[s]['idf1']:.1f}" for s in sequences),
                    )
                    for name, scores in _ranked(trackers)
                    if not name.endswith(FILLED)
                ),
            )
        for sentence in suite["missing"]:
            yield f"Not measured: {sentence}\n"


def events_section(figures: dict[str, Any]) -> Iterator[str]:
    """Crossings and zones of each scene."""
    for scene in figures.values():
        visits = ", ".join(f"{zone} {count}" for zone, count in scene["visits"].items())
        yield f"#### {scene['title']}: {scene['crossings']} crossings; visits: {visits}\n"
        heads = ("detections", "tracks", "rules", "found / false / missed", "precision", "recall",
                 "F1", "F1 at 2 s", "count error")  # fmt: skip
        yield table(heads, (_crossing_row(row) for row in scene["rows"]), left=3)
        zones = list(scene["visits"])
        yield "Zones: visits, mean error of the number inside, share of frames that are right:\n"
        yield table(
            ("detections", "tracks", "rules", *zones),
            (_zone_row(row, zones) for row in scene["rows"] if _is_first_of_side(row)),
            left=3,
        )


def analyze_section(figures: list[dict[str, Any]]) -> Iterator[str]:
    """The command, from the video to the events."""
    yield table(
        ("scene", "rate told", "found / false / missed", "F1", "count error", "visits (true)"),
        (
            (
                row["scene"],
                f"{row['fps_told']:g} fps" if row["fps_told"] else "none (header: 10 fps)",
                f"{row['found']} / {row['false']} / {row['missed']}",
                f"{row['f1']:.3f}",
                row["count_error"],
                ", ".join(
                    f"{name} {zone['visits']} ({zone['true_visits']})"
                    for name, zone in row["zones"].items()
                ),
            )
            for row in figures
        ),
        left=2,
    )


def robustness_section(figures: list[dict[str, Any]]) -> Iterator[str]:
    """Random lines."""
    yield table(
        ("sequence", "lines", "crossings", "Curtilage F1", "supervision LineZone, foot: F1",
         "its false", "its missed"),
        (
            (
                row["sequence"],
                row["lines"],
                row["crossings"],
                f"{row['ours']['f1']:.4f}",
                f"{row['theirs']['f1']:.4f}",
                row["theirs"]["false"],
                row["theirs"]["missed"],
            )
            for row in figures
        ),
    )  # fmt: skip


def lines_section(figures: list[dict[str, Any]]) -> Iterator[str]:
    """Lines drawn by chance over tracks made of detections, the best first."""
    footages = dict.fromkeys(row["footage"] for row in figures)
    for footage in footages:
        for half in ("held back", "tuning"):
            rows = [r for r in figures if (r["footage"], r["half"]) == (footage, half)]
            yield f"#### {footage}, {half}\n"
            yield table(
                ("tracks", "rules", "found / false / missed", "F1", "all lines: found / false /"
                 " missed", "F1 of all"),
                (_line_row(row) for row in sorted(rows, key=lambda r: -float(r["clear"]["f1"]))),
                left=2,
            )  # fmt: skip


def _line_row(row: dict[str, Any]) -> tuple[object, ...]:
    clear, every = row["clear"], row["all"]
    of_all = (_counts(every), f"{every['f1']:.3f}") if row["rules"] == OURS else ("", "")
    return (row["tracker"], row["rules"], _counts(clear), f"{clear['f1']:.3f}", *of_all)


def _counts(score: dict[str, Any]) -> str:
    return f"{score['found']} / {score['false']} / {score['missed']}"


def _ranked(trackers: dict[str, Any]) -> list[tuple[str, Any]]:
    ours = [(name, trackers[name]) for name in (OURS, LIVE)]
    peers = [(name, scores) for name, scores in trackers.items() if name not in (OURS, LIVE)]
    return ours + sorted(peers, key=lambda item: -float(item[1][COMBINED]["hota"]))


def _track_row(name: str, score: dict[str, Any]) -> tuple[object, ...]:
    numbers = (f"{score[key]:.1f}" for key in ("hota", "mota", "idf1"))
    return (name, *numbers, score["switches"], f"{score['det_a']:.1f}", f"{score['ass_a']:.1f}")


def _crossing_row(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        row["detections"],
        row["tracker"],
        row["rules"],
        f"{row['found']} / {row['false']} / {row['missed']}",
        f"{row['precision']:.3f}",
        f"{row['recall']:.3f}",
        f"{row['f1']:.3f}",
        f"{row['f1_wide']:.3f}",
        row["count_error"],
    )


def _zone_row(row: dict[str, Any], zones: list[str]) -> tuple[object, ...]:
    rules = "Curtilage" if row["rules"] == OURS else "supervision PolygonZone"
    cells = (
        f"{z['visits']}, {z['occupancy_mae']:.3f}, {z['exact']:.3f}"
        for z in (row["zones"][zone] for zone in zones)
    )
    return (row["detections"], row["tracker"], rules, *cells)


def _is_first_of_side(row: dict[str, Any]) -> bool:
    """The zones are the same for every setting of LineZone: one row for each."""
    return str(row["rules"]) in (OURS, "supervision LineZone, foot")
