"""Named arrays as bytes and back: what a camera's analysis remembers, for the index.

One JSON line says name, type and shape of each array; their bytes follow; all of it compressed
(zlib, level 1). Nothing is pickled. ``numpy.savez`` would do too, but writes a header and a zip
entry for each of the hundred arrays, most of them of a few bytes: measured, three times the time.
"""

import json
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from curtilage.errors import InputError

MAGIC = b"CSA1"
Arrays = Mapping[str, npt.NDArray[Any]]


class BlobError(InputError):
    """Bytes that are no arrays of ours."""


def pack(arrays: Arrays) -> bytes:
    """``arrays`` as bytes; those of Python objects cannot be among them."""
    heads, bodies = [], []
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise ValueError(f"{name} holds Python objects")
        heads.append((name, _descr(array.dtype), array.shape))
        bodies.append(array.tobytes())
    head = json.dumps(heads, separators=(",", ":")).encode()
    return MAGIC + zlib.compress(b"\n".join([head, b"".join(bodies)]), 1)


def unpack(blob: bytes) -> dict[str, npt.NDArray[Any]]:
    """The arrays in ``blob``, copies. Raises ``BlobError`` if it is none of ours."""
    try:
        if blob[:4] != MAGIC:
            raise ValueError("of another version")
        head, data = zlib.decompress(blob[4:]).split(b"\n", 1)
        arrays, at = {}, 0
        for name, descr, shape in json.loads(head):
            dtype = np.lib.format.descr_to_dtype(_tuples(descr))
            count = int(np.prod(shape, dtype=np.int64))
            if dtype.hasobject or count < 0 or at + count * dtype.itemsize > len(data):
                raise ValueError(f"no room for {name}")
            array = np.frombuffer(data, dtype, count, at).reshape(shape)
            arrays[str(name)], at = array.copy(), at + array.nbytes
    except (ValueError, TypeError, KeyError, zlib.error) as error:
        raise BlobError(f"not what the analysis of a camera remembers: {error}") from None
    return arrays


@lru_cache(256)
def _descr(dtype: np.dtype[Any]) -> Any:
    return np.lib.format.dtype_to_descr(dtype)


def _tuples(descr: Any) -> Any:
    """Types of records as NumPy wants them: JSON has no tuples."""
    return descr if isinstance(descr, str) else [tuple(field) for field in descr]
