"""A connection's bytes, told apart: the same however they are cut, whatever stands between."""

from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.ingest.rtsp.interleaved import LONGEST
from tests.cameras.rtcp import sender_report, tagged
from tests.ingest.rtsp.packets import DELTA, KEY, SOURCE, Reading, packets

ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 7\r\nContent-Length: 3\r\n\r\n$\0\0"
ASKED = b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"
REPORT = tagged(sender_report(SOURCE, 1_795_000_000_000_000_000, 5, 1, 1), 1)
STRAY = b"\x00\x00\x01$\xff\xff\x7f"
PICTURES = [[KEY], [DELTA], [DELTA + b"\2"], [DELTA]]


def stream(between: list[bytes]) -> bytes:
    """Pictures, and something after each packet."""
    made = [p for one in packets(PICTURES) for p in one]
    return b"".join(
        packet + (between[number % len(between)] if between else b"")
        for number, packet in enumerate(made)
    )


def cut(data: bytes, sizes: list[int]) -> Reading:
    reading = Reading()
    at = number = 0
    while at < len(data):
        size = sizes[number % len(sizes)]
        reading.take(data[at : at + size])
        at, number = at + size, number + 1
    return reading


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from([b"", ANSWER, ASKED, REPORT, b"\r\n", b"$\5\0\2ab"]), max_size=4),
    st.lists(st.integers(1, 4000), min_size=1, max_size=20),
)
def test_however_a_connection_is_cut(between: list[bytes], sizes: list[int]) -> None:
    data = stream(between)
    whole, parts = cut(data, [len(data)]), cut(data, sizes)
    assert whole.end() == parts.end() == PICTURES
    assert whole.messages == parts.messages
    assert whole.others == parts.others
    assert (ANSWER in between or ASKED in between) == (whole.messages > 0)
    assert whole.framing.skipped == 0


@settings(max_examples=100)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=20))
def test_stray_bytes_between_packets_cost_no_picture(sizes: list[int]) -> None:
    assert cut(stream([STRAY]), sizes).end() == PICTURES


@settings(max_examples=200)
@given(st.binary(max_size=3000), st.lists(st.integers(1, 1000), min_size=1, max_size=5))
def test_garbage_raises_nothing_and_what_follows_is_read(noise: bytes, sizes: list[int]) -> None:
    quiet = noise.replace(b"$", b"#").replace(b"R", b"#")
    quiet = b"#" + quiet  # no begin of a message either
    assert cut(quiet + stream([]), sizes).end() == PICTURES
    cut(noise + stream([]), sizes).end()


def test_garbage_without_end_is_not_kept() -> None:
    reading = Reading()
    for _ in range(200):
        reading.take(b"\xaa" * 65_536)
    assert len(reading.framing.room()) >= LONGEST
    reading.take(stream([]))
    assert reading.end() == PICTURES


def test_a_message_without_end_is_given_up() -> None:
    reading = Reading()
    reading.take(b"RTSP/1.0 200 OK\r\n" + b"A: b\r\n" * 4000)
    reading.take(stream([]))
    assert reading.end() == PICTURES


def test_a_picture_that_is_larger_than_the_buffer() -> None:
    large = [[KEY * 250], [DELTA]]  # a megabyte
    made = packets(large, limit=1400)
    assert cut(b"".join(p for one in made for p in one), [50_000]).end() == large
