"""Opens the detector that the settings describe."""

import os

from curtilage.vision.detector.backends.onnxruntime import OnnxRuntimeBackend
from curtilage.vision.detector.backends.openvino import OpenVinoBackend, best_precision
from curtilage.vision.detector.model_file import open_model
from curtilage.vision.detector.network import Network
from curtilage.vision.detector.network_detector import NetworkDetector
from curtilage.vision.detector.protocol import Backend, Detector
from curtilage.vision.detector.settings import BackendSetting, DetectorSettings


def open_detector(settings: DetectorSettings | None = None) -> Detector:
    """A detector, ready to use; networks are compiled when the first pictures come.

    Raises ``ModelError`` if the model cannot be used.
    """
    settings = settings or DetectorSettings()
    model = open_model(settings)
    threads = settings.threads or len(os.sched_getaffinity(0))

    def make_backend(network: Network) -> Backend:
        if settings.backend is BackendSetting.ONNXRUNTIME:
            return OnnxRuntimeBackend(network, threads)
        return OpenVinoBackend(network, best_precision(), threads)

    return NetworkDetector(
        model, make_backend, min_score=settings.min_score, overlap=settings.overlap
    )
