"""An RTSP camera: opened in a fraction of a second, its pictures whole, as they arrive.

One thread reads one connection, and everything is made for few wake-ups and few copies, since each
wake-up costs about 50 us of CPU and fifty cameras send fifty thousand packets a minute: all that is
there is received at once, and in the middle of a picture the thread waits 2 ms for more of it.
While nobody is in a hurry, several pictures are received at once (``receiving``).
"""

import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.live import h264, hevc, nal
from curtilage.ingest.live.connection import Raw
from curtilage.ingest.live.decoding import Decoding
from curtilage.ingest.live.losses import Losses
from curtilage.ingest.live.receiving import Receiver, timeval
from curtilage.ingest.rtsp.client import Playing, play
from curtilage.ingest.rtsp.h264 import H264
from curtilage.ingest.rtsp.h265 import H265
from curtilage.ingest.rtsp.interleaved import Framing
from curtilage.ingest.rtsp.message import Message, Request, Response
from curtilage.ingest.rtsp.pictures import Assembler, Picture
from curtilage.ingest.rtsp.reception import Control
from curtilage.ingest.rtsp.rtp import Order, Unwrapped, parse
from curtilage.model import AudioInfo, Medium, VideoCodec

SECOND = 1_000_000_000
REPORT_EVERY = 10 * SECOND
PAUSE_S = 0.002  # in which more of a picture comes
SEND_S = 1.0  # a camera that takes no request for so long is not there
BYE_S = 0.1
_VIDEO, _AUDIO = Medium.VIDEO, Medium.AUDIO


def open_rtsp(
    name: str,
    address: Address,
    *,
    audio: bool,
    open_s: float,
    stall_s: float,
    connected: Callable[[Callable[[], None]], None],
    hurries: Callable[[], bool] = lambda: True,
) -> "RtspConnection":
    """Connect, describe, set up and play.

    Args:
        name: of the camera and stream, for sentences.
        address: where it is.
        audio: whether its sound is set up as well.
        open_s: how long that may take.
        stall_s: how long a read may wait, should the watch not end it before.
        connected: told how to cut the connection from elsewhere while it is opened.
        hurries: whether somebody wants the pictures as they come.

    Raises:
        CameraError: no picture that can be recorded.

    """
    try:
        playing = play(
            address,
            open_s,
            audio=audio,
            connected=lambda dialogue: connected(lambda: _shut(dialogue.socket, socket.SHUT_RDWR)),
        )
    except CameraError as error:
        said = address.redact(f"camera {name}: {error}")
        raise CameraError(error.reason, said, error.cause) from None
    return RtspConnection(name, playing, stall_s, hurries)


class RtspConnection:
    """A camera that plays, as a `Connection`."""

    framed = True

    def __init__(
        self, name: str, playing: Playing, stall_s: float, hurries: Callable[[], bool]
    ) -> None:
        video = playing.video
        self._playing, self._socket = playing, playing.dialogue.socket
        self.codec = VideoCodec(video.codec)
        self.extradata = b"".join(nal.START + unit for unit in video.parameter_sets)
        self.audio: AudioInfo | None = playing.heard.info if playing.heard else None
        self.note = f"camera {name} {playing.note}" if playing.note else None
        self._losses = Losses(name, self.note)
        self._scheme = H264 if self.codec is VideoCodec.H264 else H265
        self._rate = video.clock_rate or 90_000
        self._pictures = Assembler(video.payload or 0, self._scheme)
        self._video_control = Control(self._pictures.order, self._rate)
        self._decoding = Decoding()
        self._sequence = b""  # the parameter set that was read last
        for unit in video.parameter_sets:
            self._learn(unit)
        self._sound_order, self._sound_time = Order(), Unwrapped(32)
        self._sound_control = Control(
            self._sound_order, playing.heard.clock_rate if playing.heard else 1
        )
        self._framing = Framing(playing.channels)
        self._every = max(playing.timeout_s * SECOND // 2, SECOND)
        self._cut = False
        self._receiver = Receiver(self._socket, 1.25 * stall_s, hurries)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeval(SEND_S))

    def packets(self) -> Iterator[Raw]:
        """The packets, until the camera ends it."""
        framing, pictures = self._framing, self._pictures
        receiver, clock = self._receiver, time.monotonic_ns
        raw, view = self._raw, framing.view
        pause_s = 0.0 if isinstance(self._socket, ssl.SSLSocket) else PAUSE_S
        begun = self._playing.begun
        now = clock()
        ask_at, look_at, report_at = now + self._every, now, now + SECOND
        while not self._cut:
            if begun:
                count = min(len(begun), len(framing.room()))
                framing.room()[:count] = begun[:count]
                begun = begun[count:]
            else:
                count = receiver.into(framing.room())
                if not count:
                    break
            now = clock()
            for picture in pictures.feed(view, framing.take(count), now):
                yield raw(picture, now)
            if framing.others:
                yield from self._others(now)
            for message in framing.messages:
                self._answer(message)
            if now >= report_at:
                report_at = now + REPORT_EVERY
                self._report(now)
            if now >= look_at:
                look_at = now + SECOND
                self.note = self._losses.told(pictures.order.lost, pictures.damaged, now / SECOND)
            if now >= ask_at:
                ask_at = now + self._every
                self._keep_alive()
            if framing.empty and not pictures.partial:
                framing.rewind()
                continue
            if framing.short:
                pictures.detach()
                framing.compact()
            if pause_s and not begun and not receiver.calm and pictures.midway:
                time.sleep(pause_s)
        now = clock()
        for picture in pictures.rest(now):
            yield raw(picture, now)

    def interrupt(self) -> None:
        """End a read that waits; what is sent still goes out."""
        self._cut = True
        _shut(self._socket, socket.SHUT_RD)

    def close(self) -> None:
        """Tell the camera that nobody watches any more, and hang up."""
        dialogue = self._playing.dialogue
        with suppress(OSError, ValueError):
            self._socket.settimeout(BYE_S)
            self._socket.sendall(dialogue.request("TEARDOWN", self._playing.url))
        with suppress(OSError):
            dialogue.close()

    def _raw(self, picture: Picture, now: int) -> Raw:
        ticks, kinds, data, came = picture
        shown = ticks * SECOND // self._rate
        plain = not kinds & ~self._scheme.plain
        report = None
        if not plain:
            if kinds >> self._scheme.sequence & 1:
                for unit in nal.lengths(data):
                    self._learn(unit)
            report = self._video_control.utc_of(ticks, now)
        decoded = self._decoding.time(shown)
        if report is not None and decoded is not None:
            report -= shown - decoded
        return Raw(_VIDEO, decoded, shown, 0, report, data, now - came, plain)

    def _learn(self, unit: bytes) -> None:
        """Of a sequence parameter set: how many pictures are reordered."""
        is_h264 = self.codec is VideoCodec.H264
        kind = unit[0] & 0x1F if is_h264 else hevc.kind(unit)
        if kind != self._scheme.sequence or unit == self._sequence:
            return
        self._sequence = unit
        try:
            depth = h264.read_sps(unit).reorder if is_h264 else hevc.read_sps(unit).reorder
        except ValueError:
            return
        if depth is not None and depth != self._decoding.depth:
            self._decoding = Decoding(depth)

    def _others(self, now: int) -> Iterator[Raw]:
        """Sound, and control."""
        channels, view = self._playing.channels, self._framing.view
        for channel, begin, end in self._framing.others:
            data = view[begin:end]
            if channel == channels.video_control:
                self._video_control.take(data, now)
            elif channel == channels.audio_control:
                self._sound_control.take(data, now)
            elif channel == channels.audio:
                yield from self._sound(data)

    def _sound(self, data: memoryview) -> Iterator[Raw]:
        heard, packet = self._playing.heard, parse(data)
        if heard is None or packet is None or packet.kind != self._playing.channels.audio_kind:
            return
        for ready, gap in self._sound_order.put(packet):
            begin = self._sound_time.of(ready.time)
            for piece in heard.reader.read(ready, gap):
                at = (begin + piece.time) * SECOND // heard.clock_rate
                lasts = piece.samples * SECOND // heard.info.rate
                yield Raw(_AUDIO, at, at, lasts, None, piece.data)

    def _report(self, now: int) -> None:
        """Say how much of it came, as cameras expect."""
        channels = self._playing.channels
        for channel, control in (
            (channels.video_control, self._video_control),
            (channels.audio_control, self._sound_control),
        ):
            answer = control.answer(now) if channel >= 0 else None
            if answer is not None:
                self._socket.sendall(struct.pack(">cBH", b"$", channel, len(answer)) + answer)

    def _keep_alive(self) -> None:
        playing = self._playing
        self._socket.sendall(playing.dialogue.request(playing.keepalive, playing.url))

    def _answer(self, message: Message) -> None:
        """What the camera says between the pictures."""
        dialogue = self._playing.dialogue
        if isinstance(message, Response):
            if message.status == 401 and dialogue.challenged(message):  # the nonce is too old
                self._keep_alive()
        elif isinstance(message, Request):
            known = message.method in ("OPTIONS", "GET_PARAMETER", "SET_PARAMETER", "ANNOUNCE")
            status = "200 OK" if known else "501 Not Implemented"
            number = (message.headers.get("CSeq") or "0").strip()[:10]
            if number.isdecimal():
                self._socket.sendall(f"RTSP/1.0 {status}\r\nCSeq: {number}\r\n\r\n".encode())


def _shut(line: socket.socket, how: int) -> None:
    """End waits on a connection, from any thread; under TLS too, whose own way would write."""
    with suppress(OSError):
        socket.socket.shutdown(line, how)
