"""NAL units: found between start codes, and written after their lengths."""

from hypothesis import given
from hypothesis import strategies as st

from curtilage.ingest.live import nal

# what an encoder may write: no start code inside, no zero at the end
units = st.lists(
    st.binary(min_size=1, max_size=60)
    .map(lambda raw: raw.replace(b"\0\0", b"\0\1\0"))
    .map(lambda raw: raw.rstrip(b"\0") + b"\x80"),
    min_size=1,
    max_size=6,
)


@given(units, st.lists(st.booleans(), min_size=6, max_size=6), st.integers(0, 3))
def test_what_was_joined_by_start_codes_is_found_again(
    given_units: list[bytes], long: list[bool], zeros: int
) -> None:
    parts = [
        (b"\0" if four else b"") + nal.START + unit
        for unit, four in zip(given_units, long, strict=False)
    ]
    assert nal.split(b"".join(parts) + b"\0" * zeros) == given_units


@given(units)
def test_lengths_give_back_what_was_joined(given_units: list[bytes]) -> None:
    assert list(nal.lengths(nal.join(given_units))) == given_units


@given(units)
def test_a_lone_unit_is_written_as_many_are(given_units: list[bytes]) -> None:
    data = nal.START + given_units[0]
    assert nal.lone(data, 3) == nal.join(given_units[:1])


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(data: bytes) -> None:
    assert all(nal.split(data))
    assert all(nal.lengths(data))


def test_bytes_before_the_first_start_code_are_no_unit() -> None:
    assert nal.split(b"\x41\x42\x00\x00\x01\x65\x88") == [b"\x65\x88"]
    assert nal.split(b"\x41\x42") == []
