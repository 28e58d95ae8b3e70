"""Pictures out of a multipart answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.ingest.live.multipart import Multipart, boundary_of

PICTURE = b"\xff\xd8" + bytes(range(1, 120)) + b"\xff\xd9"


def answer(count: int, *, lengths: bool, newline: bytes = b"\r\n") -> bytes:
    parts = []
    for _ in range(count):
        head = [b"--frame", b"Content-Type: image/jpeg"]
        head += [b"CONTENT-LENGTH:  %d" % len(PICTURE)] if lengths else []
        parts.append(newline.join([*head, b"", PICTURE, b""]))
    return b"".join(parts) + b"--frame"


@given(st.booleans(), st.sampled_from([b"\r\n", b"\n"]), st.lists(st.integers(1, 90), max_size=20))
def test_pictures_are_found_however_the_bytes_come(
    lengths: bool, newline: bytes, cuts: list[int]
) -> None:
    data = answer(4, lengths=lengths, newline=newline)
    parts, found = Multipart(b"frame"), []
    position = 0
    for cut in [*cuts, len(data)]:
        found += parts.feed(data[position : position + cut])
        position += cut
    assert found == [PICTURE] * 4


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ("multipart/x-mixed-replace;boundary=frame", b"frame"),
        ('multipart/x-mixed-replace; boundary="--my boundary"', b"my boundary"),
        ("Multipart/X-Mixed-Replace; Boundary=--frame; charset=x", b"frame"),
        ("multipart/x-mixed-replace", b""),
        ("image/jpeg", None),
    ],
)
def test_boundary(header: str, boundary: bytes | None) -> None:
    assert boundary_of(header) == boundary


def test_an_endless_something_is_refused() -> None:
    parts = Multipart(b"frame")
    with pytest.raises(ValueError, match="no multipart"):
        parts.feed(b"x" * 100_000)
