"""The analysis of one camera, one step after the other: for recordings, benchmarks and tests.

What runs live in several threads runs here in one, and nothing is left out for want of time.
"""

from collections.abc import Iterable, Iterator

from curtilage.analysis.camera import CameraAnalysis
from curtilage.analysis.frames.sight import Sample
from curtilage.analysis.tracks.camera_scene import Update
from curtilage.ingest.bus import Heard
from curtilage.model import Packet
from curtilage.vision.detector import Detector

TOGETHER = 16  # pictures that are looked at at once


def analyse(
    camera: CameraAnalysis, items: Iterable[tuple[str, Heard]], detector: Detector
) -> Iterator[Update]:
    """Every moment that was looked at, as its packets come.

    Args:
        camera: that the items are of; its results stay with it.
        items: (stream, item), in the order of the camera's time.
        detector: that ``camera`` was made for.

    """
    for stream, item in items:
        camera.take(stream, item)
        yield from finish(camera, detector)
        if isinstance(item, Packet):
            yield from camera.pass_time(item.pts_ns)


def finish(camera: CameraAnalysis, detector: Detector) -> Iterator[Update]:
    """Decode and look at whatever waits."""
    while (samples := camera.decode_next()) is not None:
        for first in range(0, len(samples), TOGETHER):
            yield from _looked(camera, samples[first : first + TOGETHER], detector)


def _looked(camera: CameraAnalysis, samples: list[Sample], detector: Detector) -> Iterator[Update]:
    images = [sample.image for sample in samples if sample.image is not None]
    found = iter(detector.detect(images) if images else [])
    for sample in samples:
        update = camera.look(sample, None if sample.image is None else next(found))
        if update is not None:
            yield update
