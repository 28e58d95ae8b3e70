"""Packets of pictures: whatever goes in comes out again, by a depacketiser of our own."""

import struct
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cameras import Clip, clip, make, rtcp, rtp
from tests.cameras.pictures import load
from tests.footage import need

BODY = st.binary(min_size=1, max_size=400)
H264 = st.builds(lambda kind, body: bytes((0x60 | kind,)) + body, st.sampled_from((1, 5, 7)), BODY)
HEVC = st.builds(
    lambda kind, body: bytes((kind << 1, 1)) + body, st.sampled_from((1, 19, 33)), BODY
)


@given(st.lists(H264, min_size=1, max_size=6), st.integers(20, 100))
def test_h264_comes_out_as_it_went_in(nals: list[bytes], limit: int) -> None:
    packets = rtp.payloads("h264", nals, limit)
    assert max(map(len, packets)) <= limit
    assert _h264(packets) == nals


@given(st.lists(HEVC, min_size=1, max_size=6), st.integers(20, 100))
def test_hevc_comes_out_as_it_went_in(nals: list[bytes], limit: int) -> None:
    packets = rtp.payloads("hevc", nals, limit)
    assert max(map(len, packets)) <= limit
    assert _hevc(packets) == nals


def test_numbers_wrap_and_the_last_packet_is_marked() -> None:
    stamped = rtp.burst([b"a", b"bc", b"d"], 96).stamped(65535, 2**32 + 7, 5, channel=4)
    at, found = 0, []
    while at < len(stamped):
        dollar, channel, size = struct.unpack_from(">cBH", stamped, at)
        head, kind, sequence, time, source = struct.unpack_from(">BBHII", stamped, at + 4)
        assert (dollar, channel, head) == (b"$", 4, 0x80)
        found.append((kind, sequence, time, source, bytes(stamped[at + 16 : at + 4 + size])))
        at += 4 + size
    assert found == [
        (96, 65535, 7, 5, b"a"),
        (96, 0, 7, 5, b"bc"),
        (96 | 0x80, 1, 7, 5, b"d"),
    ]


def test_sender_reports_count_from_1900_in_units_of_2_to_the_minus_32() -> None:
    report = rtcp.sender_report(9, 1_500_000_000, 2**32 + 3, 10, 2000)
    assert struct.unpack_from(">BBHIIIIII", report) == (
        0x80, 200, 6, 9, 2_208_988_801, 2**31, 3, 10, 2000,
    )  # fmt: skip
    assert len(report) % 4 == 0


@pytest.mark.parametrize("name", ["tiny", "tiny-hevc", "tiny-bframes"])
def test_clips_begin_with_a_keyframe_and_end_with_the_last_picture_shown(name: str) -> None:
    pictures = load(clip(name))
    assert len(pictures.units) == 60
    assert [u.key for u in pictures.units[:16]] == [True] + [False] * 14 + [True]
    assert [u.dts for u in pictures.units] == list(range(0, 360_000, 6000))
    assert pictures.length == 360_000
    shown = sorted(u.pts for u in pictures.units)
    assert [b - a for a, b in pairwise(shown)] == [6000] * 59
    assert len(pictures.parameters) == (3 if name == "tiny-hevc" else 2)


def test_annex_b_without_a_container_plays_too(tmp_path: Path) -> None:
    path = tmp_path / "raw.h264"
    with av.open(str(clip("tiny"))) as source, av.open(str(path), "w", format="h264") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    raw, boxed = load(path), load(clip("tiny"))
    assert [u.nals for u in raw.units] == [u.nals for u in boxed.units]
    assert raw.parameters == boxed.parameters


def _h264(packets: list[bytes]) -> list[bytes]:
    nals: list[bytes] = []
    for packet in packets:
        if packet[0] & 0x1F != 28:
            nals.append(packet)
        elif packet[1] & 0x80:
            nals.append(bytes((packet[0] & 0xE0 | packet[1] & 0x1F,)) + packet[2:])
        else:
            nals[-1] += packet[2:]
    return nals


def _hevc(packets: list[bytes]) -> list[bytes]:
    nals: list[bytes] = []
    for packet in packets:
        kind = packet[0] >> 1 & 0x3F
        if kind == 48:
            at = 2
            while at < len(packet):
                size = int.from_bytes(packet[at : at + 2], "big")
                nals.append(packet[at + 2 : at + 2 + size])
                at += 2 + size
        elif kind != 49:
            nals.append(packet)
        elif packet[2] & 0x80:
            nals.append(bytes((packet[0] & 0x81 | (packet[2] & 0x3F) << 1, packet[1])) + packet[3:])
        else:
            nals[-1] += packet[3:]
    return nals


def test_a_clip_of_real_footage() -> None:
    footage = need("pets09-s2l1/vtest.avi")
    pictures = load(make(Clip(width=320, height=180, seconds=2, gop=10, footage=footage)))
    assert [u.key for u in pictures.units] == ([True] + [False] * 9) * 3
