"""Tests whether a back end computes what the model says, before anybody relies on it.

A fixed picture is run through the back end and through ONNX Runtime in float32, the reference,
and the outputs are compared. There is reason to: quantised ONNX files have come out of OpenVINO
with every score wrong and no error. The reference itself is looked at for what can be told
without truth: finite numbers, scores in 0..1, as many outputs as the layout needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curtilage.model import Image
from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.inputs import Inputs
from curtilage.vision.detector.model_file import ModelFile
from curtilage.vision.detector.protocol import Backend, Batch, InputSize, Outputs

SAME_FILE = 0.1
"""Largest relative difference of two back ends on one file. Measured: 0.013 for bfloat16, below
1e-5 for float32."""

QUANTISED = 0.4
"""The same for a tuned network against its origin: a first sieve (measured: 0.15); whether it
still finds people was decided when it was tuned."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison of one back end gave."""

    difference: float  # relative, 0 is equal
    passed: bool


def probe_picture(size: InputSize) -> Image:
    """The fixed picture: gradients, forty rectangles and a little noise."""
    rng = np.random.default_rng(20240229)
    y, x = np.mgrid[: size.height, : size.width].astype(np.float32)
    x, y = x * (255 / size.width), y * (255 / size.height)
    picture = np.stack([x, y, 255 - (x + y) / 2], axis=-1)
    for _ in range(40):
        left, top = rng.integers(0, size.width), rng.integers(0, size.height)
        width, height = rng.integers(4, size.width // 3), rng.integers(4, size.height // 2)
        picture[top : top + height, left : left + width] = rng.integers(0, 256, 3)
    picture += rng.normal(0.0, 8.0, picture.shape)
    rounded: Image = np.clip(picture, 0, 255).astype(np.uint8)
    return rounded


def probe_batch(model: ModelFile, size: InputSize, count: int = 1) -> Batch:
    """The fixed picture as the network wants it, ``count`` times."""
    batch, _ = Inputs(model, size).fill([probe_picture(size)] * count)
    return batch


def first_outputs(backend: Backend, batch: Batch) -> Outputs:
    """Copies of the outputs for the first input of a batch."""
    return tuple(np.array(output) for output in next(iter(backend.infer(batch[:1]))))


def check_reference(model: ModelFile, size: InputSize, outputs: Outputs) -> None:
    """Raise ``ModelError`` if the model's outputs cannot be what its layout says."""
    source = f"{model.path} does not work as layout {model.layout.name}"
    for name, output in zip(model.outputs, outputs, strict=True):
        if not np.isfinite(output).all():
            raise ModelError(f"{source}: output {name} holds numbers that are not finite")
    try:
        candidates = model.layout.decode(outputs, size, model.classes, -1.0)
    except (ValueError, IndexError) as error:
        raise ModelError(f"{source}: {error}; name the right one in `layout`") from error
    if not np.isfinite(candidates.boxes).all():
        raise ModelError(f"{source}: its boxes are not finite; name the right one in `layout`")
    if len(candidates) and not (
        candidates.score.min() >= -1e-4 and candidates.score.max() <= 1.0001
    ):
        raise ModelError(
            f"{source}: its scores go from {candidates.score.min():.3g} to "
            f"{candidates.score.max():.3g} instead of 0 to 1; name the right one in `layout`"
        )


def compare(
    outputs: Outputs, reference: Outputs, which: Sequence[int], tolerance: float
) -> Verdict:
    """How far ``outputs`` are from the ``reference``, judged by those that ``which`` names."""
    worst = 0.0
    for index in which:
        worst = max(worst, _difference(outputs[index], reference[index]))
    return Verdict(worst, worst <= tolerance)


def _difference(output: npt.NDArray[np.float32], reference: npt.NDArray[np.float32]) -> float:
    """Root mean square of the difference over that of the reference; infinite if it is none."""
    if output.shape != reference.shape or not np.isfinite(output).all():
        return float("inf")
    size = float(np.sqrt(np.mean(np.square(reference, dtype=np.float64))))
    error = float(np.sqrt(np.mean(np.square(output.astype(np.float64) - reference))))
    return error / max(size, 1e-9)
