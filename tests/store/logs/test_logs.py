"""The log's files: bounded, read backwards, whole after a torn line; nobody waits for the disk."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from curtilage.store.logs.files import NAME, OLDER, LogFiles, paths
from curtilage.store.logs.line import LONGEST, Level, LogLine, decoded, encoded, said
from curtilage.store.logs.read import Wanted, newest

S = 1_000_000_000


def line(at_s: int, text: str = "word", process: str = "web", level: Level = Level.INFO) -> LogLine:
    return LogLine(at_s * S, process, level, text)


def written(folder: Path, *lines: LogLine, file_bytes: int = 4_000_000) -> Path:
    with LogFiles(folder, file_bytes) as files:
        for one in lines:
            files.put(one)
    return folder


@given(
    st.builds(
        LogLine,
        st.integers(0, 4_000_000_000 * S),
        st.text(max_size=20),
        st.sampled_from(Level),
        st.text(),
    )
)
def test_a_line_comes_back_whatever_it_says(given: LogLine) -> None:
    data = encoded(given)
    assert data.count(b"\n") == 1
    assert decoded(data) == given


@given(st.binary(max_size=200))
def test_noise_is_no_line(noise: bytes) -> None:
    assert decoded(noise) is None


def test_what_a_process_prints() -> None:
    assert said(1, "web", "ERROR it broke").level is Level.ERROR
    assert said(1, "web", "ERROR it broke").text == "it broke"
    assert said(1, "web", "libfoo: odd") == LogLine(1, "web", Level.WARNING, "libfoo: odd")
    assert len(said(1, "web", "INFO " + "x" * 100_000).text) < LONGEST + 5


def test_the_newest_that_are_wanted(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        line(1, "one"),
        line(2, "Two", process="recorder"),
        line(3, "three", level=Level.ERROR),
        line(4, "four"),
    )

    def texts(wanted: Wanted, most: int = 9) -> list[str]:
        return [one.text for one in newest(folder, wanted, most=most)]

    assert texts(Wanted()) == ["four", "three", "Two", "one"]
    assert texts(Wanted(), most=2) == ["four", "three"]
    assert texts(Wanted(level=Level.WARNING)) == ["three"]
    assert texts(Wanted(process="recorder")) == ["Two"]
    assert texts(Wanted(from_ns=2 * S, to_ns=4 * S)) == ["three", "Two"]
    assert texts(Wanted(text="tWO")) == ["Two"]


def test_it_never_takes_more_than_its_files(tmp_path: Path) -> None:
    lines = [line(n, f"{n:05} " + "x" * 80) for n in range(2000)]
    written(tmp_path, *lines, file_bytes=10_000)
    sizes = [path.stat().st_size for path in paths(tmp_path) if path.exists()]
    assert len(list(tmp_path.iterdir())) <= OLDER + 1
    assert max(sizes) < 10_500
    found = newest(tmp_path, Wanted(), most=5000)
    assert [one.text for one in found] == [one.text for one in reversed(lines)][: len(found)]
    assert len(found) > 200  # five files of it


def test_it_is_for_this_user_alone(tmp_path: Path) -> None:
    written(tmp_path / "logs", line(1))
    assert (tmp_path / "logs" / NAME).stat().st_mode & 0o077 == 0
    assert (tmp_path / "logs").stat().st_mode & 0o077 == 0


def test_a_line_that_was_torn_costs_itself(tmp_path: Path) -> None:
    written(tmp_path, line(1, "one"))
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"time": "20')
    written(tmp_path, line(2, "two"))
    assert [one.text for one in newest(tmp_path, Wanted(), most=9)] == ["two", "one"]


def test_a_disk_that_does_not_take_it_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    with LogFiles(tmp_path / "logs") as files:
        files.put(line(1))
    assert newest(tmp_path / "logs", Wanted(), most=9) == []


def test_each_line_is_json_for_other_programs(tmp_path: Path) -> None:
    written(tmp_path, line(5, "a\nb"))
    [told] = [json.loads(one) for one in (tmp_path / NAME).read_text().splitlines()]
    assert told == {
        "time": "1970-01-01T00:00:05.000000000Z",
        "process": "web",
        "level": "info",
        "text": "a\nb",
    }
