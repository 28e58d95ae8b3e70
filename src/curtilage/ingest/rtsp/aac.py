"""AAC in RTP (RFC 3640, mode AAC-hbr): several pieces of sound in a packet, or a part of one."""

from collections.abc import Mapping
from typing import NamedTuple

from curtilage.ingest.rtsp.rtp import Packet

SAMPLES = 1024  # of one piece
MOST = 16 * 1024  # bytes of one piece


class Sound(NamedTuple):
    """One piece of sound."""

    time: int  # RTP ticks after that of its packet
    samples: int
    data: bytes


class Aac:
    """Pieces of AAC.

    Args:
        parameters: of fmtp, names in lower case.

    Raises:
        ValueError: another mode than AAC-hbr, or no configuration.

    """

    __slots__ = ("_held", "_index", "_length", "_missing", "_size", "config")

    def __init__(self, parameters: Mapping[str, str]) -> None:
        if parameters.get("mode", "AAC-hbr").lower() != "aac-hbr":
            raise ValueError("is no AAC-hbr")
        self._size = int(parameters.get("sizelength", "13"))
        self._index = int(parameters.get("indexlength", "3"))
        self.config = bytes.fromhex(parameters.get("config", ""))
        if not self.config or not 0 < self._size <= 32 or not 0 <= self._index <= 32:
            raise ValueError("describes no AAC")
        self._length = self._missing = 0
        self._held: list[bytes] = []  # of a piece in parts

    def read(self, packet: Packet, gap: bool) -> list[Sound]:
        """The pieces that are complete with this packet."""
        data = bytes(packet.payload)
        if gap:
            self._held, self._missing = [], 0
        bits = int.from_bytes(data[:2], "big")
        begin = 2 + (bits + 7) // 8
        if len(data) < begin:
            return []
        each = self._size + self._index
        headers = int.from_bytes(data[2:begin], "big") >> (-bits % 8)
        sizes = [
            headers >> (bits - number * each - self._size) & ((1 << self._size) - 1)
            for number in range(bits // each)
        ]
        if len(sizes) == 1 and sizes[0] > len(data) - begin:
            return self._part(data[begin:], sizes[0])
        self._held = []
        found = []
        for number, size in enumerate(sizes):
            piece = data[begin : begin + size]
            begin += size
            if size and len(piece) == size:
                found.append(Sound(number * SAMPLES, SAMPLES, piece))
        return found

    def _part(self, part: bytes, size: int) -> list[Sound]:
        """A part of a piece that is too large for one packet."""
        if not self._held or self._length != size:
            self._held, self._length, self._missing = [], size, size
        self._held.append(part)
        self._missing -= len(part)
        if self._missing > 0 and size <= MOST:
            return []
        whole, self._held = b"".join(self._held), []
        return [Sound(0, SAMPLES, whole)] if len(whole) == size else []
