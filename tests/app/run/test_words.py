"""What processes say to each other, how their ends read, how long the waits are."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.app.run.backoff import Backoff
from curtilage.app.run.ended import in_words, reason_of
from curtilage.app.run.lines import LONGEST, lines_of
from curtilage.app.run.protocol import (
    Apply,
    Said,
    Stop,
    Word,
    command_line,
    read_command,
    read_said,
    said_line,
)


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_commands_come_back(path: str) -> None:
    for command in (Apply(Path(path)), Stop()):
        line = command_line(command)
        assert line.count(b"\n") == 1
        assert read_command(line) == command


@given(st.sampled_from(Word), st.text())
def test_words_come_back(word: Word, sentence: str) -> None:
    line = said_line(Said(word, sentence))
    assert line.count(b"\n") == 1
    assert read_said(line) == Said(word, sentence)


@given(st.binary())
def test_noise_is_no_word(line: bytes) -> None:
    assert read_command(line) is None
    assert read_said(line) is None


@pytest.mark.parametrize("line", [b"7", b"[]", b'{"do": "dance"}', b'{"is": 3}', b'{"do":"apply"}'])
def test_other_json_is_no_word(line: bytes) -> None:
    assert read_command(line) is None
    assert read_said(line) is None


def test_waits_double_to_the_most_and_begin_anew_after_good_minutes() -> None:
    backoff = Backoff()
    waits = [backoff.after(2.0) for _ in range(8)]
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert backoff.after(179.0) == 30.0
    assert backoff.after(180.0) == 1.0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "ended by itself"),
        (3, "ended with exit code 3"),
        (-signal.SIGSEGV, "crashed in native code (SIGSEGV)"),
        (-signal.SIGUSR1, "ended by SIGUSR1"),
        (-99, "ended by signal 99"),
    ],
)
def test_codes_in_words(code: int, words: str) -> None:
    assert in_words(code) == words


def test_its_own_sentence_says_more_than_its_code() -> None:
    assert reason_of(2, "no disk", ("x",)) == "no disk"
    assert reason_of(1, None, ("a", "b", "c", "d")) == (
        "ended with exit code 1; it said last: b | c | d"
    )


def test_lines_of_any_length_come_whole_or_in_pieces() -> None:
    read, write = os.pipe()
    os.write(write, b"one\n\ntwo\nlast")
    os.close(write)
    assert list(lines_of(read)) == [b"one", b"", b"two", b"last"]
    os.close(read)
    assert LONGEST <= 1 << 16  # a pipe without line ends is not kept in memory for ever
