"""The gap ledger as an owner reads it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.app.recording.gaps import StreamLedger
from curtilage.cli.ledger_text import ledger_text, percent
from curtilage.cli.when import local
from curtilage.model import GapReason
from curtilage.store.recorded.cover import Interval

S = 1_000_000_000
T0 = 1_795_000_000 * S
NOW = datetime.fromtimestamp(T0 / S, UTC)


def test_a_line_for_each_stretch_and_the_sums() -> None:
    lost = Interval(T0 + 86_390 * S, T0 + 86_395 * S, GapReason.STALLED, "sends nothing more")
    intervals = [
        Interval(T0, lost.start_ns, None),
        lost,
        Interval(lost.end_ns, T0 + 7 * 86_400 * S, None),
    ]
    heading, _columns, first, second, _third, sums, _ = ledger_text(
        StreamLedger("front", "main", intervals), NOW
    )
    assert heading.startswith("front/main (times with ")
    assert first == f"{local(T0)}  {local(lost.start_ns)}    23:59:50  recorded"
    assert second.endswith("       5.0 s  stalled: sends nothing more")
    assert sums == "in all 168:00:00: recorded 167:59:55 (99.99%), stalled 5.0 s (0.00%)"


@given(st.integers(0, 10**18), st.integers(1, 10**18))
def test_only_all_of_it_is_a_hundred_percent(part: int, rest: int) -> None:
    assert percent(part + rest, part + rest) == "100.00%"
    assert float(percent(part, part + rest)[:-1]) <= 100 * part / (part + rest) + 1e-9
    assert percent(part, part + rest) != "100.00%"


def test_a_bad_week_is_ten_thousands_of_lines() -> None:
    intervals = [
        Interval(T0 + i * S, T0 + (i + 1) * S, GapReason.STALLED if i % 2 else None, "")
        for i in range(40_000)
    ]
    assert sum(1 for _ in ledger_text(StreamLedger("a", "b", intervals), NOW)) == 40_004


@pytest.mark.parametrize("columns", [20, 120])
def test_a_long_sentence_is_broken_on_a_screen_only(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    gap = Interval(T0, T0 + S, GapReason.STALLED, "sends nothing " * 20)
    one = StreamLedger("front", "main", [gap])
    assert all("\n" not in line for line in ledger_text(one, NOW))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    row = list(ledger_text(one, NOW))[2]
    lines = row.replace("\x1b[33m", "").replace("\x1b[0m", "").split("\n")
    assert (max(map(len, lines)) <= columns) == (columns == 120)
    assert len({line.index(line.strip()) for line in lines[1:]}) <= 1
