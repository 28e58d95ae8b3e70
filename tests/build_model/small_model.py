"""A TensorFlow.js model with every operation of NanoDet-g, its names and its heads, but tiny."""

import base64
import json
from typing import Any

import numpy as np

from build_model.convert import CLASSES, LEVELS, ORIGINAL_SIZE, REGRESSION


class SmallModel:
    """Grows node by node, in the way the original was written: NCHW around NHWC convolutions."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(7)
        self.nodes: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.weights = b""
        self.node("input_1", "Placeholder")

    def node(self, name: str, op: str, *inputs: str, **attributes: Any) -> str:
        self.nodes.append({"name": name, "op": op, "input": list(inputs), "attr": attributes})
        return name

    def constant(self, name: str, value: Any, dtype: str) -> str:
        array = np.asarray(value)
        entry: dict[str, Any] = {"name": name, "shape": list(array.shape), "dtype": dtype}
        if dtype == "float32":
            entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
        self.weights += array.astype("<f2" if dtype == "float32" else "<i4").tobytes()
        self.entries.append(entry)
        return self.node(name, "Const")

    def transpose(self, name: str, value: str, order: list[int]) -> str:
        return self.node(name, "Transpose", value, self.constant(f"{name}/perm", order, "int32"))

    def convolution(self, name: str, value: str, channels: tuple[int, int], size: int) -> str:
        """Padding, convolution with stride 2 (3 x 3) or 1 (1 x 1), bias; stays NHWC."""
        stride = 2 if size == 3 else 1
        if size == 3:
            pads = self.constant(f"{name}/pads", [[0, 0], [0, 0], [1, 1], [1, 1]], "int32")
            value = self.node(f"{name}/pad", "Pad", value, pads)
        value = self.transpose(f"{name}/nhwc", value, [0, 2, 3, 1])
        kernel = self.random.normal(0, 0.3, (size, size, *channels))
        convolved = self.node(
            f"{name}/conv",
            "Conv2D",
            value,
            self.constant(f"{name}/kernel", kernel, "float32"),
            padding={"s": base64.b64encode(b"VALID").decode()},
            strides={"list": {"i": ["1", str(stride), str(stride), "1"]}},
        )
        bias = self.constant(f"{name}/bias", self.random.normal(0, 0.1, channels[1]), "float32")
        return self.node(f"{name}/sum", "Add", convolved, bias)

    def back(self, name: str, value: str) -> str:
        return self.transpose(name, value, [0, 3, 1, 2])

    def files(self) -> tuple[bytes, bytes]:
        """Topology and weights as the package would hold them."""
        document = {
            "modelTopology": {"node": self.nodes},
            "weightsManifest": [{"paths": ["w.bin"], "weights": self.entries}],
        }
        return json.dumps(document).encode(), self.weights


def small_model() -> SmallModel:
    """Three levels of four channels with a path down and one up, and the three heads."""
    m = SmallModel()
    value = m.back("a", m.convolution("c1", "input_1", (3, 4), 3))
    value = m.node("relu", "LeakyRelu", value, alpha={"f": 0.1})
    pads = m.constant("pool/pads", [[0, 0], [0, 0], [1, 1], [1, 1]], "int32")
    value = m.node("pad2", "PadV2", value, pads, m.constant("pool/fill", -np.inf, "float32"))
    value = m.transpose("pool/nhwc", value, [0, 2, 3, 1])
    value = m.node(
        "pool",
        "MaxPool",
        value,
        padding={"s": base64.b64encode(b"VALID").decode()},
        ksize={"list": {"i": ["1", "3", "3", "1"]}},
        strides={"list": {"i": ["1", "2", "2", "1"]}},
    )
    value = m.back("b", value)
    levels = []
    for index in range(3):
        value = m.back(f"l{index}", m.convolution(f"s{index}", value, (4, 4), 3))
        levels.append(value)
    up = resized(m, "up", levels[1], ORIGINAL_SIZE // 8)
    top = m.node("top", "Add", levels[0], up)
    down = resized(m, "down", top, ORIGINAL_SIZE // 16)
    axis = m.constant("join/axis", 1, "int32")
    joined = m.node("join", "ConcatV2", levels[1], down, axis)
    wide = CLASSES + REGRESSION
    heads = [(top, 4), (joined, 8), (levels[2], 4)]
    for name, (head, channels) in zip(LEVELS, heads, strict=True):
        m.back(name, m.convolution(f"{name}/h", head, (channels, wide), 1))
    return m


def resized(m: SmallModel, name: str, value: str, size: int) -> str:
    value = m.transpose(f"{name}/nhwc", value, [0, 2, 3, 1])
    target = m.constant(f"{name}/size", [size, size], "int32")
    half = {"b": True}
    return m.back(
        f"{name}/back",
        m.node(f"{name}/resize", "ResizeBilinear", value, target, half_pixel_centers=half),
    )
