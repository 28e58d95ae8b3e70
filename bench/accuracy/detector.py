"""The detector on all 795 frames of PETS: person AP50 of each back end and precision.

The truth holds people who are fully hidden, so recall 1 is out of reach, and leaves out those on
the far lawn, so that finding them counts as an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.data import Rows, fractions, frames_of, pets, pets_video
from curtilage.app.tune import tune_detector
from curtilage.ingest.footage.reader import FootageReader, Reading
from curtilage.model import CLASS_ID, Detections, Image
from curtilage.vision.detector import BackendSetting, Detector, DetectorSettings, open_detector
from curtilage.vision.detector.average_precision import FrameBoxes, average_precision
from curtilage.vision.detector.choice import candidates_for
from curtilage.vision.detector.model_file import ModelFile, open_model
from curtilage.vision.detector.network_detector import NetworkDetector
from curtilage.vision.detector.protocol import Backend
from curtilage.vision.detector.tuned import find_tuned

PERSON = CLASS_ID["person"]
BATCH = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What the default detector finds on PETS."""

    name: str
    rows: Rows  # as MOTChallenge detections, px


def default_detections() -> Found:
    """The people that the detector finds with its default settings."""
    detector = open_detector()
    rows = _rows(_detect(detector))
    return Found(detector.name, rows)


def measure(default: Found) -> dict[str, Any]:
    """AP50 of the default detector, and of each precision, INT8 tuned on PETS among them."""
    rows = [_score("default settings", default.name, default.rows)]
    settings = DetectorSettings()
    model = open_model(settings)
    size = open_detector().input_size(pets().width, pets().height)
    print("detector: tuning to INT8", flush=True)
    tuning = tune_detector([str(pets_video())], settings, lambda _: None)
    tuned = find_tuned(model, size)
    for candidate in candidates_for(model, size, BackendSetting.AUTO, 2, tuned):
        print(f"detector: {candidate.name}", flush=True)
        detector = _detector_on(candidate.make(), model, settings)
        rows.append(_score(candidate.name, f"{model.name} {size}", _rows(_detect(detector))))
    return {
        "rows": rows,
        "tuning": [
            {
                "size": str(result.size),
                "kept": result.kept,
                "sentence": result.sentence,
                "agreement": result.agreement,
                "f32_ms": result.f32_ms,
                "int8_ms": result.int8_ms,
                "untuned_ms": result.untuned_ms,
            }
            for result in tuning
        ],
    }


def _detector_on(backend: Backend, model: ModelFile, settings: DetectorSettings) -> Detector:
    """The detector with these settings on one back end, whichever is fastest here."""
    return NetworkDetector(
        model, lambda _: backend, min_score=settings.min_score, overlap=settings.overlap
    )


def _detect(detector: Detector) -> Iterator[Detections]:
    """What is found in each frame of PETS, read as ``analyze`` reads it."""
    reading = Reading(rate=0.0, picture_size=lambda size: detector.picture_size(*size))
    with FootageReader(pets_video(), reading) as reader:
        batch: list[Image] = []
        for sample in reader.samples():
            batch.append(sample.frame.image)
            if len(batch) == BATCH:
                yield from detector.detect(batch)
                batch = []
        if batch:
            yield from detector.detect(batch)


def _rows(detections: Iterator[Detections]) -> Rows:
    """People as MOTChallenge detections, one frame after the other."""
    footage = pets()
    scale = np.array([footage.width, footage.height] * 2, np.float64)
    parts = []
    for number, found in enumerate(detections, start=1):
        person = found.class_id == PERSON
        box = found.boxes[person] * scale
        head = np.column_stack([np.full(len(box), number), np.full(len(box), -1)])
        score = found.score[person]
        parts.append(np.column_stack([head, box[:, :2], box[:, 2:] - box[:, :2], score]))
    return np.concatenate(parts)


def _score(name: str, network: str, rows: Rows) -> dict[str, Any]:
    footage = pets()
    found = frames_of(rows, footage.frames)
    truth = frames_of(footage.truth, footage.frames)
    score = average_precision(
        [
            FrameBoxes(
                fractions(here, footage).astype(np.float32),
                here[:, 6].astype(np.float32),
                fractions(there, footage).astype(np.float32),
            )
            for here, there in zip(found, truth, strict=True)
        ]
    )
    return {
        "name": name,
        "network": network,
        "ap50": score.average_precision,
        "recall_at_precision_90": score.recall_at_precision_90,
        "best_f1": score.best_f1,
        "frames": footage.frames,
    }
