"""Packets of one segment become a fragmented MP4 file, a fragment of about one second at a time.

A fragment is ``prft`` (when this was, in UTC), ``moof`` (where the samples are) and ``mdat`` (the
samples); ISO/IEC 14496-12, 8.8 and 8.16.5. A file that ends after any fragment is whole, which is
why a power cut costs no more than the fragment that was being written.

All times are rounded from the absolute ones, so that no rounding adds up. Decoding times count
from the label's ``start_ns``. Sound from just before the first picture comes after it; since times
in ``tfdt`` cannot be negative, the sound's clock then runs ahead by as much (``lead``). Edit lists
take this back, and the delay of B-frames: time 0 of the movie is the first picture. (A fixed lead
would be simpler, but FFmpeg takes an AAC track's edit list for silence to be thrown away.)
"""

import struct

from curtilage.model import AudioInfo, Medium, Packet, StreamInfo, VideoInfo
from curtilage.record.mp4.boxes import DELTA, NS, SYNC, VIDEO_TIMESCALE, ntp, to_ticks
from curtilage.record.mp4.entries import audio_entry, brand, video_entry
from curtilage.record.mp4.label import Label, label_box
from curtilage.record.mp4.movie import EMPTY_TABLES, Edit, Track, ftyp, moov, mvex

FRAGMENT_NS = NS
"""What is held back at most, in time: so much may be lost when the power fails."""

FRAGMENT_BYTES = 16 << 20
"""What is held back at most, in bytes: a camera whose clock stands must not fill the memory."""

EARLY_SOUND_NS = NS
"""Sound that is earlier than the first picture by more than this is dropped."""

LONE_PICTURE_NS = 100_000_000
"""How long a picture lasts of which nothing tells it: it is the only one of its segment."""

_AAC_SAMPLES = 1024
_VIDEO, _AUDIO = 1, 2  # track numbers
_CAPTURED = 24  # prft: UTC with a small and steady distance to the moment of capture
_TRUN = 0x01000F01  # version 1 (signed shifts): offset; duration, size, flags, shift of each
_BASE_IS_MOOF = 0x020000
_U32 = 0xFFFFFFFF
_I31 = 0x7FFFFFFF

_PRFT = "I4sIIQQ"
_MOOF = "I4sI4sII"
_TRAF = "I4sI4sIII4sIQI4sIIi"
_MDAT = "I4s"


class Fragmenter:
    """One segment's packets in, its bytes out; no I/O, no clock.

    Write ``head()``, asked for after the first ``add``, then whatever ``add`` and ``finish`` give.
    """

    def __init__(self, info: StreamInfo, label: Label) -> None:
        self._info = info
        self._label = label
        self._start = label.start_ns
        self._rate = info.audio.rate if info.audio is not None else 0
        self._lead: int | None = None  # of the sound's clock, in its ticks, once it was written
        self._video: list[Packet] = []
        self._audio: list[Packet] = []
        self._bytes = 0
        self._due = 0  # decoding time of the packet that begins a new fragment, ns
        self._keys_only = True  # of what is held: pictures that are all keyframes stay together
        self._interval = LONE_PICTURE_NS  # between the last two pictures
        self._sequence = 0
        self._first: Packet | None = None
        self._end = label.start_ns

    @property
    def end_ns(self) -> int:
        """UTC where the pictures end that were given out so far."""
        return self._end

    def head(self) -> bytes:
        """What the file begins with: ``ftyp``, the label, ``moov``.

        Best asked for when ``add`` gives the first fragment: what sound came until then decides
        whether the sound's clock must run ahead.

        Raises:
            ValueError: if no picture was added yet; its times are needed.
        """
        if self._first is None:
            raise ValueError("the head of a segment is known after its first picture")
        kind = brand(self._info)
        zero = to_ticks(self._first.pts_ns - self._start, VIDEO_TIMESCALE)
        zero = min(max(zero, 0), _I31)
        tracks = [_video_track(self._info.video, kind, zero)]
        if self._info.audio is not None:
            rate = self._info.audio.rate
            media_time = self._sound_lead() + video_to_audio(zero, rate)
            tracks.append(_audio_track(self._info.audio, media_time))
        return b"".join(
            (ftyp(kind), label_box(self._label), moov(kind, self._start, tracks, mvex(tracks)))
        )

    def add(self, packet: Packet) -> bytes | None:
        """Keep the packet; the finished fragment if it begins a new one.

        A fragment begins at a picture: at a keyframe after other pictures, or when a second
        (or 16 MiB) is held. Sound goes with the pictures among which it comes; sound of a
        stream whose ``info`` has none is dropped.

        Raises:
            ValueError: if the first picture is before the label's start.
        """
        if packet.medium is not Medium.VIDEO:
            if self._rate and (packet.dts_ns >= self._start or self._has_place(packet)):
                self._audio.append(packet)
                self._bytes += len(packet.data)
            return None
        done = None
        if self._video:
            if (
                packet.dts_ns >= self._due
                or (packet.key and not self._keys_only)
                or self._bytes > FRAGMENT_BYTES
            ):
                self._interval = packet.dts_ns - self._video[-1].dts_ns
                done = self._cut(packet.dts_ns)
                self._due = packet.dts_ns + FRAGMENT_NS
                self._keys_only = packet.key
            elif not packet.key:
                self._keys_only = False
        else:
            self._due = packet.dts_ns + FRAGMENT_NS
            self._keys_only = packet.key
            if self._first is None:
                if packet.dts_ns < self._start:
                    raise ValueError("the first picture of a segment is before its start")
                self._first = packet
        self._video.append(packet)
        self._bytes += len(packet.data)
        return done

    def finish(self, end_ns: int | None = None) -> bytes | None:
        """All that is held, as a fragment; None if there is no picture.

        The last picture lasts until ``end_ns`` (where the next segment begins); without it, as
        long as the camera says or, where it does not say, as long as the one before. More may
        be added afterwards: this is also how to save what is held when a camera pauses.
        """
        video = self._video
        if not video:
            return None
        last = video[-1]
        if len(video) > 1:
            self._interval = last.dts_ns - video[-2].dts_ns
        if end_ns is None or end_ns <= last.dts_ns:
            end_ns = last.dts_ns + (last.duration_ns or self._interval)
        return self._cut(end_ns)

    def _cut(self, end_ns: int) -> bytes:
        """The held packets as a fragment; the last picture ends at ``end_ns``."""
        video, audio, start = self._video, self._audio, self._start
        ticks = [((p.dts_ns - start) * 9 + 50_000) // 100_000 for p in video]
        ticks.append(((end_ns - start) * 9 + 50_000) // 100_000)
        first = video[0]
        datas = [p.data for p in video]
        pictures: list[int] = []
        for packet, data, tick, after in zip(video, datas, ticks, ticks[1:], strict=False):
            pts = packet.pts_ns
            shift = ((pts - start) * 9 + 50_000) // 100_000 - tick if pts != packet.dts_ns else 0
            pictures += (after - tick, len(data), SYNC if packet.key else DELTA, shift)
        shown = max(ticks[0] + pictures[3], 0)  # when the first picture is shown
        stamp = ntp(max(first.pts_ns, start))
        sounds, sound_tick = self._sounds() if audio else ([], 0)
        size = sum(pictures[1::4])
        sizes = size + sum(sounds[1::4])
        video_size, audio_size = 64 + 4 * len(pictures), 64 + 4 * len(sounds) if sounds else 0
        moof_size = 24 + video_size + audio_size
        self._sequence += 1
        head = (
            32, b"prft", 0x01000000 | _CAPTURED, _VIDEO, stamp, shown,
            moof_size, b"moof", 16, b"mfhd", 0, self._sequence,
            *_traf(_VIDEO, video_size, ticks[0], len(video), moof_size + 8),
        )  # fmt: skip
        tail = (8 + sizes, b"mdat")
        if sounds:
            between = _traf(_AUDIO, audio_size, sound_tick, len(audio), moof_size + 8 + size)
            form = f">{_PRFT}{_MOOF}{_TRAF}{'IIIi' * len(video)}{_TRAF}{'IIIi' * len(audio)}{_MDAT}"
            packed = _pack(form, head, pictures, between, sounds, tail)
            datas += [p.data for p in audio]
        else:
            form = f">{_PRFT}{_MOOF}{_TRAF}{'IIIi' * len(video)}{_MDAT}"
            packed = _pack(form, head, pictures, (), sounds, tail)
        self._end = end_ns
        self._video, self._audio, self._bytes = [], [], 0
        return b"".join((packed, *datas))

    def _has_place(self, sound: Packet) -> bool:
        """Whether sound from before the segment's start can still be written."""
        early_ns = self._start - sound.dts_ns
        if self._lead is None:
            return early_ns <= EARLY_SOUND_NS
        return early_ns * self._rate <= self._lead * NS

    def _sound_lead(self) -> int:
        """By how much the sound's clock runs ahead, in its ticks; settled when first asked for."""
        if self._lead is None:
            first = self._audio[0].dts_ns if self._audio else self._start
            self._lead = -(min(first - self._start, 0) * self._rate // NS)
        return self._lead

    def _sounds(self) -> tuple[list[int], int]:
        """Rows of the held sound, and the decoding time of the first, in ticks of its track."""
        audio, rate = self._audio, self._rate
        start, half = self._start, self._sound_lead() * NS + NS // 2
        ticks = [((p.dts_ns - start) * rate + half) // NS for p in audio]
        ticks.append(ticks[-1] + self._sound_length(audio[-1]))
        rows: list[int] = []
        for packet, tick, after in zip(audio, ticks, ticks[1:], strict=False):
            rows += (after - tick, len(packet.data), SYNC, 0)
        return rows, ticks[0]

    def _sound_length(self, packet: Packet) -> int:
        """How long the last piece of sound lasts, in ticks; what follows is not known yet."""
        if packet.duration_ns:
            return to_ticks(packet.duration_ns, self._rate)
        audio = self._info.audio
        if audio is None or audio.config:
            return _AAC_SAMPLES
        return len(packet.data) // audio.channels  # G.711: a byte per sample and channel


def _traf(track: int, size: int, decode_time: int, count: int, offset: int) -> tuple[object, ...]:
    """The fields of a track's fragment, up to the rows of its samples."""
    return (
        size, b"traf", 16, b"tfhd", _BASE_IS_MOOF, track,
        20, b"tfdt", 0x01000000, decode_time,
        size - 44, b"trun", _TRUN, count, offset,
    )  # fmt: skip


def _pack(
    form: str,
    head: tuple[object, ...],
    pictures: list[int],
    between: tuple[object, ...],
    sounds: list[int],
    tail: tuple[object, ...],
) -> bytes:
    try:
        return struct.pack(form, *head, *pictures, *between, *sounds, *tail)
    except struct.error:
        # Times that no camera should send (half a day between two pictures, time that runs
        # backwards) are cut to what the format can say; to record goes before to be exact.
        clamped = (_clamped(pictures), _clamped(sounds))
        return struct.pack(form, *head, *clamped[0], *between, *clamped[1], *tail)


def _clamped(rows: list[int]) -> list[int]:
    rows[0::4] = [min(max(duration, 0), _U32) for duration in rows[0::4]]
    rows[3::4] = [min(max(shift, -_I31), _I31) for shift in rows[3::4]]
    return rows


def _video_track(video: VideoInfo, kind: bytes, media_time: int) -> Track:
    return Track(
        number=_VIDEO,
        handler=b"vide",
        timescale=VIDEO_TIMESCALE,
        entries=(video_entry(video, kind),),
        tables=EMPTY_TABLES,
        edits=(Edit(0, media_time),) if media_time else (),
        size=(video.width, video.height),
    )


def _audio_track(audio: AudioInfo, media_time: int) -> Track:
    return Track(
        number=_AUDIO,
        handler=b"soun",
        timescale=audio.rate,
        entries=(audio_entry(audio),),
        tables=EMPTY_TABLES,
        edits=(Edit(0, media_time),) if media_time else (),
    )


def video_to_audio(ticks: int, rate: int) -> int:
    """Ticks of the picture's clock as ticks of the sound's; the reader rounds as the writer."""
    return (ticks * rate + VIDEO_TIMESCALE // 2) // VIDEO_TIMESCALE
