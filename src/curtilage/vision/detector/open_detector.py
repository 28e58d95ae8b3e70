"""Opens the detector that the settings describe."""

from curtilage.config.detector import DetectorSettings
from curtilage.vision.detector.choice import choose
from curtilage.vision.detector.machine import threads_or_all
from curtilage.vision.detector.model_file import open_model
from curtilage.vision.detector.network_detector import NetworkDetector
from curtilage.vision.detector.protocol import Backend, Detector, InputSize


def open_detector(settings: DetectorSettings | None = None) -> Detector:
    """A detector, ready to use.

    Networks are compiled when the first pictures of their size come; on this machine's first
    start that takes a second or two longer, back ends are measured then. A model of one's own
    is run once here, so that what is wrong with it is said here.

    Raises ``ModelError`` if the model cannot be used.
    """
    settings = settings or DetectorSettings()
    model = open_model(settings)
    threads = threads_or_all(settings.threads)

    def make_backend(size: InputSize) -> Backend:
        return choose(model, size, settings.backend, threads)

    detector = NetworkDetector(
        model, make_backend, min_score=settings.min_score, overlap=settings.overlap
    )
    if settings.model is not None:
        detector.prepare(model.sizes[0])
    return detector
