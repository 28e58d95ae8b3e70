"""Opens a model's file: is it the one that was named, what goes in, what comes out, what for.

The file is checked against its SHA-256 before anything parses it, and its names against the
closed vocabulary before anything runs it.
"""

import ast
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from curtilage.model import LABELS, Classes
from curtilage.vision.detector.coco import COCO_80
from curtilage.vision.detector.default_model import NAME, SHA256, default_model
from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.input_size import SIZES, SizeSetting
from curtilage.vision.detector.layouts.layout import Layout, OutputShape
from curtilage.vision.detector.layouts.registry import choose_layout
from curtilage.vision.detector.network import Network
from curtilage.vision.detector.protocol import InputSize
from curtilage.vision.detector.settings import DetectorSettings
from curtilage.vision.detector.vocabulary import (
    class_map,
    refuse_profiling_names,
    refuse_profiling_text,
)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model that may be used: checked, understood, not yet running."""

    name: str
    path: Path
    sha256: str
    layout: Layout
    sizes: tuple[InputSize, ...]  # inputs that it can be run at
    input: str
    bytes_in: bool
    outputs: tuple[str, ...]
    classes: Classes  # int16[C]: our class for each of the model's, -1 for none

    @property
    def labels(self) -> tuple[str, ...]:
        """What of our vocabulary the model can find."""
        return tuple(label for i, label in enumerate(LABELS) if i in self.classes)

    def network(self, size: InputSize) -> Network:
        """The network at one of its sizes."""
        constants = {}
        if self.layout.size_input:
            constants[self.layout.size_input] = np.array([[size.width, size.height]], np.int64)
        return Network(self.path, size, self.input, self.bytes_in, self.outputs, constants)


def open_model(settings: DetectorSettings) -> ModelFile:
    """Check the file that the settings name (or the built-in one) and find out what it is.

    Raises ``ModelError`` with one sentence if it is missing, another file than promised, no
    ONNX, of an unknown layout, or made to judge people.
    """
    if settings.model is None:
        path, name, promised = default_model(), NAME, SHA256
        if not path.exists():
            raise ModelError(
                f"the built-in detector is missing at {path}: install Curtilage again "
                "(its build fetches the weights)"
            )
    else:
        path, name, promised = settings.model, settings.model.stem, settings.sha256 or ""
    sha256 = file_sha256(path)
    if sha256 != promised.lower():
        raise ModelError(
            f"{path} is not the model that was promised: its SHA-256 is {sha256}, "
            f"expected {promised.lower()}"
        )
    session = _session(path)
    metadata = dict(session.get_modelmeta().custom_metadata_map)
    outputs = [OutputShape(node.name, _shape(node.shape)) for node in session.get_outputs()]
    labels = settings.labels or _labels(metadata)
    _refuse_profiling(path, metadata, outputs, labels or ())
    layout, names = choose_layout(path, outputs, settings.layout)
    labels = labels or _coco_if_eighty(path, layout.classes(outputs))
    picture = next(node for node in session.get_inputs() if node.name != layout.size_input)
    bytes_in = picture.type == "tensor(uint8)"
    return ModelFile(
        name,
        path,
        sha256,
        layout,
        _sizes(_shape(picture.shape), bytes_in, settings.size),
        picture.name,
        bytes_in,
        names,
        class_map(str(path), labels),
    )


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; ``ModelError`` if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"the model {path} cannot be read: {error.strerror}") from error


def _session(path: Path) -> onnxruntime.InferenceSession:
    """The file opened for reading about it, not for running."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    except Exception as error:  # its exceptions share no base but this
        reason = str(error).splitlines()[0][:200]
        raise ModelError(f"{path} is not an ONNX model that can be run: {reason}") from error


def _shape(shape: Sequence[Any]) -> tuple[int | None, ...]:
    """A shape with None for what is free (ONNX Runtime gives such a dimension's name)."""
    return tuple(size if isinstance(size, int) and size > 0 else None for size in shape)


def _labels(metadata: dict[str, str]) -> tuple[str, ...] | None:
    """The labels that a file holds: a list, or a table from index to name, as text."""
    text = metadata.get("names") or metadata.get("labels") or metadata.get("classes")
    if not text:
        return None
    try:
        names = json.loads(text)
    except json.JSONDecodeError:
        try:
            names = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return None
    if isinstance(names, dict):
        names = [name for _, name in sorted(names.items(), key=lambda item: int(item[0]))]
    return tuple(str(name) for name in names)


def _coco_if_eighty(path: Path, count: int | None) -> tuple[str, ...]:
    """COCO's labels for a model with 80 classes that does not say which."""
    if count == len(COCO_80):
        return COCO_80
    raise ModelError(
        f"{path} does not say what its {count or 'unknown number of'} classes are called; list "
        "them in `labels`, in the model's order"
    )


def _refuse_profiling(
    path: Path, metadata: dict[str, str], outputs: Sequence[OutputShape], labels: Sequence[str]
) -> None:
    """Every name that the file and the settings hold, through the closed vocabulary."""
    refuse_profiling_names(str(path), [*labels, *(output.name for output in outputs), *metadata])
    refuse_profiling_text(str(path), metadata.values())


def _sizes(
    shape: tuple[int | None, ...], bytes_in: bool, setting: SizeSetting
) -> tuple[InputSize, ...]:
    """The model's own size if it is fixed, else ours."""
    height, width = shape[1:3] if bytes_in else shape[2:4]
    if width is None or height is None:
        return SIZES[setting]
    return (InputSize(width, height),)
