"""Finds people, vehicles, animals and bags in pictures.

``open_detector()`` gives a ``Detector``; its ``detect([image, …])`` gives ``Detections``.
"""

# First of all: OpenVINO reports to its makers as soon as it is imported.
from curtilage.vision.detector import silence  # noqa: F401, I001

from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.open_detector import open_detector
from curtilage.vision.detector.protocol import Detector, InputSize
from curtilage.config.detector import BackendSetting, DetectorSettings, SizeSetting

__all__ = [
    "BackendSetting",
    "Detector",
    "DetectorSettings",
    "InputSize",
    "ModelError",
    "SizeSetting",
    "open_detector",
]
