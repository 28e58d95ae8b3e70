"""What a reader may believe of one stream: sequence numbers in, items without hidden holes out.

Messages come in order, but some never come (a slow reader's are thrown away) and some come twice
(the current GOP is repeated for late readers). After a hole nothing is passed on before the next
keyframe or change of state: half a GOP shows garbage.
"""

from dataclasses import dataclass
from typing import TypeAlias

from curtilage.ingest.bus.wire import (
    LOST,
    OPENED,
    PACKET,
    Message,
    lost_of,
    opened_of,
    packet_of,
)
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import Packet


@dataclass(frozen=True, slots=True)
class Missed:
    """Packets were lost between the item before and the next one: we read too slowly.

    Both are None when it cannot be known: the publisher was restarted.
    """

    packets: int | None  # exactly, an Opened or Lost among them counted too
    gops: int | None  # that are not whole, at most: the one that was cut short, and those after it


Heard: TypeAlias = Opened | Packet | Lost | Missed


class Follower:
    """Follows one stream of the bus."""

    def __init__(self) -> None:
        self._run: int | None = None  # none heard yet
        self._sequence = 0  # of the last message that was passed on
        self._gop = 0
        self._opening = 0
        self._restarted = False  # since the last message that was passed on

    def follow(self, message: Message) -> list[Heard]:
        """What ``message`` means for the reader, in order; mostly one item, often nothing."""
        if message.run != self._run:
            self._restarted = self._restarted or self._sequence > 0
            self._run = message.run
            self._sequence = self._gop = self._opening = 0
        if message.sequence <= self._sequence:
            return []  # a double
        hole = message.sequence != self._sequence + 1 or self._opening == 0
        if message.kind == PACKET and hole and not message.begins:
            return []
        heard = self._missed(message) if hole else []
        if message.kind == OPENED:
            heard.append(opened_of(message.payload))
        elif message.kind == LOST:
            heard.append(lost_of(message))
        else:
            if message.opening != self._opening:
                heard.append(opened_of(message.opened))
            heard.append(packet_of(message))
        self._sequence, self._gop = message.sequence, message.gop
        self._opening = message.opening
        return heard

    def _missed(self, message: Message) -> list[Heard]:
        if self._restarted:
            self._restarted = False
            return [Missed(None, None)]
        if self._sequence == 0:
            return []  # we have just come
        packets = message.sequence - self._sequence - 1
        if packets == 0:
            return []
        return [Missed(packets, max(1, message.gop - self._gop))]
