"""Reads a TensorFlow.js graph model (its JSON and its one weights file) into nodes and arrays.

The JSON holds a TensorFlow ``GraphDef`` (``modelTopology``) and a manifest that says where in
the weights file each constant lies. Weights stored as float16 are widened to float32, which is
exact. Nothing of TensorFlow is needed for that.
"""

import base64
import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

DTYPES: dict[str, np.dtype[Any]] = {
    "float32": np.dtype("<f4"),
    "int32": np.dtype("<i4"),
    "float16": np.dtype("<f2"),
}


class TfjsError(Exception):
    """The files are not a graph model that this reader knows."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operation: ``inputs`` are names of nodes, ``name:k`` for output k of a node."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: dict[str, Any]

    def ints(self, key: str) -> list[int]:
        """The list of integers at ``key``."""
        return [int(value) for value in self.attributes[key]["list"]["i"]]

    def text(self, key: str) -> str:
        """The string at ``key`` (TensorFlow.js writes strings in base64)."""
        return base64.b64decode(self.attributes[key]["s"]).decode()


@dataclass(frozen=True, slots=True)
class GraphModel:
    """Operations by name, and the arrays of the constants among them."""

    nodes: dict[str, Node]
    constants: dict[str, Array]


def read_graph_model(topology: bytes, weights: bytes) -> GraphModel:
    """Read ``model.json`` and its weights.

    Raises ``TfjsError`` if a constant has an unknown type or lies outside the weights.
    """
    document = json.loads(topology)
    nodes = {
        item["name"]: Node(
            item["name"], item["op"], tuple(item.get("input", ())), item.get("attr", {})
        )
        for item in document["modelTopology"]["node"]
    }
    constants: dict[str, Array] = {}
    offset = 0
    for group in document["weightsManifest"]:
        for entry in group["weights"]:
            array, offset = _constant(entry, weights, offset)
            constants[entry["name"]] = array
    if offset != len(weights):
        raise TfjsError(f"the weights hold {len(weights)} bytes, the manifest tells of {offset}")
    return GraphModel(nodes, constants)


def _constant(entry: dict[str, Any], weights: bytes, offset: int) -> tuple[Array, int]:
    """One array of the manifest that starts at ``offset``, and where the next one starts."""
    stored = entry.get("quantization", {}).get("dtype", entry["dtype"])
    if stored not in DTYPES or entry["dtype"] not in DTYPES:
        raise TfjsError(f"constant {entry['name']} has the unknown type {stored}")
    shape = tuple(entry["shape"])
    count = math.prod(shape)
    end = offset + count * DTYPES[stored].itemsize
    if end > len(weights):
        raise TfjsError(f"constant {entry['name']} lies beyond the end of the weights")
    array = np.frombuffer(weights, DTYPES[stored], count, offset).reshape(shape)
    return array.astype(DTYPES[entry["dtype"]]), end
