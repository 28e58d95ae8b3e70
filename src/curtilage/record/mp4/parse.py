"""Boxes of our own files read back: the head into a ``StreamInfo``, ``moof`` into rows of samples.

Only what ``Fragmenter`` writes is understood. Everything is checked, since what is read may be
what a power cut left: whatever does not fit raises ``ValueError`` with the reason.
"""

import struct
from dataclasses import dataclass

from curtilage.model import AudioCodec, AudioInfo, StreamInfo, VideoCodec, VideoInfo
from curtilage.record.mp4.boxes import VIDEO_TIMESCALE, children
from curtilage.record.mp4.fragmenter import video_to_audio

_LONGEST_S = 10 * 366 * 86_400

_VIDEO = {
    b"avc1": VideoCodec.H264,
    b"hvc1": VideoCodec.HEVC,
    b"mp4v": VideoCodec.MJPEG,
    b"jpeg": VideoCodec.MJPEG,
}
_AUDIO = {
    b"mp4a": AudioCodec.AAC,
    b"ulaw": AudioCodec.PCM_MULAW,
    b"alaw": AudioCodec.PCM_ALAW,
}


@dataclass(frozen=True, slots=True)
class Head:
    """What ``moov`` says of the tracks."""

    info: StreamInfo
    zero: int  # ticks of the picture's clock that are time 0 of the movie
    lead: int  # ticks by which the sound's clock runs ahead


@dataclass(frozen=True, slots=True)
class Run:
    """One track's samples in one fragment."""

    decode_time: int  # ticks of the first
    offset: int  # bytes from the beginning of ``moof`` to the first
    durations: tuple[int, ...]  # ticks
    sizes: tuple[int, ...]  # bytes
    flags: tuple[int, ...]
    shifts: tuple[int, ...]  # ticks from decoding to presentation


@dataclass(frozen=True, slots=True)
class Moof:
    """One fragment's description."""

    sequence: int  # 1 first
    video: Run
    audio: Run | None


def read_moov(data: bytes, begin: int, end: int) -> Head:
    """The head of a segment, from the body of its ``moov``."""
    video: VideoInfo | None = None
    audio: AudioInfo | None = None
    zero = sound_zero = 0
    for kind, body, stop in children(data, begin, end):
        if kind != b"trak":
            continue
        timescale, media_time, entry = _read_trak(data, body, stop)
        if isinstance(entry, VideoInfo):
            video, zero = entry, media_time
            if timescale != VIDEO_TIMESCALE:
                raise ValueError(f"pictures at {timescale} ticks a second")
        else:
            audio, sound_zero = entry, media_time
            if timescale != entry.rate:  # written in 16 bits in the entry; here it is whole
                audio = AudioInfo(entry.codec, timescale, entry.channels, entry.config)
    if video is None:
        raise ValueError("no track of pictures")
    lead = sound_zero - video_to_audio(zero, audio.rate) if audio is not None else 0
    return Head(StreamInfo(video, audio), zero, lead)


def read_moof(data: bytes, begin: int, end: int) -> Moof:
    """The rows of a fragment, from the body of its ``moof``."""
    runs: dict[int, Run] = {}
    sequence = 0
    for kind, body, stop in children(data, begin, end):
        if kind == b"mfhd":
            (sequence,) = _unpack(">I", data, body + 4, stop)
        elif kind == b"traf":
            track, run = _read_traf(data, body, stop)
            runs[track] = run
    video = runs.pop(1, None)
    audio = runs.pop(2, None)
    if video is None or runs:
        raise ValueError("not the tracks that a segment has")
    if video.decode_time + sum(video.durations) > _LONGEST_S * VIDEO_TIMESCALE:
        raise ValueError("a segment of more than ten years")
    return Moof(sequence, video, audio)


def _read_traf(data: bytes, begin: int, end: int) -> tuple[int, Run]:
    track = decode_time = -1
    run: Run | None = None
    for kind, body, stop in children(data, begin, end):
        if kind == b"tfhd":
            (track,) = _unpack(">I", data, body + 4, stop)
        elif kind == b"tfdt":
            (decode_time,) = _unpack(">Q", data, body + 4, stop)
        elif kind == b"trun":
            flags, count, offset = _unpack(">IIi", data, body, stop)
            if flags != 0x01000F01 or stop - body != 12 + 16 * count or count == 0:
                raise ValueError("a table of samples that is not ours")
            rows = struct.unpack_from(f">{'IIIi' * count}", data, body + 12)
            run = Run(decode_time, offset, rows[0::4], rows[1::4], rows[2::4], rows[3::4])
    if run is None or track < 0 or not 0 <= decode_time < 1 << 60:
        raise ValueError("an incomplete track of a fragment")
    return track, run


def _read_trak(data: bytes, begin: int, end: int) -> tuple[int, int, VideoInfo | AudioInfo]:
    """Timescale, media time of its edit list, and what the track holds."""
    media_time = timescale = 0
    entry: VideoInfo | AudioInfo | None = None
    for path, body, stop in _walk(data, begin, end):
        if path == b"elst":
            wide = data[body] == 1
            _, _, media_time = _unpack(">IQq" if wide else ">IIi", data, body + 4, stop)
        elif path == b"mdhd":
            wide = data[body] == 1
            (timescale,) = _unpack(">I", data, body + (20 if wide else 12), stop)
        elif path == b"stsd":
            for kind, first, last in children(data, body + 8, stop):
                entry = _read_entry(data, kind, first, last)
    if entry is None or timescale == 0:
        raise ValueError("an incomplete track")
    return timescale, media_time, entry


def _walk(data: bytes, begin: int, end: int) -> list[tuple[bytes, int, int]]:
    """The boxes of a track, those inside of others too."""
    found: list[tuple[bytes, int, int]] = []
    for kind, body, stop in children(data, begin, end):
        if kind in (b"edts", b"mdia", b"minf", b"stbl"):
            found += _walk(data, body, stop)
        else:
            found.append((kind, body, stop))
    return found


def _read_entry(data: bytes, kind: bytes, begin: int, end: int) -> VideoInfo | AudioInfo:
    if kind in _VIDEO:
        width, height = _unpack(">HH", data, begin + 24, end)
        config = b""
        for name, body, stop in children(data, begin + 78, end):
            if name in (b"avcC", b"hvcC"):
                config = data[body:stop]
        return VideoInfo(_VIDEO[kind], width, height, config)
    if kind in _AUDIO:
        channels, rate = _unpack(">16xH6xI", data, begin, end)
        config = b""
        for name, body, stop in children(data, begin + 28, end):
            if name == b"esds":
                config = _specific(data[body + 4 : stop])
        return AudioInfo(_AUDIO[kind], rate >> 16, channels, config)
    raise ValueError(f"samples of an unknown kind ({kind!r})")


def _specific(data: bytes) -> bytes:
    """The decoder's configuration inside of an elementary stream's descriptor."""
    at = 0
    while at < len(data):
        tag, size, at = data[at], 0, at + 1
        while at < len(data):
            byte, at = data[at], at + 1
            size = size << 7 | byte & 127
            if byte < 128:
                break
        if tag == 5:
            return data[at : at + size]
        at += {3: 3, 4: 13}.get(tag, size)  # into those that hold others, past the rest
    return b""


def _unpack(form: str, data: bytes, offset: int, end: int) -> tuple[int, ...]:
    if offset + struct.calcsize(form) > end:
        raise ValueError("a box that is too short for what it says")
    return struct.unpack_from(form, data, offset)
