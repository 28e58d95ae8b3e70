"""Pictures made of RTP packets: what a camera put in comes out, and never half of a picture."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cameras import rtp
from tests.ingest.rtsp.packets import DELTA, KEY, KIND, SOURCE, STEP, Reading, packets, read

SPS, PPS = bytes.fromhex("67640033ace802800b59"), bytes.fromhex("68ee3c30")
SAFE = st.binary(min_size=1, max_size=700).map(lambda b: b.replace(b"\0", b"\1"))
ORDINARY_264 = st.builds(
    lambda kind, body: bytes((0x60 | kind,)) + body, st.sampled_from((6, 7, 8, 9)), SAFE
)
SLICE_264 = st.builds(
    lambda kind, first, body: bytes((0x60 | kind, first)) + body,
    st.sampled_from((1, 5)), st.integers(0x80, 0xFF), SAFE,
)  # fmt: skip
ORDINARY_265 = st.builds(
    lambda kind, body: bytes((kind << 1, 1)) + body, st.sampled_from((32, 33, 34, 35, 39)), SAFE
)
SLICE_265 = st.builds(
    lambda kind, first, body: bytes((kind << 1, 1, first)) + body,
    st.sampled_from((0, 1, 19, 21)), st.integers(0x80, 0xFF), SAFE,
)  # fmt: skip


def units(ordinary: st.SearchStrategy[bytes], slices: st.SearchStrategy[bytes]) -> (
    st.SearchStrategy[list[list[bytes]]]
):  # fmt: skip
    one = st.tuples(st.lists(ordinary, max_size=3), st.lists(slices, min_size=1, max_size=3))
    return st.lists(one.map(lambda both: [*both[0], *both[1]]), min_size=1, max_size=5)


@settings(max_examples=150)
@given(units(ORDINARY_264, SLICE_264), st.integers(20, 900), st.integers(0, 65535))
def test_h264_comes_out_as_it_went_in(pictures: list[list[bytes]], limit: int, first: int) -> None:
    made = packets(pictures, first=first, limit=limit)
    assert read(b"".join(p for one in made for p in one)) == pictures


@settings(max_examples=150)
@given(units(ORDINARY_265, SLICE_265), st.integers(20, 900), st.integers(0, 65535))
def test_hevc_comes_out_as_it_went_in(pictures: list[list[bytes]], limit: int, first: int) -> None:
    made = packets(pictures, codec="hevc", first=first, limit=limit)
    assert read(b"".join(p for one in made for p in one), "hevc") == pictures


def test_several_units_in_one_packet() -> None:
    together = [SPS, PPS, KEY[:80]]
    payload = b"\x78" + b"".join(len(u).to_bytes(2, "big") + u for u in together)
    data = rtp.burst([payload], KIND).stamped(1, 0, SOURCE)
    assert read(bytes(data)) == [together]


def test_times_pass_the_end_of_their_32_bits() -> None:
    reading = Reading()
    reading.take(b"".join(p for one in packets([[KEY], [DELTA], [DELTA]]) for p in one))
    reading.end()
    assert [b.time - a.time for a, b in pairwise(reading.pictures)] == [STEP, STEP]


@pytest.mark.parametrize("which", [0, 1, 5, -1])
def test_a_picture_that_lost_a_packet_is_left_out_and_counted(which: int) -> None:
    made = packets([[SPS, PPS, KEY], [DELTA], [DELTA + b"\1"], [DELTA], [DELTA]])
    del made[2][which]
    reading = Reading()
    reading.take(b"".join(p for one in made for p in one))
    assert reading.end() == [[SPS, PPS, KEY], [DELTA], [DELTA], [DELTA]]
    assert reading.assembler.order.lost == 1
    assert reading.assembler.damaged == 1


def test_a_picture_that_is_lost_as_a_whole_takes_no_other_with_it() -> None:
    made = packets([[KEY], [DELTA], [DELTA], [DELTA]])
    lost = len(made.pop(1))
    reading = Reading()
    reading.take(b"".join(p for one in made for p in one))
    assert len(reading.end()) == 3
    assert reading.assembler.order.lost == lost


def test_the_first_slice_of_a_picture_is_lost_with_all_its_packets() -> None:
    later = bytes((0x41, 0x40)) + DELTA[2:]  # first_mb_in_slice is not 0
    made = packets([[KEY], [DELTA[:200], later], [DELTA]])
    del made[1][0]
    assert read(b"".join(p for one in made for p in one)) == [[KEY], [DELTA]]


def test_neighbours_in_the_wrong_order() -> None:
    made = [p for one in packets([[KEY], [DELTA], [DELTA]]) for p in one]
    for at in range(1, len(made) - 1, 3):
        made[at], made[at + 1] = made[at + 1], made[at]
    reading = Reading()
    reading.take(b"".join(made))
    assert reading.end() == [[KEY], [DELTA], [DELTA]]
    assert reading.assembler.order.lost == 0


def test_a_packet_that_comes_twice() -> None:
    made = [p for one in packets([[KEY], [DELTA]]) for p in one]
    assert read(b"".join(p + p for p in made)) == [[KEY], [DELTA]]


def test_a_camera_that_marks_every_slice() -> None:
    slices = [DELTA, bytes((0x41, 0x40)) + DELTA[2:]]
    made = packets([slices, slices, slices])
    for one in made:
        for number, packet in enumerate(one):
            if packet[17] & 0x40 and packet[16] & 0x1F == 28:
                one[number] = packet[:5] + bytes((packet[5] | 0x80,)) + packet[6:]
    assert read(b"".join(p for one in made for p in one)) == [slices] * 3


def test_a_camera_that_marks_nothing() -> None:
    made = packets([[KEY], [DELTA], [DELTA]])
    data = b"".join(p[:5] + bytes((p[5] & 0x7F,)) + p[6:] for one in made for p in one)
    assert read(data) == [[KEY], [DELTA], [DELTA]]


def test_parameter_sets_with_a_time_of_their_own_belong_to_the_next_picture() -> None:
    made = packets([[SPS], [PPS], [KEY], [DELTA]])
    assert read(b"".join(p for one in made for p in one)) == [[SPS, PPS, KEY], [DELTA]]


def test_units_of_a_file_in_one_packet() -> None:
    stream = b"\0\0\0\1".join([SPS, PPS, KEY])
    made = packets([[stream], [DELTA]], limit=1400)
    assert read(b"".join(p for one in made for p in one)) == [[SPS, PPS, KEY], [DELTA]]


def test_a_camera_that_begins_anew() -> None:
    """Other numbers, another source, another time: nothing is lost, and nothing is mixed."""
    data = b"".join(p for one in packets([[KEY], [DELTA]]) for p in one)
    other = rtp.burst(rtp.payloads("h264", [KEY], 300), KIND)
    data += bytes(other.stamped(9, 77, SOURCE + 1)) + bytes(other.stamped(40_000, 99, SOURCE + 1))
    reading = Reading()
    reading.take(data)
    assert reading.end() == [[KEY], [DELTA], [KEY], [KEY]]
    assert reading.assembler.order.lost == 0


def test_headers_with_sources_extension_and_padding() -> None:
    (one,) = packets([[DELTA[:100]]])
    head, payload = one[0][4:16], one[0][16:]
    first = bytes((0x80 | 0x20 | 0x10 | 2,))
    packet = first + head[1:] + b"\7" * 8 + b"\xbe\xde\0\1" + b"\5" * 4 + payload + b"\0\0\3"
    data = b"$\0" + len(packet).to_bytes(2, "big") + packet
    assert read(data) == [[DELTA[:100]]]


@settings(max_examples=300)
@given(st.data())
def test_damaged_packets_raise_nothing(data: st.DataObject) -> None:
    codec = data.draw(st.sampled_from(("h264", "hevc")))
    made = [p for one in packets([[KEY], [DELTA], [DELTA]], codec=codec) for p in one]
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(made) - 1))
        packet = bytearray(made[at][4:])
        for _ in range(data.draw(st.integers(0, 3))):
            if packet:
                packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
        packet = packet[: data.draw(st.integers(0, len(packet)))]
        made[at] = b"$\0" + len(packet).to_bytes(2, "big") + bytes(packet)
    read(b"".join(made), codec)


def test_a_picture_without_end_takes_no_memory_without_end() -> None:
    head = bytes((0x7C,))
    reading = Reading()
    for number in range(600):  # 36 MB in fragments of one unit
        mark = bytes((0x80 | 1 if number == 0 else 1,))
        packet = head + mark + b"\x80" * 60_000
        burst = rtp.burst([packet], KIND).stamped(number, 5, SOURCE)
        burst[5] &= 0x7F  # no marker
        reading.take(bytes(burst))
    assert reading.most < 20_000_000
    reading.take(b"".join(rtp_packet for rtp_packet in _after(600)))
    assert reading.end() == [[DELTA], [DELTA]]


def _after(sequence: int) -> list[bytes]:
    burst = rtp.burst(rtp.payloads("h264", [DELTA], 300), KIND)
    first = bytes(burst.stamped(sequence, 9000, SOURCE))
    return [first, bytes(burst.stamped(sequence + len(burst.starts), 15_000, SOURCE))]
