"""Turns NanoDet-g's TensorFlow.js graph into one ONNX file that takes plain ``uint8`` pictures.

The graph was itself made from ONNX, so every convolution sits between two transpositions
(NCHW to NHWC and back) and behind a separate padding. The idea: walk backwards from the heads,
carry the layout and the padding of each value along instead of writing them, and let both
vanish into the convolutions. What is left is what the network's authors wrote.

Three things are added or taken away, none of which changes a score:
- input ``images`` is ``uint8[N, H, W, 3]`` BGR; the normalisation is done in the graph, its
  scale inside the first convolution;
- the class head keeps the classes that Curtilage has words for, the other channels are cut off;
- N, H and W are free (H and W multiples of 32), the three levels come out joined.

Outputs: ``scores`` float32[N, classes, A] in 0..1 and ``distances`` float32[N, 44, A], where A
runs over the cells of strides 8, 16, 32 (row by row), and 44 is four sides times eleven bins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from build_model.tfjs import Array, GraphModel, Node

OPSET = 13
IR_VERSION = 8
LEVELS = (  # the last value of each head, strides 8, 16, 32: float32[1, 124, H, W]
    "PartitionedCall/transpose_99",
    "PartitionedCall/transpose_105",
    "PartitionedCall/transpose_111",
)
ORIGINAL_SIZE = 416  # of the picture in the old graph
CLASSES = 80
REGRESSION = 44
MEAN_BGR = (103.53, 116.28, 123.675)
STD_BGR = (57.375, 57.12, 58.395)

NHWC_TO_NCHW = [0, 3, 1, 2]
NCHW_TO_NHWC = [0, 2, 3, 1]

Floats = npt.NDArray[np.float32]


class ConversionError(Exception):
    """The graph holds something that this converter does not know."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the new graph, always NCHW there, and how the old graph sees it."""

    name: str
    channels_last: bool = False  # the old graph has it as NHWC
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)  # top, left, bottom, right, still to be done
    pad_value: float = 0.0
    stride: int = 1  # pixels of the picture from one cell to the next


def convert(model: GraphModel, keep: Sequence[int], metadata: dict[str, str]) -> bytes:
    """The ONNX file as bytes, the same ones for the same input on every machine.

    ``keep`` are the indices (of 80) of the classes that stay, in the order of the output.
    Raises ``ConversionError`` for a graph that is not NanoDet-g.
    """
    graph = _Conversion(model, keep)
    heads = [graph.value(name).name for name in LEVELS]
    graph.join_heads(heads)
    return graph.serialise(metadata)


class _Conversion:
    """The new graph while it grows."""

    def __init__(self, model: GraphModel, keep: Sequence[int]) -> None:
        self.model = model
        self.keep = np.asarray(keep)
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []
        self.done: dict[str, Value] = {}
        self.makers: dict[str, onnx.NodeProto] = {}

    def value(self, name: str) -> Value:
        """The new value for the old one called ``name``, made with all that it needs."""
        known = self.done.get(name)
        if known is None:
            node = self.model.nodes[name]
            handler = _HANDLERS.get(node.op)
            if handler is None:
                raise ConversionError(f"operation {node.op} of node {name} is not known")
            known = self.done[name] = handler(self, node)
        return known

    def emit(self, op: str, inputs: list[str], **attributes: Any) -> str:
        """Append an operation; returns the name of its output."""
        output = f"{op.lower()}_{len(self.nodes)}"
        self.add(op, inputs, output, **attributes)
        return output

    def add(self, op: str, inputs: list[str], output: str, **attributes: Any) -> None:
        """Append an operation whose output has a given name."""
        node = helper.make_node(op, inputs, [output], name=output, **attributes)
        self.nodes.append(node)
        self.makers[output] = node

    def constant(self, name: str, array: Array) -> str:
        """Store an array as it is."""
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def weights(self, name: str, array: Floats) -> str:
        """Store float32 weights; in half the space if that loses nothing."""
        half = array.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), array):
            return self.constant(name, array)
        self.add("Cast", [self.constant(f"{name}.half", half)], name, to=onnx.TensorProto.FLOAT)
        return name

    # One function for each operation of the old graph.

    def placeholder(self, node: Node) -> Value:
        """The picture: NHWC bytes become NCHW floats around the mean."""
        del node
        planes = self.emit("Transpose", ["images"], perm=NHWC_TO_NCHW)
        floats = self.emit("Cast", [planes], to=onnx.TensorProto.FLOAT)
        mean = np.array(MEAN_BGR, np.float32).reshape(1, 3, 1, 1)
        return Value(self.emit("Sub", [floats, self.constant("mean", mean)]))

    def transpose(self, node: Node) -> Value:
        """Only the two layouts change into each other, and only on paper."""
        value = self.value(node.inputs[0])
        order = self.model.constants[node.inputs[1]].tolist()
        if order == NCHW_TO_NHWC and not value.channels_last:
            return replace(value, channels_last=True)
        if order == NHWC_TO_NCHW and value.channels_last:
            return replace(value, channels_last=False)
        raise ConversionError(f"node {node.name} transposes by {order}")

    def pad(self, node: Node) -> Value:
        """Remembered until the convolution or pooling that needs it."""
        value = self.value(node.inputs[0])
        pads = self.model.constants[node.inputs[1]].tolist()
        fill = float(self.model.constants[node.inputs[2]]) if len(node.inputs) > 2 else 0.0
        if value.channels_last or pads[0] != [0, 0] or pads[1] != [0, 0] or any(value.pads):
            raise ConversionError(f"node {node.name} pads something else than height and width")
        (top, bottom), (left, right) = pads[2], pads[3]
        return replace(value, pads=(top, left, bottom, right), pad_value=fill)

    def convolution(self, node: Node) -> Value:
        """Its kernel goes from HWIO to OIHW; the first one takes the normalisation's scale."""
        value = self.value(node.inputs[0])
        if not value.channels_last or value.pad_value != 0.0 or node.text("padding") != "VALID":
            raise ConversionError(f"node {node.name} is not a convolution of this network")
        kernel = self.model.constants[node.inputs[1]].transpose(3, 2, 0, 1)
        if kernel.shape[1] == 3:
            kernel = kernel / np.array(STD_BGR, np.float32).reshape(1, 3, 1, 1)
        if kernel.shape[0] == CLASSES + REGRESSION:
            kernel = kernel[self._channels()]
        name = self.emit(
            "Conv",
            [value.name, self.weights(f"kernel_{len(self.nodes)}", kernel)],
            kernel_shape=list(kernel.shape[2:]),
            strides=node.ints("strides")[1:3],
            pads=list(value.pads),
        )
        stride = value.stride * node.ints("strides")[1]
        return Value(name, channels_last=True, stride=stride)

    def add_bias_or_value(self, node: Node) -> Value:
        """A constant is the bias of the convolution before it; else two values are added."""
        left = self.value(node.inputs[0])
        bias = self.model.constants.get(node.inputs[1])
        if bias is None:
            right = self.value(node.inputs[1])
            if left.channels_last != right.channels_last or any(left.pads + right.pads):
                raise ConversionError(f"node {node.name} adds values of different layouts")
            return replace(left, name=self.emit("Add", [left.name, right.name]))
        maker = self.makers[left.name]
        if maker.op_type != "Conv" or len(maker.input) != 2 or bias.ndim != 1:
            raise ConversionError(f"node {node.name} adds a constant to no convolution")
        if bias.shape[0] == CLASSES + REGRESSION:
            bias = bias[self._channels()]
        maker.input.append(self.constant(f"bias_{left.name}", bias))
        return left

    def leaky_relu(self, node: Node) -> Value:
        """As it is."""
        value = self.value(node.inputs[0])
        alpha = float(node.attributes["alpha"]["f"])
        return replace(value, name=self.emit("LeakyRelu", [value.name], alpha=alpha))

    def max_pool(self, node: Node) -> Value:
        """As it is, with its padding, which has to lose against every number."""
        value = self.value(node.inputs[0])
        if not value.channels_last or value.pad_value > -60000.0:
            raise ConversionError(f"node {node.name} pads with {value.pad_value}")
        name = self.emit(
            "MaxPool",
            [value.name],
            kernel_shape=node.ints("ksize")[1:3],
            strides=node.ints("strides")[1:3],
            pads=list(value.pads),
        )
        stride = value.stride * node.ints("strides")[1]
        return Value(name, channels_last=True, stride=stride)

    def concat(self, node: Node) -> Value:
        """Along the channels."""
        values = [self.value(name) for name in node.inputs[:-1]]
        axis = int(self.model.constants[node.inputs[-1]])
        if axis != 1 or any(value.channels_last or any(value.pads) for value in values):
            raise ConversionError(f"node {node.name} joins along axis {axis}")
        name = self.emit("Concat", [value.name for value in values], axis=1)
        return replace(values[0], name=name)

    def resize(self, node: Node) -> Value:
        """To twice or half the size, as a factor: the size of the picture stays free."""
        value = self.value(node.inputs[0])
        if not value.channels_last or not node.attributes["half_pixel_centers"]["b"]:
            raise ConversionError(f"node {node.name} resizes in another way")
        size = int(self.model.constants[node.inputs[1]][0])
        stride = ORIGINAL_SIZE // size
        if stride == 2 * value.stride:  # half-pixel linear at one half: the mean of 2 x 2
            name = self.emit("AveragePool", [value.name], kernel_shape=[2, 2], strides=[2, 2])
        elif 2 * stride == value.stride:
            name = self.emit(
                "Resize",
                [value.name, "", self._double()],
                mode="linear",
                coordinate_transformation_mode="half_pixel",
            )
        else:
            raise ConversionError(f"node {node.name} goes from stride {value.stride} to {stride}")
        return replace(value, name=name, stride=stride)

    def join_heads(self, heads: list[str]) -> None:
        """Split each level into scores and distances, flatten its cells, join the levels."""
        classes = len(self.keep)
        sizes = self.constant("head_sizes", np.array([classes, REGRESSION], np.int64))
        scores: list[str] = []
        distances: list[str] = []
        flat = {n: self.constant(f"flat_{n}", np.array([0, n, -1])) for n in (classes, REGRESSION)}
        for level, head in enumerate(heads):
            parts = [f"level_{level}_logits", f"level_{level}_distances"]
            self.nodes.append(
                helper.make_node("Split", [head, sizes], parts, name=f"split_{level}", axis=1)
            )
            scores.append(self.emit("Reshape", [parts[0], flat[classes]]))
            distances.append(self.emit("Reshape", [parts[1], flat[REGRESSION]]))
        logits = self.emit("Concat", scores, axis=2)
        self.add("Sigmoid", [logits], "scores")
        self.add("Concat", distances, "distances", axis=2)

    def _channels(self) -> npt.NDArray[np.int64]:
        """The head's channels that stay."""
        return np.concatenate([self.keep, np.arange(CLASSES, CLASSES + REGRESSION)])

    def _double(self) -> str:
        """The factors of doubling height and width, stored once."""
        if not any(tensor.name == "double" for tensor in self.tensors):
            self.constant("double", np.array([1, 1, 2, 2], np.float32))
        return "double"

    def serialise(self, metadata: dict[str, str]) -> bytes:
        """The whole file; field order and content depend on nothing but the graph."""
        graph = helper.make_graph(
            self.nodes,
            "nanodet_g",
            [helper.make_tensor_value_info("images", onnx.TensorProto.UINT8, ["N", "H", "W", 3])],
            [
                helper.make_tensor_value_info(
                    "scores", onnx.TensorProto.FLOAT, ["N", len(self.keep), "A"]
                ),
                helper.make_tensor_value_info(
                    "distances", onnx.TensorProto.FLOAT, ["N", REGRESSION, "A"]
                ),
            ],
            self.tensors,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        model.producer_name = "curtilage"
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model)
        content: bytes = model.SerializeToString(deterministic=True)
        return content


_HANDLERS: dict[str, Callable[[_Conversion, Node], Value]] = {
    "Placeholder": _Conversion.placeholder,
    "Transpose": _Conversion.transpose,
    "Pad": _Conversion.pad,
    "PadV2": _Conversion.pad,
    "Conv2D": _Conversion.convolution,
    "Add": _Conversion.add_bias_or_value,
    "LeakyRelu": _Conversion.leaky_relu,
    "MaxPool": _Conversion.max_pool,
    "ConcatV2": _Conversion.concat,
    "ResizeBilinear": _Conversion.resize,
}
