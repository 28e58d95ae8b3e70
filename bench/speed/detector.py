"""The detector on one core: network alone, and what letterbox, decoding and suppression add.

All back ends and precisions that run here, in turns. NumPy in, detections out.
"""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import cv2
import numpy as np

from bench.data import pets, pets_video
from bench.speed.clock import compare
from curtilage.app.tune import tune_detector
from curtilage.ingest.footage.moments import frames_at
from curtilage.model import Image
from curtilage.vision.detector import BackendSetting, DetectorSettings, open_detector
from curtilage.vision.detector.choice import candidates_for
from curtilage.vision.detector.inputs import Inputs
from curtilage.vision.detector.model_file import open_model
from curtilage.vision.detector.network_detector import NetworkDetector
from curtilage.vision.detector.protocol import Backend, Batch
from curtilage.vision.detector.tuned import find_tuned

PICTURES = 20
ROUNDS, CALLS, WARM_UP = 15, 4, 4


def measure() -> list[dict[str, Any]]:
    """A row per size of the picture: PETS as it is, and enlarged to 1080p."""
    tune_detector([str(pets_video())], DetectorSettings(), lambda _: None)
    small = pictures()
    large = [cv2.resize(one, (1440, 1080)).astype(np.uint8, copy=False) for one in small]
    return [_measure(f"{p[0].shape[1]}x{p[0].shape[0]}", p) for p in (small, large)]


def pictures() -> list[Image]:
    """Some of PETS, evenly drawn."""
    times = np.linspace(0, 79.0, PICTURES).tolist()  # s, by the header
    return [frame.image for frame in frames_at(pets_video(), times)]


def _measure(name: str, images: list[Image]) -> dict[str, Any]:
    print(f"detector: {name}", flush=True)
    settings = DetectorSettings()
    model = open_model(settings)
    size = open_detector().input_size(pets().width, pets().height)
    inputs = Inputs(model, size)
    batch, _ = inputs.fill(images[:1])
    competitors: dict[str, Callable[[int], object]] = {}
    for candidate in candidates_for(model, size, BackendSetting.AUTO, 1, find_tuned(model, size)):
        backend = candidate.make()
        detector = NetworkDetector(
            model,
            partial(_given, backend),
            min_score=settings.min_score,
            overlap=settings.overlap,
        )
        competitors[candidate.name] = partial(_infer, backend, batch)
        competitors[f"{candidate.name}, whole"] = partial(_detect, detector, images)
    costs = compare(competitors, warm_up=WARM_UP, rounds=ROUNDS, calls=CALLS)
    return {
        "picture": name,
        "network": f"{model.name} {size}",
        "costs": {key: asdict(cost) for key, cost in costs.items()},
    }


def _given(backend: Backend, _: object) -> Backend:
    return backend


def _infer(backend: Backend, batch: Batch, _: int) -> None:
    for _outputs in backend.infer(batch):
        pass


def _detect(detector: NetworkDetector, images: list[Image], number: int) -> object:
    return detector.detect([images[number % len(images)]])
