"""What a camera's analysis remembers, as bytes and back."""

import json
import zlib
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from curtilage.analysis.tracks.blob import BlobError, pack, unpack

RECORD: Final = np.dtype([("id", "i8"), ("place", "f4", (2,)), ("of", "i2")])


@st.composite
def mostly_zeros(draw: st.DrawFn) -> npt.NDArray[Any]:
    """Room for something, and a part of it taken."""
    dtype: np.dtype[Any] = draw(
        st.sampled_from([np.dtype("f8"), np.dtype("u1"), np.dtype("f4"), RECORD])
    )
    array = np.zeros(draw(array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=40)), dtype)
    data = bytearray(array.tobytes())
    if data:
        for at in draw(st.lists(st.integers(0, len(data) - 1), max_size=40)):
            data[at] = draw(st.integers(0, 255))
    filled = np.frombuffer(bytes(data), dtype).reshape(array.shape)
    return np.asfortranarray(filled) if draw(st.booleans()) else filled


TEXTS = st.text(max_size=300).map(np.array)


@given(st.dictionaries(st.text(min_size=1, max_size=9), mostly_zeros() | TEXTS, max_size=4))
def test_arrays_come_back_as_they_were(given: dict[str, npt.NDArray[Any]]) -> None:
    found = unpack(pack(given))
    assert list(found) == list(given)
    for name, array in given.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        assert found[name].tobytes() == array.tobytes()
        assert found[name].flags.writeable


def test_room_for_tracks_that_are_not_there_takes_none() -> None:
    room = np.zeros((64, 12, 18))
    room[3, 4, 5] = 1.0
    assert len(pack({"room": room})) < 100


def test_what_was_kept_before_is_read() -> None:
    """Analysers that go on after an update lose no count."""
    head = json.dumps([("counts", "<i8", [2, 3]), ("at", "<f8", [])]).encode()
    counts, at = np.arange(6).reshape(2, 3), np.array(1.5)
    blob = b"CSA1" + zlib.compress(b"\n".join([head, counts.tobytes() + at.tobytes()]), 1)
    found = unpack(blob)
    assert found["counts"].tolist() == counts.tolist()
    assert float(found["at"]) == 1.5


@pytest.mark.parametrize("cut", [3, 4, 20, 60, 90, 130])
def test_what_is_cut_off_is_said(cut: int) -> None:
    sparse = np.zeros(100)
    sparse[[5, 50, 95]] = 1.0
    blob = pack({"a": sparse, "b": np.arange(8)})
    assert cut < len(blob)
    with pytest.raises(BlobError, match="not what the analysis"):
        unpack(blob[:cut])


@pytest.mark.parametrize("form", ["words", "zipped", "whole", "other"])
def test_bytes_that_are_no_array_are_said(form: str) -> None:
    head = json.dumps([("a", "<f8", [100], form, 24)]).encode()
    with pytest.raises(BlobError):
        unpack(b"CSA2" + head + b"\n" + b"\xff" * 24)
