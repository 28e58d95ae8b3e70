"""A container of PyAV (FFmpeg) as a `Connection`: files, and cameras at USB."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from av.audio.stream import AudioStream
from av.container import InputContainer

from curtilage.ingest.errors import CameraError
from curtilage.ingest.live.connection import BROKEN, Raw
from curtilage.model import AudioCodec, AudioInfo, GapReason, Medium, VideoCodec

VIDEO = {codec.value: codec for codec in VideoCodec}
AUDIO = {codec.value: codec for codec in AudioCodec}
SECOND = 1_000_000_000


class ContainerConnection:
    """Packets of an open container.

    Args:
        container: the open container.
        name: of the camera, for sentences.
        audio: whether sound was asked for.

    Raises:
        CameraError: there is no picture in it that can be recorded.

    """

    framed = False

    def __init__(self, container: InputContainer, name: str, *, audio: bool) -> None:
        self._container = container
        self.note: str | None = None
        videos = container.streams.video
        if not videos:
            raise CameraError(GapReason.UNSUPPORTED, f"camera {name} offers no picture")
        self._video = videos[0]
        codec = self._video.codec_context.name if self._video.codec_context else "unknown"
        if codec not in VIDEO:
            raise CameraError(
                GapReason.UNSUPPORTED,
                f"camera {name} sends {codec}; set it to H.264 or H.265 (also possible: MJPEG)",
            )
        self.codec = VIDEO[codec]
        self.extradata = bytes(self._video.codec_context.extradata or b"")
        self._audio: AudioStream | None = None
        self.audio: AudioInfo | None = None
        if audio:
            self._choose_audio(name)

    def _choose_audio(self, name: str) -> None:
        offered = self._container.streams.audio
        for stream in offered:
            context = stream.codec_context
            if context is not None and context.name in AUDIO:
                self._audio = stream
                config = bytes(context.extradata or b"") if context.name == "aac" else b""
                self.audio = AudioInfo(
                    AUDIO[context.name], context.sample_rate, context.channels or 1, config
                )
                return
        if offered:
            names = ", ".join(s.codec_context.name if s.codec_context else "?" for s in offered)
            self.note = (
                f"camera {name} sends sound as {names}, which is not recorded; "
                "set it to AAC or G.711"
            )
        else:
            self.note = f"camera {name} offers no sound"

    def packets(self) -> Iterator[Raw]:
        """The packets, until the camera ends it."""
        video_medium, audio_medium = Medium.VIDEO, Medium.AUDIO
        video, audio = self._video, self._audio
        base = video.time_base
        assert base is not None  # noqa: S101  every demuxer sets it
        num, den = base.numerator * SECOND, base.denominator
        streams = [video] if audio is None else [video, audio]
        for packet in self._container.demux(streams):
            if not packet.size:
                continue  # the end
            if audio is not None and packet.stream is audio:
                yield self._sound(packet, audio_medium)
                continue
            dts, pts, duration = packet.dts, packet.pts, packet.duration
            yield Raw(
                video_medium,
                None if dts is None else dts * num // den,
                None if pts is None else pts * num // den,
                duration * num // den if duration else 0,
                None,
                memoryview(packet),
            )

    def _sound(self, packet: Any, medium: Medium) -> Raw:
        base = packet.time_base
        num, den = base.numerator * SECOND, base.denominator
        dts = packet.dts
        time = None if dts is None else dts * num // den
        duration = packet.duration * num // den if packet.duration else 0
        return Raw(medium, time, time, duration, None, bytes(packet))

    def interrupt(self) -> None:
        """Nothing to do: who reads never waits in FFmpeg."""

    def close(self) -> None:
        """Free what FFmpeg holds."""
        with suppress(*BROKEN):
            self._container.close()
