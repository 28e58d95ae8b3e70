"""Cells of a heat map as bytes: pairs of cell and time, compressed.

A stretch of ten minutes touches some tens to some hundreds of five thousand cells, so only those
are kept: cell numbers as steps from one to the next, times in units of 0.1 ms, both as planes of
bytes that compress well. First byte: version of the form.
"""

import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

from curtilage.store.errors import StoreError

Cells = npt.NDArray[np.int32]  # [N], row * columns + column
Seconds = npt.NDArray[np.float64]  # [N]

UNIT_S: Final = 1e-4
_VERSION: Final = 1


def packed(cell: Cells, seconds: Seconds) -> bytes:
    """Cells (each once, rising) and their seconds as bytes; what rounds to nothing is left out."""
    units = np.rint(seconds / UNIT_S).astype("<u4")
    kept = units > 0
    units, steps = units[kept], np.diff(cell[kept], prepend=0).astype("<u4")
    planes = np.stack([steps, units]).view(np.uint8).reshape(2, -1, 4)
    return bytes([_VERSION]) + zlib.compress(planes.transpose(0, 2, 1).tobytes(), 1)


def unpacked(data: bytes) -> tuple[Cells, Seconds]:
    """What ``packed`` was given, within ``UNIT_S``. Raises ``StoreError`` if it is damaged."""
    try:
        planes = np.frombuffer(zlib.decompress(data[1:]), np.uint8)
    except zlib.error as error:
        raise StoreError("A heat map in the index is damaged.") from error
    if data[0] != _VERSION or len(planes) % 8:
        raise StoreError("A heat map in the index is of a form that this version does not know.")
    words = np.ascontiguousarray(planes.reshape(2, 4, -1).transpose(0, 2, 1)).view("<u4")[..., 0]
    return np.cumsum(words[0], dtype=np.int32), words[1] * UNIT_S
