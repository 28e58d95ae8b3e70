"""Packets become pieces of MP4 that a browser's ``<video>`` shows as they come, one per picture.

ISO BMFF byte stream format of Media Source Extensions: a head (``ftyp``, ``moov``), then ``moof``
and ``mdat`` of each picture. A fragment that waited for a whole GOP would be as late as the GOP is
long (measured: 2.3 s against 0.26 s).

Media time runs on over every loss and change of the camera, and what UTC it is at media time 0 is
said with each head: so a page knows of the picture on the screen when it was taken.
"""

import struct

from curtilage.model import Packet, VideoInfo
from curtilage.record.mp4.boxes import DELTA, NS, SYNC, VIDEO_TIMESCALE, to_ticks
from curtilage.record.mp4.entries import MP4, video_entry
from curtilage.record.mp4.movie import EMPTY_TABLES, Track, ftyp, moov, mvex

LASTS_NS = NS
"""How long every picture says it lasts. The truth is not known before the next one comes, and one
that said less than half of it would make browsers wait for the next keyframe (Media Source
Extensions, "coded frame processing": a step in decoding times above twice the duration).
So the end of what a browser has buffered is a second beyond the newest picture."""

REST_NS = NS
"""Media time between what came before and after the clock was set back."""

_FRAGMENT = struct.Struct(">I4s I4sII I4s I4sII I4sIQ I4sIIi IIIi I4s")
_MOOF, _TRAF, _TRUN = 104, 80, 36  # bytes of these boxes
_BASE_IS_MOOF = 0x020000
_ROWS = 0x01000F01  # version 1 (signed shifts): offset; duration, size, flags, shift of each
_LASTS = to_ticks(LASTS_NS, VIDEO_TIMESCALE)
_MOST = 0x7FFFFFFF


def head_of(video: VideoInfo, at_ns: int) -> bytes:
    """``ftyp`` and ``moov`` of one track of pictures that come in fragments, of UTC ``at_ns``."""
    track = Track(
        number=1,
        handler=b"vide",
        timescale=VIDEO_TIMESCALE,
        entries=(video_entry(video, MP4),),
        tables=EMPTY_TABLES,
        size=(video.width, video.height),
    )
    return ftyp(MP4) + moov(MP4, at_ns, (track,), mvex((track,)))


class Fragments:
    """One stream as media time: never goes back, whatever the camera and the clocks do."""

    def __init__(self) -> None:
        self.zero_ns: int | None = None  # UTC at media time 0, for the pictures to come
        self._number = 0
        self._end_ns = 0  # media time of the last picture, and what it lasts

    def head(self, video: VideoInfo, at_ns: int) -> bytes:
        """What a browser must have before the first picture, which is of UTC ``at_ns``."""
        if self.zero_ns is None:
            self.zero_ns = at_ns
        elif at_ns - self.zero_ns < self._end_ns:  # the clock was set back
            self.zero_ns = at_ns - self._end_ns - REST_NS
        return head_of(video, at_ns)

    def media_s(self, utc_ns: int) -> float:
        """Media time of that moment, s."""
        return (utc_ns - (self.zero_ns or 0)) / NS

    def picture(self, packet: Packet) -> bytes:
        """The fragment of one picture.

        With B-frames, a picture is decoded before it is shown: the fragment says both.

        Raises:
            ValueError: no head was asked for, or the picture is from before it.

        """
        if self.zero_ns is None or packet.dts_ns < self.zero_ns:
            raise ValueError("a picture from before the head of its stream")
        tick = to_ticks(packet.dts_ns - self.zero_ns, VIDEO_TIMESCALE)
        shift = to_ticks(packet.pts_ns - self.zero_ns, VIDEO_TIMESCALE) - tick
        self._number += 1
        self._end_ns = packet.dts_ns - self.zero_ns
        size = len(packet.data)
        return (
            _FRAGMENT.pack(
                _MOOF, b"moof",
                16, b"mfhd", 0, self._number & 0xFFFFFFFF,
                _TRAF, b"traf",
                16, b"tfhd", _BASE_IS_MOOF, 1,
                20, b"tfdt", 0x01000000, tick,
                _TRUN, b"trun", _ROWS, 1, _MOOF + 8,
                _LASTS, size, SYNC if packet.key else DELTA, min(max(shift, 0), _MOST),
                8 + size, b"mdat",
            )
            + packet.data
        )  # fmt: skip
