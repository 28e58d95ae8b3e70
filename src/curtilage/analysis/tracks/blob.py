"""Named arrays as bytes and back: what a camera's analysis remembers, for the index.

One JSON line says name, type and shape of each array; their bytes follow. Nothing is pickled. Of
arrays that are mostly zeros (room for tracks, cells of heat maps) only the words that are none are
kept: a tenth of the bytes in a tenth of the time that zlib took, at each commit of a busy camera.
"""

import json
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from curtilage.errors import InputError

MAGIC: Final = b"CSA2"
BEFORE: Final = b"CSA1"
"""All of it compressed by zlib, every array whole."""
WHOLE, WORDS, ZIPPED = "whole", "words", "zipped"
"""How the bytes of an array are kept: all, those words that are not zero, all of them zipped."""
WORD: Final = 8  # bytes
LONG: Final = 512  # bytes, from which zeros are looked for
Arrays = Mapping[str, npt.NDArray[Any]]


class BlobError(InputError):
    """Bytes that are no arrays of ours."""


def pack(arrays: Arrays) -> bytes:
    """``arrays`` as bytes; those of Python objects cannot be among them."""
    heads, bodies = [], []
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise ValueError(f"{name} holds Python objects")
        form, data = _kept(array)
        heads.append(_head(name, array.dtype, array.shape, form, len(data)))
        bodies.append(data)
    return b"".join([MAGIC, b"[", ",".join(heads).encode(), b"]\n", *bodies])


def unpack(blob: bytes) -> dict[str, npt.NDArray[Any]]:
    """The arrays in ``blob``, copies. Raises ``BlobError`` if it is none of ours."""
    try:
        if blob[:4] not in (MAGIC, BEFORE):
            raise ValueError("of another version")
        text = blob[4:] if blob[:4] == MAGIC else zlib.decompress(blob[4:])
        head, data = text.split(b"\n", 1)
        arrays, at = {}, 0
        for name, descr, shape, *kept in json.loads(head):
            dtype = np.lib.format.descr_to_dtype(_tuples(descr))
            size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
            form, length = kept or (WHOLE, size)
            if dtype.hasobject or min(size, length) < 0 or at + length > len(data):
                raise ValueError(f"no room for {name}")
            whole = _whole(form, data[at : at + length], size)
            arrays[str(name)] = np.frombuffer(whole, dtype).reshape(shape).copy()
            at += length
    except (ValueError, TypeError, KeyError, IndexError, zlib.error) as error:
        raise BlobError(f"not what the analysis of a camera remembers: {error}") from error
    return arrays


def _kept(array: npt.NDArray[Any]) -> tuple[str, bytes]:
    """How an array is kept, and its bytes."""
    data = array.tobytes()
    if len(data) < LONG:
        return WHOLE, data
    if array.dtype.kind == "U":
        return ZIPPED, _zipped(data)
    if len(data) % WORD == 0:
        words = np.frombuffer(data, np.uint64)
        places = np.flatnonzero(words)
        if (4 + WORD) * len(places) < len(data):
            return WORDS, places.astype("<u4").tobytes() + words[places].tobytes()
    return WHOLE, data


def _whole(form: str, data: bytes, size: int) -> bytes:
    """The bytes of an array, of what ``_kept`` gave."""
    if form == WHOLE:
        return data
    if form == ZIPPED:
        return zlib.decompress(data)
    if form != WORDS:
        raise ValueError(f"arrays are not kept as {form!r}")
    count = len(data) // (4 + WORD)
    words = np.zeros(size // WORD, np.uint64)
    words[np.frombuffer(data, "<u4", count)] = np.frombuffer(data, np.uint64, count, 4 * count)
    return words.tobytes()


@lru_cache(64)
def _zipped(text: bytes) -> bytes:
    """Settings of a camera: long, and the same at each commit."""
    return zlib.compress(text, 1)


@lru_cache(4096)
def _head(name: str, dtype: np.dtype[Any], shape: tuple[int, ...], form: str, length: int) -> str:
    return json.dumps((name, _descr(dtype), shape, form, length), separators=(",", ":"))


@lru_cache(256)
def _descr(dtype: np.dtype[Any]) -> Any:
    return np.lib.format.dtype_to_descr(dtype)


def _tuples(descr: Any) -> Any:
    """Types of records as NumPy wants them: JSON has no tuples."""
    return descr if isinstance(descr, str) else [tuple(field) for field in descr]
