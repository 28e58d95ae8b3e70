"""What a TensorFlow graph means, computed with NumPy alone: the oracle for the converter.

Slow, plain and apart from the converter: every operation is done on the old graph's own layout,
in its own words, at the one picture size that the old graph has.
"""

import numpy as np
import numpy.typing as npt

from build_model.tfjs import Array, GraphModel, Node

Floats = npt.NDArray[np.float32]


def evaluate(model: GraphModel, picture: Floats, wanted: tuple[str, ...]) -> list[Floats]:
    """The values of the nodes ``wanted`` for a picture, float32[1, 3, H, W]."""
    known: dict[str, Array] = dict(model.constants)

    def value(name: str) -> Array:
        if name not in known:
            node = model.nodes[name]
            known[name] = picture if node.op == "Placeholder" else compute(node)
        return known[name]

    def compute(node: Node) -> Array:
        arguments = [value(name) for name in node.inputs]
        match node.op:
            case "Transpose":
                return arguments[0].transpose(arguments[1])
            case "Pad":
                return np.pad(arguments[0], arguments[1])
            case "PadV2":
                return np.pad(arguments[0], arguments[1], constant_values=arguments[2])
            case "Conv2D":
                return convolution(arguments[0], arguments[1], node.ints("strides")[1])
            case "Add":
                total: Array = arguments[0] + arguments[1]
                return total
            case "LeakyRelu":
                alpha = np.float32(node.attributes["alpha"]["f"])
                return np.where(arguments[0] > 0, arguments[0], alpha * arguments[0])
            case "MaxPool":
                size, stride = node.ints("ksize")[1], node.ints("strides")[1]
                highest: Array = windows(arguments[0], size, stride).max(axis=(-2, -1))
                return highest
            case "ConcatV2":
                return np.concatenate(arguments[:-1], axis=int(arguments[-1]))
            case "ResizeBilinear":
                return resize(arguments[0], *arguments[1].tolist())
        raise NotImplementedError(node.op)

    return [value(name).astype(np.float32) for name in wanted]


def windows(image: Array, size: int, stride: int) -> Array:
    """Views [N, rows, columns, C, size, size] of NHWC."""
    view = np.lib.stride_tricks.sliding_window_view(image, (size, size), axis=(1, 2))
    return view[:, ::stride, ::stride]


def convolution(image: Array, kernel: Array, stride: int) -> Array:
    """NHWC with a kernel HWIO, no padding."""
    total: Array | None = None
    rows = (image.shape[1] - kernel.shape[0]) // stride + 1
    columns = (image.shape[2] - kernel.shape[1]) // stride + 1
    for y in range(kernel.shape[0]):
        for x in range(kernel.shape[1]):
            part = image[:, y : y + rows * stride : stride, x : x + columns * stride : stride]
            product = part[:, :rows, :columns] @ kernel[y, x]
            total = product if total is None else total + product
    assert total is not None
    return total


def resize(image: Array, height: int, width: int) -> Array:
    """Bilinear with half-pixel centres, NHWC."""
    for axis, size in ((1, height), (2, width)):
        place = (np.arange(size) + 0.5) * image.shape[axis] / size - 0.5
        place = np.clip(place, 0, image.shape[axis] - 1)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, image.shape[axis] - 1)
        shape = [1, 1, 1, 1]
        shape[axis] = size
        part = (place - low).astype(np.float32).reshape(shape)
        image = image.take(low, axis) * (1 - part) + image.take(high, axis) * part
    return image
