"""The head of a file: ``ftyp`` and ``moov`` (ISO/IEC 14496-12, clause 8), for any set of tracks.

Segments have empty sample tables and ``mvex`` (what follows is in fragments); exports have full
tables. Both are built here, so that players see the same tracks.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from curtilage.record.mp4.boxes import LARGE, SINCE_1904_S, VIDEO_TIMESCALE, box, full_box
from curtilage.record.mp4.entries import MP4, QUICKTIME

_MATRIX = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
_UNDETERMINED = 0x55C4  # language "und", 3 x 5 bits
_NAMES = {b"vide": "Picture", b"soun": "Sound"}

EMPTY_TABLES = (
    full_box(b"stts", 0, 0, bytes(4))
    + full_box(b"stsc", 0, 0, bytes(4))
    + full_box(b"stsz", 0, 0, bytes(8))
    + full_box(b"stco", 0, 0, bytes(4))
)
"""Sample tables of a track whose samples are all in fragments."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One stretch of the track that is shown (ISO/IEC 14496-12, 8.6.6)."""

    duration: int  # ticks of the movie (90 kHz); 0 in fragmented files: to the end
    media_time: int  # ticks of the track where it begins; -1: nothing is shown meanwhile


@dataclass(frozen=True, slots=True)
class Track:
    """One track of a movie."""

    number: int  # 1 first
    handler: bytes  # b"vide" or b"soun"
    timescale: int  # ticks per second
    entries: Sequence[bytes]  # sample entries
    tables: bytes  # stts, stsc, stsz, stco … as boxes
    edits: Sequence[Edit] = ()
    size: tuple[int, int] = (0, 0)  # pixels
    duration: int = 0  # ticks of the movie; 0: in fragments
    media_duration: int = 0  # ticks of the track


def ftyp(kind: bytes) -> bytes:
    """What kind of file it is, and whose rules a reader must know."""
    others = (kind, MP4) if kind == QUICKTIME else (kind, b"iso5", b"mp41")
    return box(b"ftyp", kind, bytes(4), *others)


def moov(kind: bytes, created_ns: int, tracks: Sequence[Track], *more: bytes) -> bytes:
    """The movie's head; ``created_ns`` is UTC, ``more`` are boxes after the tracks (``mvex``)."""
    created = created_ns // 1_000_000_000 + SINCE_1904_S
    duration = max(track.duration for track in tracks)
    header = _timed(
        b"mvhd",
        0,
        created,
        struct.pack(">I", VIDEO_TIMESCALE),
        duration,
        struct.pack(">IH10x", 1 << 16, 1 << 8) + _MATRIX + bytes(24),
        struct.pack(">I", len(tracks) + 1),
    )
    return box(b"moov", header, *(_trak(kind, created, track) for track in tracks), *more)


def mvex(tracks: Sequence[Track]) -> bytes:
    """Says that samples are in fragments, which say everything themselves."""
    return box(
        b"mvex",
        *(full_box(b"trex", 0, 0, struct.pack(">5I", t.number, 1, 0, 0, 0)) for t in tracks),
    )


def _trak(kind: bytes, created: int, track: Track) -> bytes:
    sound = track.handler == b"soun"
    header = _timed(
        b"tkhd",
        3,  # enabled, in the movie
        created,
        struct.pack(">I4x", track.number),
        track.duration,
        struct.pack(">8xhhH2x", 0, 0, 1 << 8 if sound else 0) + _MATRIX,
        struct.pack(">II", track.size[0] << 16, track.size[1] << 16),
    )
    media = _timed(
        b"mdhd",
        0,
        created,
        struct.pack(">I", track.timescale),
        track.media_duration,
        struct.pack(">HH", _UNDETERMINED, 0),
    )
    reference = full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1))
    entries = struct.pack(">I", len(track.entries)), *track.entries
    return box(
        b"trak",
        header,
        _edts(track.edits),
        box(
            b"mdia",
            media,
            _hdlr(kind, track.handler),
            box(
                b"minf",
                full_box(b"smhd", 0, 0, bytes(4)) if sound else full_box(b"vmhd", 0, 1, bytes(8)),
                box(b"dinf", reference),
                box(b"stbl", full_box(b"stsd", 0, 0, *entries), track.tables),
            ),
        ),
    )


def _timed(
    name: bytes, flags: int, created: int, middle: bytes, duration: int, *rest: bytes
) -> bytes:
    """A header with dates and a duration: 32 bits where they are enough, as all readers know."""
    wide = created >= LARGE or duration >= LARGE
    dates = struct.pack(">QQ" if wide else ">II", created, created)
    length = struct.pack(">Q" if wide else ">I", duration)
    return full_box(name, int(wide), flags, dates, middle, length, *rest)


def _edts(edits: Sequence[Edit]) -> bytes:
    if not edits:
        return b""
    wide = any(edit.duration >= LARGE or edit.media_time >= LARGE // 2 for edit in edits)
    form = ">QqHH" if wide else ">IiHH"
    rows = (struct.pack(form, edit.duration, edit.media_time, 1, 0) for edit in edits)
    return box(b"edts", full_box(b"elst", int(wide), 0, struct.pack(">I", len(edits)), *rows))


def _hdlr(kind: bytes, handler: bytes) -> bytes:
    name = _NAMES[handler].encode()
    if kind == QUICKTIME:  # a counted string, and a type that MP4 keeps at zero
        return full_box(b"hdlr", 0, 0, b"mhlr", handler, bytes(12), bytes((len(name),)), name)
    return full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(12), name, b"\0")
