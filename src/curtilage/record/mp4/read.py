"""What is in a segment on disk, whatever happened to it: headers only, one read per fragment.

A file may end anywhere (power cut), in zeros (its length was written, its data not), or in bytes
of another file. ``scan`` finds how far it can be played and says why no further. Fragments are
believed when every size in them fits, they are numbered without a hole, and their own UTC time
agrees with the label: old blocks of a deleted recording do not. The first need not be number 1: a
segment that goes on in another file, since a disk failed, begins there with a later one.
"""

import os
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from curtilage.model import StreamInfo
from curtilage.record.mp4.boxes import NS, SYNC, VIDEO_TIMESCALE, ntp, to_ns
from curtilage.record.mp4.label import Label, read_label
from curtilage.record.mp4.parse import Head, Moof, Run, read_moof, read_moov

_AHEAD = 4096  # bytes per read: prft, moof and the header of mdat of most fragments
_HEAD_MOST = 1 << 20
_MOOF_MOST = 16 << 20
_SAME_TIME = 1 << 22  # NTP fraction, 1 ms
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe of that name must not hold us up
_SECTOR = 512  # bytes, the least that a disk writes
_FEW = 8  # zeros at the end may be a camera's

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fragments:
    """The whole fragments of a file, struct of arrays, in order."""

    offset: Int64s  # [N] bytes, of ``prft``
    size: Int64s  # [N] bytes, to the end of ``mdat``
    start_ns: Int64s  # [N] UTC, decoding time of the first picture
    end_ns: Int64s  # [N] UTC, where the last picture ends
    key: npt.NDArray[np.bool_]  # [N] begins with a keyframe

    def __len__(self) -> int:
        return len(self.offset)


@dataclass(frozen=True, slots=True)
class Scan:
    """What ``scan`` found."""

    label: Label | None  # None: not a segment, or not even that can be read
    info: StreamInfo | None  # None: the head cannot be read
    fragments: Fragments
    good_bytes: int  # the file can be played up to here; 0 without a fragment
    bytes: int  # of the file
    problem: str | None  # one sentence without a full stop; None: all is well
    sound_lead: int = 0  # ticks by which the sound's clock runs ahead


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples of one track, struct of arrays, in decoding order."""

    timescale: int  # ticks per second
    offset: Int64s  # [N] bytes, in the file
    size: Int64s  # [N] bytes
    dts: Int64s  # [N] ticks since the label's ``start_ns``
    duration: Int64s  # [N] ticks
    shift: Int64s  # [N] ticks from decoding to presentation
    key: npt.NDArray[np.bool_]  # [N]

    def __len__(self) -> int:
        return len(self.offset)


@dataclass(frozen=True, slots=True)
class Content:
    """The samples of a segment's tracks."""

    video: Samples
    audio: Samples | None  # None: the segment has no sound


def scan(path: Path) -> Scan:
    """Which segment the file is, and which fragments of it can be played.

    Raises:
        OSError: if the file cannot be read; nothing else, whatever is in it.
    """
    descriptor = os.open(path, _READ)
    try:
        return _scan(_File(descriptor))
    finally:
        os.close(descriptor)


def samples(path: Path, scanned: Scan, from_ns: int, to_ns: int) -> Content:
    """All samples of the fragments that overlap [from_ns, to_ns); the scan is that of this file.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is no longer what was scanned, or had no head.
    """
    if scanned.info is None:
        raise ValueError("no samples in a file without a head")
    fragments = scanned.fragments
    wanted = np.flatnonzero((fragments.end_ns > from_ns) & (fragments.start_ns < to_ns))
    videos: list[tuple[int, Run]] = []
    audios: list[tuple[int, Run]] = []
    descriptor = os.open(path, _READ)
    try:
        file = _File(descriptor)
        for index in wanted:
            at = int(fragments.offset[index])
            moof, moof_at, _ = _fragment(file, at)
            videos.append((moof_at, moof.video))
            if moof.audio is not None:
                audios.append((moof_at, moof.audio))
    finally:
        os.close(descriptor)
    audio = scanned.info.audio
    return Content(
        _joined(videos, VIDEO_TIMESCALE, 0),
        _joined(audios, audio.rate, scanned.sound_lead) if audio is not None else None,
    )


class _File:
    """Reads pieces of an open file, a little more than asked for."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.size = os.fstat(descriptor).st_size
        self._at = 0
        self._held = b""

    def read(self, offset: int, length: int) -> bytes:
        """The bytes from ``offset`` on, fewer at the end of the file."""
        begin = offset - self._at
        if begin < 0 or begin + length > len(self._held):
            self._held = os.pread(self.descriptor, max(length, _AHEAD), offset)
            self._at, begin = offset, 0
        return self._held[begin : begin + length]

    def box(self, offset: int) -> tuple[bytes, int, int]:
        """Kind, length of the header and of the whole box that begins at ``offset``."""
        header = self.read(offset, 8)
        if len(header) < 8:
            raise _CutOffError
        size, kind = struct.unpack(">I4s", header)
        if size == 1:
            header = self.read(offset, 16)
            if len(header) < 16:
                raise _CutOffError
            return kind, 16, int.from_bytes(header[8:], "big")
        return kind, 8, size

    def body(self, offset: int, header: int, size: int, most: int) -> bytes:
        """The body of a box."""
        if size < header or size > most:
            raise ValueError(f"a box of {size} bytes")
        if offset + size > self.size:
            raise _CutOffError
        body = self.read(offset + header, size - header)
        if len(body) < size - header:
            raise _CutOffError
        return body


class _CutOffError(Exception):
    """The file ends inside of a box."""


def _scan(file: _File) -> Scan:
    if file.size == 0:
        return Scan(None, None, _arrays([]), 0, 0, "the file is empty")
    label: Label | None = None
    try:
        label, at = _label(file)
        head, at = _head(file, at)
    except (_CutOffError, ValueError) as error:
        return Scan(label, None, _arrays([]), 0, file.size, _head_problem(file, label, error))
    rows: list[tuple[int, int, int, int, bool]] = []
    problem: str | None = None
    number = 0
    while at < file.size:
        try:
            moof, _, end = _fragment(file, at)
            number = number + 1 if rows else moof.sequence  # a file may begin late in its segment
            _believe(file, at, moof, number, label.start_ns)
        except (_CutOffError, ValueError) as error:
            problem = _problem(file, at, error)
            break
        video = moof.video
        start = label.start_ns + to_ns(video.decode_time, VIDEO_TIMESCALE)
        ticks = video.decode_time + sum(video.durations)
        key = video.flags[0] == SYNC
        rows.append((at, end - at, start, label.start_ns + to_ns(ticks, VIDEO_TIMESCALE), key))
        at = end
    if rows and not _written(file, rows[-1][0]):
        at = rows.pop()[0]
        problem = "the last fragment was not wholly written: there are zeros in its pictures"
    if not rows:
        at = 0
        problem = problem or "the file ends before its first fragment"
    return Scan(label, head.info, _arrays(rows), at, file.size, problem, head.lead)


def _label(file: _File) -> tuple[Label, int]:
    kind, header, size = file.box(0)
    if kind != b"ftyp":
        raise ValueError("no MP4 file")
    file.body(0, header, size, _HEAD_MOST)
    at = size
    kind, header, size = file.box(at)
    if kind != b"uuid":
        raise ValueError("no label")
    label = read_label(file.body(at, header, size, _HEAD_MOST))
    if label is None:
        raise ValueError("no label that can be read")
    return label, at + size


def _head(file: _File, at: int) -> tuple[Head, int]:
    kind, header, size = file.box(at)
    if kind != b"moov":
        raise ValueError("no head")
    body = file.body(at, header, size, _HEAD_MOST)
    return read_moov(body, 0, len(body)), at + size


def _head_problem(file: _File, label: Label | None, error: Exception) -> str:
    if not any(file.read(0, _AHEAD)):
        return "there are zeros where the file should begin"
    if isinstance(error, _CutOffError):
        return "the file ends before its first fragment"
    if label is None:
        return f"not a recording of ours ({error})"
    return f"the head of the file is damaged ({error})"


def _fragment(file: _File, at: int) -> tuple[Moof, int, int]:
    """A fragment's rows, where its ``moof`` begins, and where the fragment ends."""
    kind, header, size = file.box(at)
    if kind != b"prft" or size != 32:
        raise ValueError("no fragment begins there")
    file.body(at, header, size, 32)
    at += size
    kind, header, size = file.box(at)
    if kind != b"moof":
        raise ValueError("a fragment without its table")
    body = file.body(at, header, size, _MOOF_MOST)
    moof = read_moof(body, 0, len(body))
    kind, header, length = file.box(at + size)
    # The samples fill mdat exactly, pictures first.
    expected = size + 8
    for run in (moof.video, moof.audio):
        if run is not None:
            if run.offset != expected:
                raise ValueError("samples that lie elsewhere")
            expected += sum(run.sizes)
    if kind != b"mdat" or header != 8 or size + length != expected:
        raise ValueError("samples that do not fill their box")
    if at + size + length > file.size:
        raise _CutOffError
    return moof, at, at + size + length


def _believe(file: _File, at: int, moof: Moof, number: int, start_ns: int) -> None:
    """Raise ``ValueError`` for a fragment that is well made, but of another file."""
    stamp, shown = struct.unpack(">QQ", file.read(at + 16, 16))
    expected = ntp(start_ns + shown * NS // VIDEO_TIMESCALE)
    if moof.sequence != number or abs(stamp - expected) > _SAME_TIME:
        raise ValueError("a fragment of another recording")


def _written(file: _File, at: int) -> bool:
    """Whether a fragment's samples are there, not just room for them.

    Asked of the last fragment only, since a fragment is begun when the one before is on disk.
    What was not written is zeros, in whole sectors or in the part of one at the end. Pictures and
    sound have none: H.264 and H.265 break up three zeros, JPEG ends with a mark.
    """
    moof, moof_at, end = _fragment(file, at)
    begin = moof_at + moof.video.offset
    data = os.pread(file.descriptor, end - begin, begin)
    rest = (end - 1) % _SECTOR + 1
    if rest >= _FEW and not any(data[-rest:]):
        return False
    if bytes(_SECTOR) not in data:
        return True
    # A camera may fill up with zeros, but hardly from the beginning of a sector to its end.
    sectors = np.frombuffer(data, np.uint8, offset=min(-begin % _SECTOR, len(data)))
    whole = sectors[: len(sectors) // _SECTOR * _SECTOR].reshape(-1, _SECTOR)
    return bool(whole.any(axis=1).all())


def _problem(file: _File, at: int, error: Exception) -> str:
    left = file.size - at
    if not any(file.read(at, _AHEAD)):
        return f"there are {left:,} bytes of zeros after the last fragment"
    if isinstance(error, _CutOffError):
        return f"the last fragment is cut off ({left:,} bytes of it are there)"
    return f"{left:,} bytes from byte {at:,} on are no recording ({error})"


def _arrays(rows: list[tuple[int, int, int, int, bool]]) -> Fragments:
    table = np.array([row[:4] for row in rows], np.int64).reshape(-1, 4)
    key = np.array([row[4] for row in rows], np.bool_)
    return Fragments(table[:, 0], table[:, 1], table[:, 2], table[:, 3], key)


def _joined(runs: list[tuple[int, Run]], timescale: int, lead: int) -> Samples:
    """Rows of fragments one after the other; of each, where its ``moof`` begins is given."""
    offsets, times = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for moof_at, run in runs:
        sizes = np.array(run.sizes, np.int64)
        durations = np.array(run.durations, np.int64)
        offsets.append(moof_at + run.offset + np.cumsum(sizes) - sizes)
        times.append(run.decode_time - lead + np.cumsum(durations) - durations)
    return Samples(
        timescale,
        np.concatenate(offsets),
        np.array([size for _, run in runs for size in run.sizes], np.int64),
        np.concatenate(times),
        np.array([duration for _, run in runs for duration in run.durations], np.int64),
        np.array([shift for _, run in runs for shift in run.shifts], np.int64),
        np.array([flags == SYNC for _, run in runs for flags in run.flags], np.bool_),
    )
