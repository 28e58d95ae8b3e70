"""Opens a model's file: is it the one that was named, what goes in, what comes out, what for.

The file is checked against its SHA-256 before anything parses it, and its names against the
closed vocabulary before anything runs it.
"""

import ast
import contextlib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from curtilage.config.detector import DetectorSettings
from curtilage.model import LABELS, Classes
from curtilage.vision.detector.coco import COCO_80
from curtilage.vision.detector.default_model import NAME, SHA256, default_model
from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.input_size import SIZES
from curtilage.vision.detector.layouts.layout import Layout, OutputShape, Shapes
from curtilage.vision.detector.layouts.registry import choose_layout
from curtilage.vision.detector.network import Network
from curtilage.vision.detector.protocol import InputSize
from curtilage.vision.detector.vocabulary import (
    class_map,
    refuse_profiling_names,
    refuse_profiling_text,
)

_EXTERNAL = b"\n\x08location\x12"
"""How ONNX's protobuf says where a tensor's data lies that is not in the file itself."""


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
    path, name, promised = _promised(settings)
    sha256 = _checked(path, promised)
    session = _session(path)
    metadata = dict(session.get_modelmeta().custom_metadata_map)
    labels = settings.labels or _labels(metadata)
    outputs = tuple(OutputShape(node.name, _shape(node)) for node in session.get_outputs())
    names = [output.name for output in outputs]
    refuse_profiling_names(str(path), [*(labels or ()), *names, *metadata])
    refuse_profiling_text(str(path), metadata.values())
    inputs = session.get_inputs()
    picture = _picture(path, inputs)
    bytes_in = picture.type == "tensor(uint8)"
    size = _size(_shape(picture), bytes_in)
    layout, signature = choose_layout(str(path), Shapes(outputs, size), settings.layout)
    _check_inputs(path, layout, [node.name for node in inputs], picture.name)
    return ModelFile(
        name,
        path,
        sha256,
        layout,
        SIZES[settings.size] if size is None else (size,),
        picture.name,
        bytes_in,
        signature.outputs,
        class_map(str(path), _counted(path, labels, signature.classes)),
    )


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; ``ModelError`` if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error


def _checked(path: Path, promised: str) -> str:
    """The file's SHA-256, which is the promised one and covers all of the model."""
    sha256 = file_sha256(path)
    if sha256 != promised:
        raise ModelError(
            f"{path} is not the model that was promised: its SHA-256 is {sha256}, expected "
            f"{promised}"
        )
    if _EXTERNAL in path.read_bytes():
        raise ModelError(
            f"{path} keeps weights in another file, which its SHA-256 does not cover; export it "
            "as one file"
        )
    return sha256


def _promised(settings: DetectorSettings) -> tuple[Path, str, str]:
    """Path, name and SHA-256 of the model that the settings ask for."""
    if settings.model is not None:
        return settings.model, settings.model.stem, (settings.sha256 or "").lower()
    path = default_model()
    if not path.exists():
        raise ModelError(
            f"the built-in detector is missing at {path}: install Curtilage again, its build "
            "fetches the weights"
        )
    return path, NAME, SHA256


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


def _shape(node: Any) -> tuple[int | None, ...]:
    """A shape with None for what is free (ONNX Runtime gives such a dimension's name)."""
    return tuple(size if isinstance(size, int) and size > 0 else None for size in node.shape)


def _labels(metadata: dict[str, str]) -> tuple[str, ...] | None:
    """The labels that a file holds: a list, or a table from index to name, as text."""
    text = next((metadata[key] for key in ("names", "labels", "classes") if key in metadata), None)
    if text is None:
        return None
    names: Any = None
    for read in (json.loads, ast.literal_eval):
        with contextlib.suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            names = read(text)
            break
    if isinstance(names, dict) and all(str(key).isdecimal() for key in names):
        names = [name for _, name in sorted(names.items(), key=lambda item: int(item[0]))]
    if not isinstance(names, list | tuple):
        names = text.replace("\n", ",").split(",")
    return tuple(str(name).strip() for name in names)


def _picture(path: Path, inputs: Sequence[Any]) -> Any:
    """The input that takes the picture: the one with four axes."""
    pictures = [node for node in inputs if len(node.shape) == 4]
    if len(pictures) != 1:
        raise ModelError(f"{path} has {len(pictures)} inputs for pictures (four axes), not one")
    if pictures[0].type not in ("tensor(float)", "tensor(uint8)"):
        raise ModelError(f"{path} takes {pictures[0].type}; export it with float32 input")
    return pictures[0]


def _size(shape: tuple[int | None, ...], bytes_in: bool) -> InputSize | None:
    """The input's size if it is fixed."""
    height, width = shape[1:3] if bytes_in else shape[2:4]
    return None if width is None or height is None else InputSize(width, height)


def _check_inputs(path: Path, layout: Layout, inputs: Sequence[str], picture: str) -> None:
    """Are there just the inputs that the layout knows how to fill?"""
    known = {picture, layout.size_input}
    unknown = [name for name in inputs if name not in known]
    if unknown:
        raise ModelError(
            f"{path} has the input {unknown[0]}, which layout {layout.name} does not know"
        )
    if layout.size_input and layout.size_input not in inputs:
        raise ModelError(f"{path} lacks the input {layout.size_input} of layout {layout.name}")


def _counted(path: Path, labels: Sequence[str] | None, count: int | None) -> Sequence[str]:
    """The labels, if they are as many as the model's classes; COCO's for 80 without names."""
    if labels is None:
        if count not in (None, len(COCO_80)):
            raise ModelError(
                f"{path} does not say what its {count} classes are called; list them in "
                "`labels`, in the model's order"
            )
        return COCO_80
    if count is not None and len(labels) != count:
        raise ModelError(
            f"{path} has {count} classes, but {len(labels)} labels are given; list all of them "
            "in `labels`, in the model's order"
        )
    return labels
