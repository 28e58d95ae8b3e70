"""Stretches put one after the other: the timeline, edit list and tables of one exported movie.

Gaps are cut out: a stretch begins where the one before ends. Only the first may be cut at its begin
and only the last at its end, so that one edit says what is seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curtilage.model import AudioInfo, StreamInfo, VideoInfo
from curtilage.record.export.sources import Segment
from curtilage.record.export.stretch import Rows, Stretch
from curtilage.record.mp4.boxes import LARGE, VIDEO_TIMESCALE
from curtilage.record.mp4.entries import audio_entry, brand, video_entry
from curtilage.record.mp4.movie import Edit, Track, ftyp, moov
from curtilage.record.mp4.tables import place_tables, time_tables

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch and where it is in the movie."""

    stretch: Stretch
    at: int  # ticks of the movie, where it begins to be seen
    offset: int  # what makes the stretch's ticks ticks of the track


@dataclass(frozen=True, slots=True)
class Copy:
    """Bytes of a segment's file that go into the movie as they are."""

    segment: int  # ``Segment.index``
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Movie:
    """Everything but the bytes of the samples."""

    info: StreamInfo  # of the first segment, with sound if any has it
    placed: Sequence[Placed]
    duration: int  # ticks of the movie
    head: bytes  # ftyp, moov and the header of mdat
    copies: Sequence[Copy]  # what mdat is made of, in order
    bytes: int  # of the whole file


@dataclass(frozen=True, slots=True)
class _Chunks:
    """Samples of one track that lie together in a segment and in the movie."""

    first: Int64s  # [C] index of the first sample
    count: Int64s  # [C]
    size: Int64s  # [C] bytes
    entry: Int64s  # [C] 1 first
    segment: Int64s  # [C]
    fragment: Int64s  # [C]
    source: Int64s  # [C] bytes, offset in the segment's file


def build(segments: Sequence[Segment], stretches: Sequence[Stretch]) -> Movie:
    """One movie of these stretches; ``segments`` are all of the export, by ``Segment.index``."""
    placed, edit = _place(stretches)
    video = _merged([(p.stretch.video, p.offset) for p in placed])
    infos = [s.info for p in placed for s in p.stretch.segments]
    audio = next((info.audio for info in infos if info.audio is not None), None)
    info = StreamInfo(infos[0].video, audio)
    sounds = [
        (p.stretch.sound, p.offset * audio.rate // VIDEO_TIMESCALE)
        for p in placed
        if audio is not None and p.stretch.sound is not None
    ]
    tracks = [_video_parts(segments, video, edit, brand(info))]
    if audio is not None and sounds:
        sound = _merged(sounds)
        sound = sound.only(np.append(True, np.diff(np.maximum.accumulate(sound.time)) > 0))
        tracks.append(_audio_parts(segments, sound, edit, audio))
    created_ns = placed[0].stretch.begin_ns
    order, offsets = _layout([chunks for _, _, chunks in tracks])
    size = sum(int(chunks.size.sum()) for _, _, chunks in tracks)

    def head(base: int) -> bytes:
        whole = [
            _with_tables(track, rows, chunks, base + offset)
            for (track, rows, chunks), offset in zip(tracks, offsets, strict=True)
        ]
        wide = size + 8 >= LARGE
        mdat = (1 if wide else size + 8).to_bytes(4, "big") + b"mdat"
        mdat += (size + 16).to_bytes(8, "big") if wide else b""
        kind = brand(info)
        return ftyp(kind) + moov(kind, created_ns, whole) + mdat

    # Offsets in the head depend on its length: it is made until that does not change any more
    # (three times if 64 bits are needed only because of the head itself).
    first = head(0)
    while len(again := head(len(first))) != len(first):
        first = again
    return Movie(info, placed, edit.duration, again, order, len(again) + size)


def _place(stretches: Sequence[Stretch]) -> tuple[list[Placed], Edit]:
    """Each stretch after the one before, and the one edit from the first begin to the last end."""
    placed: list[Placed] = []
    decoded = shown_end = begin = 0  # where the track ends so far; where the movie begins
    for stretch in stretches:
        video = stretch.video
        times = video.time - video.time[0]
        shown = times + video.shift
        # Neither decoding nor presentation may overlap: where the delay of B-frames becomes
        # longer, the last picture stands for as long.
        base = max(decoded, shown_end - int(shown.min())) if placed else 0
        offset = base - int(video.time[0])
        decoded = base + int(times[-1] + video.duration[-1])
        shown_end = base + int((shown + video.duration).max())
        if not placed:
            begin = stretch.begin + offset
        placed.append(Placed(stretch, stretch.begin + offset - begin, offset))
    end = placed[-1].offset + stretches[-1].end
    return placed, Edit(end - begin, begin)


def _merged(parts: Sequence[tuple[Rows, int]]) -> Rows:
    """All rows, each part's times moved by its offset; durations go to the next sample."""
    time = np.concatenate([rows.time + offset for rows, offset in parts])
    last = int(parts[-1][0].duration[-1])
    return Rows(
        np.concatenate([rows.segment for rows, _ in parts]),
        np.concatenate([rows.fragment for rows, _ in parts]),
        np.concatenate([rows.offset for rows, _ in parts]),
        np.concatenate([rows.size for rows, _ in parts]),
        time,
        np.diff(time, append=int(time[-1]) + last),
        np.concatenate([rows.shift for rows, _ in parts]),
        np.concatenate([rows.key for rows, _ in parts]),
    )


def _video_parts(
    segments: Sequence[Segment], rows: Rows, edit: Edit, kind: bytes
) -> tuple[Track, Rows, _Chunks]:
    known: dict[VideoInfo, int] = {}
    entry = np.zeros(len(segments), np.int64)
    for index in np.unique(rows.segment):
        info = segments[index].info.video
        entry[index] = known.setdefault(info, len(known) + 1)
    track = Track(
        number=1,
        handler=b"vide",
        timescale=VIDEO_TIMESCALE,
        entries=[video_entry(info, kind) for info in known],
        tables=b"",
        edits=(edit,),
        size=next((info.width, info.height) for info in known),
        duration=edit.duration,
        media_duration=int(rows.duration.sum()),
    )
    return track, rows, _chunks(rows, entry)


def _audio_parts(
    segments: Sequence[Segment], rows: Rows, edit: Edit, audio: AudioInfo
) -> tuple[Track, Rows, _Chunks]:
    known: dict[AudioInfo, int] = {}
    entry = np.zeros(len(segments), np.int64)
    for index in np.unique(rows.segment):
        info = segments[index].info.audio or audio
        entry[index] = known.setdefault(info, len(known) + 1)
    rows = Rows(
        rows.segment,
        rows.fragment,
        rows.offset,
        rows.size,
        rows.time,
        np.diff(rows.time, append=int(rows.time[-1] + rows.duration[-1])),
        rows.shift,
        rows.key,
    )
    length = int(rows.duration.sum())
    heard = _sound_edits(edit, int(rows.time[0]), length, audio.rate)
    track = Track(
        number=2,
        handler=b"soun",
        timescale=audio.rate,
        entries=[audio_entry(info) for info in known],
        tables=b"",
        edits=heard,
        duration=sum(one.duration for one in heard),
        media_duration=length,
    )
    return track, rows, _chunks(rows, entry)


def _sound_edits(edit: Edit, first: int, length: int, rate: int) -> list[Edit]:
    """The picture's edit for the sound, whose track begins with its first sample at ``first``."""
    begin = edit.media_time * rate // VIDEO_TIMESCALE - first
    silent = min(max(-begin, 0) * VIDEO_TIMESCALE // rate, edit.duration)
    begin = max(begin, 0)
    left = max(length - begin, 0) * VIDEO_TIMESCALE // rate
    heard = Edit(min(edit.duration - silent, left), begin)
    return [Edit(silent, -1), heard] if silent else [heard]


def _chunks(rows: Rows, entry: Int64s) -> _Chunks:
    """Samples of one fragment are one chunk."""
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = (np.diff(rows.segment) != 0) | (np.diff(rows.fragment) != 0)
    # Sound that was left out, since it came twice, leaves a hole.
    begins[1:] |= rows.offset[1:] != rows.offset[:-1] + rows.size[:-1]
    first = np.flatnonzero(begins)
    return _Chunks(
        first,
        np.diff(first, append=len(rows)),
        np.add.reduceat(rows.size, first),
        entry[rows.segment[first]],
        rows.segment[first],
        rows.fragment[first],
        rows.offset[first],
    )


def _layout(tracks: Sequence[_Chunks]) -> tuple[list[Copy], list[Int64s]]:
    """Chunks in the order of the file, fragment by fragment, and each one's place in ``mdat``."""
    segment = np.concatenate([chunks.segment for chunks in tracks])
    source = np.concatenate([chunks.source for chunks in tracks])
    size = np.concatenate([chunks.size for chunks in tracks])
    # Chunks lie as they lay in the segments, pictures and sound of a fragment together.
    order = np.lexsort((source, segment))
    places = np.empty(len(order), np.int64)
    places[order] = np.cumsum(size[order]) - size[order]
    copies: list[Copy] = []
    for index in order:
        copy = Copy(int(segment[index]), int(source[index]), int(size[index]))
        last = copies[-1] if copies else None
        if last and (last.segment, last.offset + last.size) == (copy.segment, copy.offset):
            copies[-1] = Copy(last.segment, last.offset, last.size + copy.size)
        else:
            copies.append(copy)
    counts = np.cumsum([len(chunks.first) for chunks in tracks])[:-1]
    return copies, np.split(places, counts)


def _with_tables(track: Track, rows: Rows, chunks: _Chunks, offset: Int64s) -> Track:
    times = time_tables(rows.duration, rows.shift, rows.key)
    places = place_tables(rows.size, chunks.count, chunks.entry, offset)
    return Track(
        track.number,
        track.handler,
        track.timescale,
        track.entries,
        times + places,
        track.edits,
        track.size,
        track.duration,
        track.media_duration,
    )
