"""The speed results as Markdown."""

from collections.abc import Iterator
from typing import Any

from bench.names import OURS
from bench.report.tables import micro, table, times


def crowd_section(rows: list[dict[str, Any]]) -> Iterator[str]:
    """A benchmark over numbers of people: each competitor, and how many times slower it is."""
    sizes = [row["people"] for row in rows]
    names = list(rows[0]["costs"])
    yield table(
        ("µs per frame (against Curtilage)", *(f"{n} people" for n in sizes)),
        (
            (
                name,
                *(
                    micro(_us(row, name))
                    + (
                        ""
                        if name.startswith(OURS)
                        else f" ({times(_us(row, name) / _us(row, OURS))})"
                    )
                    for row in rows
                ),
            )
            for name in names
        ),
    )


def detector_section(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Per picture size: network alone, and the whole call."""
    for row in rows:
        yield f"{row['picture']} pictures into {row['network']}, one core:\n"
        names = [name for name in row["costs"] if not name.endswith(", whole")]
        slowest = _us(row, "openvino-f32")
        cells = []
        for name in names:
            alone, whole = _us(row, name), _us(row, f"{name}, whole")
            speed = times(slowest / alone)
            cells.append((name, _ms(alone), speed, _ms(whole), _ms(whole - alone)))
        heads = ("back end and precision", "network, ms", "against OpenVINO f32", "whole call, ms",
                 "letterbox, decoding, suppression, ms")  # fmt: skip
        yield table(heads, cells)


def latency_section(figures: dict[str, Any]) -> Iterator[str]:
    """NumPy in, result out."""
    yield f"{figures['detector']}, all cores, wall time:\n"
    yield table(
        ("stage", "median, ms", "10th percentile", "90th percentile"),
        (
            (stage, _ms(cost["median_us"]), _ms(cost["low_us"]), _ms(cost["high_us"]))
            for stage, cost in figures["costs"].items()
        ),
    )


def pipeline_section(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Decode, inference, analyze."""
    heads = ("CPU ms per frame", "plain decode", "inference alone", "looking",
             "beyond decode + inference", "against plain decode",
             "rules, pictures, report: s in all")  # fmt: skip
    yield table(
        heads,
        (
            (
                f"{row['video']} ({row['frames']} frames)",
                f"{row['decode_ms']:.2f}",
                f"{row['inference_ms']:.2f}",
                f"{row['looking_ms']:.2f}",
                f"{row['overhead']:+.1%}",
                times(row["looking_ms"] / row["decode_ms"]),
                f"{row['rules_and_report_s']:.2f}",
            )
            for row in rows
        ),
    )


def _us(row: dict[str, Any], name: str) -> float:
    return float(row["costs"][name]["median_us"])


def _ms(us: float) -> str:
    return f"{us / 1e3:.2f}"
