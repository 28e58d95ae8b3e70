"""Who is who from frame to frame: detections in, tracks with lasting numbers out."""

from curtilage.vision.tracker.settings import TrackerSettings
from curtilage.vision.tracker.tracker import Tracker, TrackerError

__all__ = ["Tracker", "TrackerError", "TrackerSettings"]
