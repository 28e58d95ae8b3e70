"""The packets of one stream that a decoder would need to go back a little: whole GOPs, bounded.

A camera that sleeps is not decoded; when something moves, one begins at a keyframe that came
before. So what came since the keyframe before the last is kept, encoded as it came.
"""

from collections import deque

from curtilage.model import Medium, Packet

LEAST_NS = 2_000_000_000
"""GOPs are kept until they reach back so far, also where a keyframe comes every moment."""


class KeptPackets:
    """Whole GOPs, the oldest first.

    Args:
        most_bytes: of packets; beyond it the older GOP goes, and one that is larger alone is not
            kept to its end: then nothing is kept before the next keyframe.

    """

    __slots__ = ("_gops", "_most", "_size", "too_long")

    def __init__(self, most_bytes: int) -> None:
        self.too_long = False  # the newest GOP did not fit
        self._gops: deque[list[Packet]] = deque()
        self._most = most_bytes
        self._size = 0

    def add(self, packet: Packet) -> None:
        """The next packet of the stream; sound, and pictures before a keyframe, are let go."""
        gops = self._gops
        if packet.key and packet.medium is Medium.VIDEO:
            while len(gops) > 1 and packet.dts_ns - gops[1][0].dts_ns >= LEAST_NS:
                self._drop_oldest()
            gops.append([packet])
            self.too_long = False
        elif gops and packet.medium is Medium.VIDEO:
            gops[-1].append(packet)
        else:
            return
        self._size += len(packet.data)
        while self._size > self._most and gops:
            self.too_long = len(gops) == 1
            self._drop_oldest()

    def since(self, time_ns: int | None = None) -> list[Packet]:
        """From the last keyframe at or before ``time_ns`` on (or the oldest), or from the last."""
        gops = self._gops
        if not gops:
            return []
        first = len(gops) - 1
        if time_ns is not None:
            while first > 0 and gops[first][0].pts_ns > time_ns:
                first -= 1
        return [packet for number in range(first, len(gops)) for packet in gops[number]]

    @property
    def last_key(self) -> Packet | None:
        """The newest keyframe."""
        return self._gops[-1][0] if self._gops else None

    @property
    def size(self) -> int:
        """Bytes of all packets."""
        return self._size

    def clear(self) -> None:
        """Forget everything: what follows begins with a keyframe."""
        self._gops.clear()
        self._size = 0

    def _drop_oldest(self) -> None:
        self._size -= sum(len(packet.data) for packet in self._gops.popleft())
