"""Packets of all cameras, live, for any process of this machine that asks: publisher, subscriber.

The recorder publishes and never waits for anyone. Who reads too slowly loses whole GOPs, is told
(``Missed``) and goes on at a keyframe.
"""

from curtilage.ingest.bus.errors import BusError
from curtilage.ingest.bus.publisher import Publisher
from curtilage.ingest.bus.sequence import Heard, Missed
from curtilage.ingest.bus.subscriber import Subscriber

__all__ = ["BusError", "Heard", "Missed", "Publisher", "Subscriber"]
