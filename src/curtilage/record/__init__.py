"""Recording: packets become segments on disk, each second kept or explained."""

from curtilage.record.recorder import Health, Recorder

__all__ = ["Health", "Recorder"]
