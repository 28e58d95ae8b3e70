"""Sample entries: what a decoder must know before the first sample, as boxes of ``stsd``.

H.264 ``avc1`` and H.265 ``hvc1`` (ISO/IEC 14496-15; never ``hev1``, which Apple's players
refuse), MJPEG ``mp4v`` (ISO/IEC 14496-14, object type 0x6C) or QuickTime's ``jpeg``, AAC
``mp4a``, G.711 ``ulaw`` and ``alaw`` (QuickTime File Format: MP4 has no place for them).
"""

import struct

from curtilage.model import AudioCodec, AudioInfo, StreamInfo, VideoCodec, VideoInfo
from curtilage.record.mp4.boxes import box, full_box

MP4 = b"iso6"
QUICKTIME = b"qt  "

_CONFIG = {VideoCodec.H264: (b"avc1", b"avcC"), VideoCodec.HEVC: (b"hvc1", b"hvcC")}
_G711 = {AudioCodec.PCM_MULAW: b"ulaw", AudioCodec.PCM_ALAW: b"alaw"}
_OBJECT_AAC, _STREAM_AUDIO = 0x40, 0x15
_OBJECT_JPEG, _STREAM_VISUAL = 0x6C, 0x11


def brand(info: StreamInfo) -> bytes:
    """Which kind of file can hold the stream: ``iso6`` (MP4), or ``qt  `` when it has G.711."""
    return QUICKTIME if info.audio is not None and info.audio.codec in _G711 else MP4


def extension(info: StreamInfo) -> str:
    """How the name of a file with this stream ends: ``.mp4``, or ``.mov`` when it has G.711."""
    return ".mov" if brand(info) == QUICKTIME else ".mp4"


def video_entry(video: VideoInfo, kind: bytes) -> bytes:
    """The sample entry of pictures, for a file of this brand."""
    if video.codec in _CONFIG:
        name, config = _CONFIG[video.codec]
        return box(name, _visual(video), box(config, video.config))
    if kind == QUICKTIME:
        return box(b"jpeg", _visual(video))
    return box(b"mp4v", _visual(video), _esds(1, _OBJECT_JPEG, _STREAM_VISUAL, b""))


def audio_entry(audio: AudioInfo) -> bytes:
    """The sample entry of sound (QuickTime's sound description, version 0, is the same)."""
    # The field for the rate has 16 bits before the point; more is said by AAC's own config.
    rate = audio.rate if audio.rate < 1 << 16 else 0
    sound = struct.pack(">6xHHHIHHHHI", 1, 0, 0, 0, audio.channels, 16, 0, 0, rate << 16)
    if audio.codec in _G711:
        return box(_G711[audio.codec], sound)
    return box(b"mp4a", sound, _esds(2, _OBJECT_AAC, _STREAM_AUDIO, audio.config))


def _visual(video: VideoInfo) -> bytes:
    """The fields that all visual sample entries share (ISO/IEC 14496-12, 12.1.3)."""
    return struct.pack(
        ">6xH16xHHIIIH32xHh", 1, video.width, video.height, 72 << 16, 72 << 16, 0, 1, 24, -1
    )


def _esds(track: int, object_type: int, stream_type: int, config: bytes) -> bytes:
    """The elementary stream's descriptor (ISO/IEC 14496-1, 7.2.6), one inside the other."""
    specific = _descriptor(5, config) if config else b""
    decoder = _descriptor(4, struct.pack(">BB3xII", object_type, stream_type, 0, 0), specific)
    stream = _descriptor(3, struct.pack(">HB", track, 0), decoder, _descriptor(6, b"\x02"))
    return full_box(b"esds", 0, 0, stream)


def _descriptor(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    # Four bytes of seven bits each: the long form is what other writers use, and readers know.
    length = bytes((size >> 21 & 127 | 128, size >> 14 & 127 | 128, size >> 7 & 127 | 128))
    return bytes((tag,)) + length + bytes((size & 127,)) + body
