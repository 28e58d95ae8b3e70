"""Control of RTP: the camera's clock is read, and what we say of its packets is true."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from curtilage.ingest.rtsp.reception import SECOND, STALE, Control
from curtilage.ingest.rtsp.rtcp import sender_reports
from curtilage.ingest.rtsp.rtp import Order, Packet
from tests.cameras.rtcp import sender_report

UTC = 1_795_000_000 * SECOND


def put(order: Order, sequence: int) -> None:
    order.put(Packet(True, 96, sequence & 0xFFFF, sequence, 9, b"x"))


def test_utc_of_a_picture() -> None:
    order = Order()
    put(order, 1)
    control = Control(order, 90_000)
    assert control.utc_of(5, 0) is None
    control.take(memoryview(sender_report(9, UTC, 2**32 - 90_000, 1, 1)), 0)
    for ticks in (2**32, 0, 5 * 2**32):  # however often it wrapped
        at = control.utc_of(ticks, SECOND)
        assert at is not None
        assert abs(at - UTC - SECOND) < 10
    assert control.utc_of(0, STALE + 1) is None


def test_reports_of_others_are_not_taken() -> None:
    order = Order()
    put(order, 1)
    control = Control(order, 90_000)
    control.take(memoryview(sender_report(8, UTC, 0, 1, 1)), 0)
    assert control.utc_of(0, 0) is None


def test_what_we_say_of_the_packets() -> None:
    order = Order()
    control = Control(order, 90_000)
    assert control.answer(0) is None
    put(order, 65_000)
    control.answer(0)
    for sequence in range(65_001, 66_000):
        if sequence % 10:
            put(order, sequence)
    for sequence in range(66_000, 66_020):
        put(order, sequence)
    answer = control.answer(SECOND)
    assert answer is not None
    head, kind, words, _, source, lost, highest = struct.unpack_from(">BBHIIII", answer)
    assert (head, kind, words, source) == (0x81, 201, 7, 9)
    assert highest == 66_019
    assert lost & 0xFFFFFF == order.lost == 99
    assert abs((lost >> 24) - 256 * 99 // 1019) <= 1
    assert len(answer) % 4 == 0


@given(st.binary(max_size=100))
def test_damage_is_survived(data: bytes) -> None:
    sender_reports(memoryview(data))
    sender_reports(memoryview(sender_report(1, UTC, 0, 1, 1) + data))
