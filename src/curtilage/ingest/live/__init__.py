"""Cameras, live: packets with UTC, and why there are none."""

from curtilage.ingest.live.items import Item, Lost, Opened
from curtilage.ingest.live.patience import Patience
from curtilage.ingest.live.source import LiveSource

__all__ = ["Item", "LiveSource", "Lost", "Opened", "Patience"]
