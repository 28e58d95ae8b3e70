"""Tiny ONNX files with the outputs of real detectors, in which known boxes are planted.

Each has one input for pictures that the outputs depend on (times nothing), so that the run times
take it for a network. What the layouts decode has to be what was planted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from curtilage.vision.detector import DetectorSettings
from curtilage.vision.detector.model_file import file_sha256

Array = npt.NDArray[Any]
NEVER = -30.0  # a logit that weighs nothing


@dataclass(frozen=True, slots=True)
class Box:
    """A planted box in pixels of the network's input, with the network's own class index."""

    x0: float
    y0: float
    x1: float
    y1: float
    column: int
    score: float


def cells(width: int, height: int, strides: Sequence[int]) -> list[tuple[int, int, int]]:
    """Column, row and stride of every cell: level by level, row by row."""
    return [
        (x, y, stride)
        for stride in strides
        for y in range(-(-height // stride))
        for x in range(-(-width // stride))
    ]


def binned(
    size: tuple[int, int],
    strides: Sequence[int],
    bins: int,
    offset: float,
    boxes: Sequence[Box],
    classes: int,
) -> tuple[Array, Array]:
    """Scores [A, classes] and side distributions [A, 4 * bins] that say ``boxes``."""
    grid = cells(*size, strides)
    scores = np.zeros((len(grid), classes), np.float32)
    sides = np.full((len(grid), 4, bins), NEVER, np.float32)
    sides[:, :, 0] = 0.0
    for box in boxes:
        reach = max(box.x1 - box.x0, box.y1 - box.y0)
        stride = next(s for s in strides if reach / s < bins - 2)
        column, row = int((box.x0 + box.x1) / 2 / stride), int((box.y0 + box.y1) / 2 / stride)
        cell = grid.index((column, row, stride))
        x, y = (column + offset) * stride, (row + offset) * stride
        scores[cell, box.column] = box.score
        for side, distance in enumerate((x - box.x0, y - box.y0, box.x1 - x, box.y1 - y)):
            whole, part = divmod(distance / stride, 1.0)
            sides[cell, side] = NEVER
            sides[cell, side, int(whole)] = np.log(max(1.0 - part, 1e-12))
            sides[cell, side, int(whole) + 1] = np.log(max(part, 1e-12))
    return scores, sides.reshape(len(grid), -1)


def nanodet(size: tuple[int, int], boxes: Sequence[Box], classes: int) -> dict[str, Array]:
    scores, sides = binned(size, (8, 16, 32), 11, 0.5, boxes, classes)
    return {"scores": scores.T[None], "distances": sides.T[None]}


def nanodet_plus(size: tuple[int, int], boxes: Sequence[Box], classes: int) -> dict[str, Array]:
    scores, sides = binned(size, (8, 16, 32, 64), 8, 0.0, boxes, classes)
    return {"output": np.concatenate([scores, sides], axis=1)[None]}


def picodet(size: tuple[int, int], boxes: Sequence[Box], classes: int) -> dict[str, Array]:
    strides = (8, 16, 32, 64)
    scores, sides = binned(size, strides, 8, 0.5, boxes, classes)
    ends = np.cumsum([len(cells(*size, (stride,))) for stride in strides])[:-1]
    named: dict[str, Array] = {}
    for kind, whole in (("scale", scores), ("box", sides)):
        for level, part in enumerate(np.split(whole, ends)):
            named[f"{kind}_{level}"] = part[None]
    return named


def yolox(size: tuple[int, int], boxes: Sequence[Box], classes: int) -> dict[str, Array]:
    grid = cells(*size, (8, 16, 32))
    rows = np.zeros((len(grid), 5 + classes), np.float32)
    for box in boxes:
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        cell = grid.index((int(x / 16), int(y / 16), 16))
        width, height = (box.x1 - box.x0) / 16, (box.y1 - box.y0) / 16
        rows[cell, :4] = x / 16 - x // 16, y / 16 - y // 16, np.log(width), np.log(height)
        rows[cell, 4] = 0.95
        rows[cell, 5 + box.column] = box.score / 0.95
    return {"output": rows[None]}


def rtdetr_raw(size: tuple[int, int], boxes: Sequence[Box], classes: int) -> dict[str, Array]:
    logits = np.full((1, 20, classes), -9.0, np.float32)
    places = np.zeros((1, 20, 4), np.float32)
    for i, box in enumerate(boxes):
        logits[0, i, box.column] = np.log(box.score / (1.0 - box.score))
        centre = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        places[0, i] = (*centre, box.x1 - box.x0, box.y1 - box.y0)
    places /= np.array([*size, *size], np.float32)
    return {"logits": logits, "pred_boxes": places}


def write(
    path: Path,
    size: tuple[int, int],
    outputs: Mapping[str, Array],
    *,
    bytes_in: bool = False,
    metadata: Mapping[str, str] | None = None,
) -> Path:
    """A file whose outputs are ``outputs``, whatever the picture."""
    width, height = size
    graph = _Graph("images", [1, height, width, 3] if bytes_in else [1, 3, height, width], bytes_in)
    for name, value in outputs.items():
        graph.node("Add", [graph.constant(f"{name}.value", value), graph.nothing], name)
        graph.output(name, value)
    return graph.save(path, metadata or {})


def write_rtdetr(path: Path, size: tuple[int, int], boxes: Sequence[Box]) -> Path:
    """RT-DETR's own export: the boxes come out in the units of its second input."""
    width, height = size
    graph = _Graph("images", [1, 3, height, width], False)
    graph.inputs.append(
        helper.make_tensor_value_info("orig_target_sizes", TensorProto.INT64, [1, 2])
    )
    queries = 12
    labels = np.full((1, queries), 70, np.int64)
    scores = np.full((1, queries), 0.01, np.float32)
    places = np.zeros((1, queries, 4), np.float32)
    for i, box in enumerate(boxes):
        labels[0, i], scores[0, i] = box.column, box.score
        places[0, i] = box.x0 / width, box.y0 / height, box.x1 / width, box.y1 / height
    twice = graph.node("Concat", ["orig_target_sizes", "orig_target_sizes"], "twice", axis=1)
    scale = graph.node("Cast", [twice], "scale", to=TensorProto.FLOAT)
    real = graph.node("Add", [graph.constant("places", places), graph.nothing], "real")
    graph.node("Mul", [real, scale], "boxes")
    graph.node("Add", [graph.constant("likely", scores), graph.nothing], "scores")
    zero = graph.node("Cast", [graph.nothing], "zero", to=TensorProto.INT64)
    graph.node("Add", [graph.constant("kinds", labels), zero], "labels")
    for name, value in (("labels", labels), ("boxes", places), ("scores", scores)):
        graph.output(name, value)
    return graph.save(path, {})


def settings(path: Path, **more: Any) -> DetectorSettings:
    """Settings that name the file."""
    return DetectorSettings(model=path, sha256=file_sha256(path), threads=1, **more)


def names(labels: Sequence[str]) -> dict[str, str]:
    """Metadata that holds labels as Ultralytics writes them."""
    return {"names": str(dict(enumerate(labels)))}


def as_json(labels: Sequence[str]) -> dict[str, str]:
    """Metadata that holds labels as a JSON list."""
    return {"labels": json.dumps(list(labels))}


class _Graph:
    """An ONNX graph while it grows, with a scalar ``nothing`` made from the picture."""

    def __init__(self, picture: str, shape: list[int], bytes_in: bool) -> None:
        kind = TensorProto.UINT8 if bytes_in else TensorProto.FLOAT
        self.inputs = [helper.make_tensor_value_info(picture, kind, shape)]
        self.outputs: list[onnx.ValueInfoProto] = []
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []
        floats = self.node("Cast", [picture], "floats", to=TensorProto.FLOAT)
        mean = self.node("ReduceMean", [floats], "mean", keepdims=0)
        self.nothing = self.node(
            "Mul", [mean, self.constant("none", np.array(0, np.float32))], "nothing"
        )

    def node(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def constant(self, name: str, value: Array) -> str:
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def output(self, name: str, value: Array) -> None:
        kind = helper.np_dtype_to_tensor_dtype(value.dtype)
        self.outputs.append(helper.make_tensor_value_info(name, kind, value.shape))

    def save(self, path: Path, metadata: Mapping[str, str]) -> Path:
        graph = helper.make_graph(self.nodes, "planted", self.inputs, self.outputs, self.tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
        model.ir_version = 8
        helper.set_model_props(model, dict(metadata))
        onnx.checker.check_model(model)
        onnx.save(model, path)
        return path
