"""Sound in RTP: AAC in packets of several pieces and in parts, G.711."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.ingest.rtsp.aac import Aac, Sound
from curtilage.ingest.rtsp.g711 import G711
from curtilage.ingest.rtsp.rtp import Packet

HBR = {"mode": "AAC-hbr", "sizelength": "13", "indexlength": "3", "config": "1408"}


def packet(payload: bytes) -> Packet:
    return Packet(True, 97, 1, 0, 2, payload)


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=6))
def test_pieces_come_out_as_they_went_in(pieces: list[bytes]) -> None:
    headers = b"".join((len(piece) << 3).to_bytes(2, "big") for piece in pieces)
    payload = (16 * len(pieces)).to_bytes(2, "big") + headers + b"".join(pieces)
    assert Aac(HBR).read(packet(payload), False) == [
        Sound(1024 * number, 1024, piece) for number, piece in enumerate(pieces)
    ]


def test_a_piece_in_parts() -> None:
    whole = bytes(range(250)) * 4
    head = b"\0\x10" + (len(whole) << 3).to_bytes(2, "big")
    reader = Aac(HBR)
    assert reader.read(packet(head + whole[:600]), False) == []
    assert reader.read(packet(head + whole[600:]), False) == [Sound(0, 1024, whole)]
    assert reader.read(packet(head + whole[:600]), False) == []
    assert reader.read(packet(head + whole[600:]), True) == []  # the first part belongs elsewhere


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_damage_is_survived(payloads: list[bytes]) -> None:
    reader = Aac(HBR)
    for payload in payloads:
        reader.read(packet(payload), False)


@pytest.mark.parametrize(
    "wrong", [{"mode": "CELP-vbr"}, {"config": ""}, {"config": "x"}, {"sizelength": "0"}]
)
def test_what_is_no_aac_of_cameras(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the words are for nobody
        Aac(HBR | wrong)


def test_g711() -> None:
    assert G711(2).read(packet(b"abcdef"), False) == [Sound(0, 3, b"abcdef")]
