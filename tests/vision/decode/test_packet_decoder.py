"""Packets of the test cameras' clips, whole and broken."""

from dataclasses import replace

import pytest

from curtilage.model import Packet, VideoCodec, VideoInfo
from curtilage.vision.decode import PacketDecoder
from tests.analysis.recordings import packets
from tests.cameras.clips import clip


def times(decoder: PacketDecoder, some: list[Packet]) -> list[int]:
    found = [f.pts for packet in some for f in decoder.decode(packet) if f.pts is not None]
    return found + [f.pts for f in decoder.rest() if f.pts is not None]


@pytest.mark.parametrize("name", ["brief", "brief-hevc", "brief-bframes"])
def test_every_picture_comes_in_the_order_of_showing_with_its_time(name: str) -> None:
    info, some = packets(clip(name))
    assert times(PacketDecoder(info), some) == sorted(packet.pts_ns for packet in some)


def test_without_reordering_each_packet_gives_its_own_picture_at_once() -> None:
    info, some = packets(clip("brief"))
    decoder = PacketDecoder(info)
    for packet in some:
        (frame,) = decoder.decode(packet)
        assert frame.pts == packet.pts_ns


def test_nothing_is_believed_before_the_first_keyframe() -> None:
    info, some = packets(clip("brief"))
    assert not some[3].key
    found = times(PacketDecoder(info), some[3:])
    assert found[0] == next(packet.pts_ns for packet in some[3:] if packet.key)


def test_after_a_broken_packet_it_goes_on_at_the_next_keyframe() -> None:
    info, some = packets(clip("brief"))
    key = next(number for number, packet in enumerate(some) if number and packet.key)
    some[4] = replace(some[4], data=b"\0\0\0\4\xff\xff\xff\xff")
    decoder = PacketDecoder(info)
    found = times(decoder, some)
    assert decoder.errors == 1
    assert found == [p.pts_ns for n, p in enumerate(some) if n < 4 or n >= key]


def test_parameters_that_are_none_are_said_or_give_nothing() -> None:
    info, some = packets(clip("brief"))
    broken = VideoInfo(VideoCodec.H264, info.width, info.height, b"\1\2\3")
    decoder = PacketDecoder(broken)
    assert times(decoder, some) == []
    assert decoder.errors > 0
