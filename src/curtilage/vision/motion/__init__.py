"""Pixel motion: where a fixed camera's small grey picture changes beyond its own noise."""

from curtilage.vision.motion.gray import small_gray
from curtilage.vision.motion.motion import Motion, MotionDetector

__all__ = ["Motion", "MotionDetector", "small_gray"]
