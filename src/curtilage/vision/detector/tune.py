"""Tunes the detector to the owner's cameras: INT8, calibrated on frames of their own footage.

Quantisation rounds a network's numbers to eight bits; which eight, it learns from pictures. NNCF
does that on OpenVINO's form of the network. Some frames are held back: the tuned network is kept
only if it finds the same people on them as the untuned one, measured as AP50 against those boxes
of the untuned one that it was sure of.
"""

import contextlib
import io
import logging
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
import openvino as ov

from curtilage.config.detector import DetectorSettings
from curtilage.model import CLASS_ID, Boxes, Detections, Image
from curtilage.vision.detector import machine
from curtilage.vision.detector.average_precision import FrameBoxes, average_precision
from curtilage.vision.detector.backends.openvino import OpenVinoBackend, Precision, precisions
from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.input_size import best_size
from curtilage.vision.detector.inputs import Inputs, placement_of
from curtilage.vision.detector.model_file import ModelFile, file_sha256, open_model
from curtilage.vision.detector.network import Network
from curtilage.vision.detector.network_detector import NetworkDetector
from curtilage.vision.detector.protocol import Backend, InputSize
from curtilage.vision.detector.quantiser import import_nncf
from curtilage.vision.detector.tuned import FILES, FORMAT, NETWORK, Manifest, keep_tuned

MAX_FRAMES = 300  # of one size; a third of them held back
BLOCK = 5  # neighbouring frames go to the same side
MIN_FRAMES = 30
MIN_BOXES = 50  # confident boxes of people on the held-back frames; fewer prove nothing
CONFIDENT = 0.5
WEAKEST = 0.05  # boxes down to this score take part in the comparison
MIN_AGREEMENT = 0.97
PERSON = CLASS_ID["person"]


@dataclass(frozen=True, slots=True)
class TuneResult:
    """What tuning gave at one input size."""

    size: InputSize
    kept: bool
    sentence: str  # what was decided and why
    calibration_frames: int
    held_back_frames: int
    held_back_boxes: int  # people that the untuned network was sure of
    agreement: float | None  # person AP50 of INT8 against these boxes, 0..1
    f32_ms: float | None  # a picture, one core
    int8_ms: float | None
    untuned_ms: float | None  # the fastest untuned precision, which a start may prefer
    folder: Path | None  # where the tuned network lies, if it was kept


def tune(
    images: Iterable[Image],
    settings: DetectorSettings | None = None,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> list[TuneResult]:
    """Tune the settings' model on pictures of the owner's cameras, one result for each size.

    ``images`` are frames in order, uint8[H, W, 3] BGR, of all cameras that matter, best spread
    over days and nights; up to 300 of each input size are used, evenly drawn. ``progress`` is
    told in a word or two what is being done.

    Raises ``ModelError`` without NNCF, without pictures, or for a model that cannot be used.
    """
    import_nncf()
    model = open_model(settings or DetectorSettings())
    progress("reading frames")
    samples = _sample(model, images)
    if not samples:
        raise ModelError("there are no pictures to tune on; name videos of your own cameras")
    return [_tune_size(model, size, frames, progress) for size, frames in sorted(samples.items())]


def _sample(model: ModelFile, images: Iterable[Image]) -> dict[InputSize, list[Image]]:
    """Up to ``MAX_FRAMES`` pictures of each input size, evenly drawn, in order, and small.

    Reservoir sampling (Vitter's algorithm R) with a fixed seed: the same footage gives the same
    pictures.
    """
    chance = random.Random(0)  # noqa: S311 - a draw of pictures, no secret
    seen: defaultdict[InputSize, int] = defaultdict(int)
    drawn: defaultdict[InputSize, dict[int, Image]] = defaultdict(dict)
    for number, image in enumerate(images):
        size = best_size(image.shape[1], image.shape[0], model.sizes)
        seen[size] += 1
        if len(drawn[size]) == MAX_FRAMES:
            if chance.random() >= MAX_FRAMES / seen[size]:
                continue
            drawn[size].pop(chance.choice(sorted(drawn[size])))
        shown = (image.shape[1], image.shape[0])
        placement = placement_of(shown, size, model.layout.preprocessing)
        small = cv2.resize(image, (placement.width, placement.height))
        drawn[size][number] = small.astype(np.uint8, copy=False)
    return {size: [kept[number] for number in sorted(kept)] for size, kept in drawn.items()}


def _tune_size(
    model: ModelFile, size: InputSize, frames: Sequence[Image], progress: Callable[[str], None]
) -> TuneResult:
    """Quantise, compare, decide for one input size."""
    calibration = [frame for i, frame in enumerate(frames) if i // BLOCK % 3 != 2]
    held_back = [frame for i, frame in enumerate(frames) if i // BLOCK % 3 == 2]
    refused = TuneResult(
        size, False, "", len(calibration), len(held_back), 0, None, None, None, None, None
    )
    if len(frames) < MIN_FRAMES:
        return replace(
            refused,
            sentence=f"{size}: not tuned, only {len(frames)} frames; give at least {MIN_FRAMES}",
        )
    network = model.network(size)
    progress(f"{size}: looking at {len(held_back)} held-back frames")
    f32 = OpenVinoBackend(network, Precision.F32, 1)
    reference = _detect(model, f32, held_back)
    boxes = sum(len(_people(found, CONFIDENT)) for found in reference)
    if boxes < MIN_BOXES:
        return replace(
            refused,
            held_back_boxes=boxes,
            sentence=f"{size}: not tuned, only {boxes} people on the {len(held_back)} held-back "
            f"frames; give footage that shows at least {MIN_BOXES}",
        )
    with tempfile.TemporaryDirectory(prefix="curtilage-tune-") as folder:
        progress(f"{size}: quantising on {len(calibration)} frames")
        files = Path(folder)
        _quantise(model, network, calibration, files / NETWORK)
        progress(f"{size}: comparing")
        tuned = replace(network, path=files / NETWORK)
        int8 = [OpenVinoBackend(tuned, precision, 1) for precision in precisions()]
        untuned = [f32, *(OpenVinoBackend(network, p, 1) for p in precisions()[1:])]
        agreement = min(_agreement(reference, _detect(model, one, held_back)) for one in int8)
        measured = replace(
            refused,
            held_back_boxes=boxes,
            agreement=agreement,
            f32_ms=_time_ms(model, size, f32, held_back),
            int8_ms=min(_time_ms(model, size, one, held_back) for one in int8),
            untuned_ms=min(_time_ms(model, size, one, held_back) for one in untuned),
        )
        return _decide(model, measured, files)


def _decide(model: ModelFile, measured: TuneResult, files: Path) -> TuneResult:
    """Keep the tuned network if it agrees with the untuned one."""
    size, agreement = measured.size, measured.agreement or 0.0
    finds = f"person AP {agreement:.3f} against the untuned network on {measured.held_back_boxes}"
    if agreement < MIN_AGREEMENT:
        return replace(
            measured,
            sentence=f"{size}: not kept, {finds} boxes; at least {MIN_AGREEMENT} is needed",
        )
    manifest = Manifest(
        FORMAT,
        model.sha256,
        size.width,
        size.height,
        {name: file_sha256(files / name) for name in FILES},
        agreement,
        measured.held_back_boxes,
        measured.f32_ms or 0.0,
        measured.int8_ms or 0.0,
        machine.versions() | {"nncf": version("nncf")},
    )
    folder = keep_tuned(model, size, files, manifest)
    return replace(measured, kept=True, folder=folder, sentence=f"{size}: kept, {finds} boxes")


def _quantise(model: ModelFile, network: Network, frames: Sequence[Image], path: Path) -> None:
    """Write the INT8 network, calibrated on ``frames``, to ``path`` (and its ``.bin``)."""
    nncf = import_nncf()
    source = ov.Core().read_model(network.path)
    shapes = {network.input: list(network.input_shape)}
    source.reshape(shapes | {name: list(a.shape) for name, a in network.constants.items()})
    inputs = Inputs(model, network.size)

    def prepared(frame: Image) -> dict[str, object]:
        return {network.input: inputs.fill([frame])[0], **network.constants}

    logger = logging.getLogger("nncf")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # its progress bars
            quantised = nncf.quantize(
                source,
                nncf.Dataset(list(frames), prepared),
                preset=nncf.QuantizationPreset.MIXED,  # activations below 0 too: leaky ReLU
                subset_size=len(frames),
            )
    finally:
        logger.setLevel(level)
    ov.save_model(quantised, path, compress_to_fp16=False)


def _detect(model: ModelFile, backend: Backend, frames: Sequence[Image]) -> list[Detections]:
    """Detections down to weak ones."""
    detector = NetworkDetector(model, lambda _: backend, min_score=WEAKEST, overlap=0.6)
    return detector.detect(frames)


def _people(found: Detections, min_score: float) -> Boxes:
    """Boxes of people with at least a score."""
    people: Boxes = found.boxes[(found.class_id == PERSON) & (found.score >= min_score)]
    return people


def _agreement(reference: Sequence[Detections], found: Sequence[Detections]) -> float:
    """Person AP50 of ``found`` against the confident boxes of the reference."""
    frames = []
    for sure, other in zip(reference, found, strict=True):
        person = other.class_id == PERSON
        frames.append(
            FrameBoxes(other.boxes[person], other.score[person], _people(sure, CONFIDENT))
        )
    return average_precision(frames).average_precision


def _time_ms(model: ModelFile, size: InputSize, backend: Backend, frames: Sequence[Image]) -> float:
    """Time of the network alone for one picture: median of the CPU time over some frames."""
    batch, _ = Inputs(model, size).fill(frames[:1])
    times = []
    for _ in range(15):
        start = time.process_time()
        for _ in backend.infer(batch):
            pass
        times.append(time.process_time() - start)
    return float(np.median(times)) * 1e3
