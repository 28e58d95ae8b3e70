"""One stream that somebody watches: items of the bus in, messages for all its viewers out. No I/O.

It keeps what a viewer who comes now must be told: how it stands, the head, and the pictures since
the last keyframe, so that the first picture is on the screen at once.
"""

import struct

from curtilage.ingest.bus import Heard, Missed
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import Medium, Packet, VideoCodec, VideoInfo
from curtilage.web.live import messages
from curtilage.web.live.codec import media_type
from curtilage.web.live.fragments import Fragments
from curtilage.web.live.messages import Message, Opening, Picture, Word

MOST_BYTES = 8_000_000  # of a GOP kept for who comes late; with a longer one he waits
MOST_PICTURES = 1_200
SILENT_S = 5.0  # without a word of the recorder until that is said
SILENT_STEPS = 3  # or so many distances between pictures, where they are seldom
UNHEARD_S = 2.0  # the same, before the first word


class Line:
    """One stream of a camera. ``now_s`` is monotonic time."""

    def __init__(self, camera: str, stream: str, now_s: float) -> None:
        self.camera, self.stream = camera, stream
        self.pictures = 0  # passed on
        self._fragments = Fragments()
        self._video: VideoInfo | None = None
        self._opening: Opening | None = None
        self._word: Word | None = None  # the last one, where it was that nothing comes
        self._gop: list[Picture] = []
        self._bytes = 0
        self._heard_s = now_s
        self._step_s = 0.0  # between the last two pictures
        self._last_ns: int | None = None  # UTC, of the last picture

    def take(self, item: Heard, now_s: float) -> list[Message]:
        """What all viewers are told about ``item``, in order."""
        if isinstance(item, Packet):
            if item.medium is not Medium.VIDEO or self._video is None:
                return []
            return self._picture(item, now_s)
        self._heard_s = now_s
        if isinstance(item, Missed):
            self._forget()
            return []  # a keyframe follows, or a word
        if isinstance(item, Lost):
            self._forget()
            self._word = messages.lost(item)
            return [self._word]
        return self._open(item)

    def silence(self, now_s: float, utc_ns: int) -> list[Message]:
        """What is told when nothing has come for too long: asked about once a second."""
        quiet_s = now_s - self._heard_s
        if self._word is not None:
            return []
        if self._last_ns is None:
            if quiet_s < UNHEARD_S:
                return []
            sentence = f"nothing is heard of {self.camera} yet"
            since_ns = None
        else:
            if quiet_s < max(SILENT_S, SILENT_STEPS * self._step_s):
                return []
            sentence = f"nothing is heard of {self.camera} any more"
            since_ns = utc_ns - round(quiet_s * 1e9)
        self._word = messages.silent(sentence, since_ns)
        return [self._word]

    def so_far(self) -> list[Message]:
        """What a viewer is told who comes now."""
        told: list[Message] = []
        if self._opening is not None:
            told.append(self._opening)
        if self._word is not None:
            return [*told, self._word]
        return [*told, *self._gop]

    def _open(self, item: Opened) -> list[Message]:
        video = item.info.video
        self._forget()
        self._word = self._video = self._opening = None
        try:
            kind = media_type(video)
        except ValueError as error:
            self._word = messages.refused(f"{self.camera} cannot be shown: {error}")
            return [self._word]
        head = self._fragments.head(video, item.at_ns)
        zero_ns = self._fragments.zero_ns or 0
        from_s = self._fragments.media_s(item.at_ns)
        text = messages.opened(self.camera, self.stream, video, kind, from_s, zero_ns)
        if video.codec is VideoCodec.MJPEG:
            head = b""
        self._video, self._opening = video, Opening(text, video.codec, head)
        return [self._opening]

    def _picture(self, packet: Packet, now_s: float) -> list[Message]:
        assert self._video is not None  # noqa: S101 (for the type: asked by the caller)
        told: list[Message] = []
        if self._word is not None and self._opening is not None:
            if not packet.key:
                return []
            told.append(self._opening)  # it comes again, and is said to all to be well
            self._word = None
        if self._video.codec is VideoCodec.MJPEG:
            data = struct.pack(">d", packet.pts_ns / 1e6) + packet.data
        else:
            try:
                data = self._fragments.picture(packet)
            except ValueError:
                return []  # times that go back without a word; the next head mends it
        self._step_s = now_s - self._heard_s
        self._heard_s, self._last_ns = now_s, packet.dts_ns
        self.pictures += 1
        picture = Picture(data, packet.key, packet.dts_ns)
        self._keep(picture)
        return [*told, picture]

    def _keep(self, picture: Picture) -> None:
        if picture.key:
            self._forget()
        elif not self._gop:
            return  # the GOP grew too long to be kept
        self._bytes += len(picture.data)
        if self._bytes > MOST_BYTES or len(self._gop) >= MOST_PICTURES:
            self._forget()
            return
        self._gop.append(picture)

    def _forget(self) -> None:
        self._gop, self._bytes = [], 0
