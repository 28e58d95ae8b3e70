"""Rows of the table of events, and the wording of times."""

from pathlib import Path
from typing import Any

import pytest

from curtilage.app.report.folder import read_folder
from curtilage.app.report.rows import EventRow, event_table
from curtilage.app.report.wording import Clock, length, listing, number, plural
from tests.app.report_folder import read_events, write_events, write_folder

INSIDE = "tns1:RuleEngine/FieldDetector/ObjectsInside"
COUNTER = "tns1:RuleEngine/CountAggregation/Counter"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("made") / "out")


def rows(out: Path) -> list[EventRow]:
    folder = read_folder(out)
    return event_table(folder, Clock(folder.settings.camera, folder.duration)).rows


def event(time: float, phase: str, track: int | None, **more: Any) -> dict[str, Any]:
    return {"time": time, "rule": "lawn", "kind": INSIDE, "phase": phase, "track": track} | more


def test_a_presence_is_one_row(out: Path) -> None:
    write_events(
        out,
        [
            event(1, "start", 5, details={"already_inside": True}),
            event(2, "start", 6),
            event(9, "end", 6, duration=7.0, details={"lost_inside": True}),
            event(10, "start", 6),
            event(11, "end", 5, duration=10.0),
        ],
    )
    table = rows(out)
    assert [(row.track, row.duration_text) for row in table] == [(5, "10 s"), (6, "7.0 s"), (6, "")]
    assert [row.note for row in table] == [
        "was inside when it began",
        "was not seen to leave",
        "",
    ]
    assert {row.what for row in table} == {"intrusion"}


def test_an_end_without_a_start_is_a_row(out: Path) -> None:
    write_events(out, [event(9, "end", 6, duration=7.0)])
    assert len(rows(out)) == 1


def test_what_charts_show_is_no_row(tmp_path: Path) -> None:
    out = write_folder(tmp_path / "out")
    kinds = {e["kind"].rsplit("/")[-1] for e in read_events(out)}
    assert {"Occupancy", "Counter", "Crossed", "Path", "ObjectsInside"} <= kinds
    table = rows(out)
    assert {row.what for row in table} == {
        "crossed the line",
        "intrusion",
        "from left to right",
        "from right to left",
    }
    assert all(row.thumbnail for row in table)


def test_a_counter_that_is_put_right_is_a_row(out: Path) -> None:
    write_events(
        out, [event(3, "instant", None, rule="door", kind=COUNTER, details={"change": "negative"})]
    )
    assert [row.what for row in rows(out)] == ["put right: one left whom nobody saw come in"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (10, "10 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_lengths(seconds: float, text: str) -> None:
    assert length(seconds) == text


def test_words() -> None:
    assert listing([]) == ""
    assert listing(["a"]) == "a"
    assert listing("abc") == "a, b and c"
    assert number(12_345) == "12\u202f345"
    assert [plural("person", n) for n in (1, 2)] == ["person", "people"]
    assert [plural("bus", 2), plural("sheep", 2), plural("car", 2)] == ["buses", "sheep", "cars"]
