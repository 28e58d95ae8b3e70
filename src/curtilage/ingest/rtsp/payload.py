"""What the payload formats of H.264 and H.265 have in common: pieces of NAL units."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

Bytes = bytes | memoryview


class Piece(NamedTuple):
    """A NAL unit, or a part of one."""

    kind: int  # nal_unit_type
    head: bytes  # the unit's header, where the payload does not hold it as it was
    body: Bytes
    first: bool  # the unit begins here
    last: bool  # it ends here


class Scheme(NamedTuple):
    """How one codec travels in RTP. Masks have one bit per nal_unit_type."""

    name: str  # as in `model.VideoCodec`
    read: Callable[[Bytes], Sequence[Piece]]
    header: int  # bytes of a NAL unit's header
    head: str  # `skip` bytes, for struct: RTP header in three numbers, type, fragment's mark
    mask: int  # of the type's byte
    fragment: int  # the type's byte of a fragment, after the mask
    skip: int  # bytes before the body of a fragment, the RTP header included
    pictures: int  # slices
    plain: int  # slices that no decoder can begin with, and delimiters
    sequence: int  # the sequence parameter set's nal_unit_type


def bits(*kinds: int) -> int:
    """A mask of these types."""
    return sum(1 << kind for kind in kinds)
