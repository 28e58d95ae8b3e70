"""Opens a file of footage with FFmpeg (PyAV), or says in one sentence why it cannot be opened."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from curtilage.ingest.errors import FootageError

NO_TIMESTAMPS = 0x80  # AVFMT_NOTIMESTAMPS: what such a format calls timestamps is made up
NO_FOOTAGE = frozenset({"tty", "lavfi", "concat", "hls", "dash"})
"""Formats that FFmpeg shows as video and that are none: text, and lists of other files."""

FASTEST, SLOWEST = 1000.0, 0.02
"""Frame rates (1/s) outside are no rates but errors of the header."""


@dataclass(frozen=True, slots=True)
class OpenVideo:
    """A file that is open, and its picture stream."""

    container: InputContainer
    stream: VideoStream

    @property
    def header_rate(self) -> float | None:
        """Frames per second that the header states, None when it states none worth believing."""
        context = self.stream.codec_context
        rates: tuple[Fraction | None, ...]
        if self.has_timestamps:
            rates = (self.stream.average_rate, self.stream.guessed_rate, context.framerate)
        else:
            rates = (context.framerate,)  # the stream's rate is FFmpeg's own guess of 25
        for rate in rates:
            if rate and SLOWEST <= rate <= FASTEST:
                return float(rate)
        return None

    @property
    def has_timestamps(self) -> bool:
        """False for raw streams of a codec."""
        return not self.container.format.flags & NO_TIMESTAMPS

    @property
    def duration(self) -> float | None:
        """Seconds that the header promises, None when it does not say."""
        stream = self.stream
        if not self.has_timestamps:
            return None
        if stream.duration and stream.time_base:
            return float(stream.duration * stream.time_base)
        return self.container.duration / av.time_base if self.container.duration else None


def open_video(path: Path, threads: int = 0) -> OpenVideo:
    """Open ``path`` for decoding with ``threads`` threads (0: as many as FFmpeg likes).

    Only the file itself is read: lists that point to other files or to the network are refused.

    Raises:
        FootageError: it cannot be read, is empty, is no video, or holds only sound.

    """
    try:
        if path.stat().st_size == 0:
            raise FootageError(f"{path}: is empty (0 bytes)")
        container = av.open(str(path), options={"protocol_whitelist": "file"})
    except av.error.InvalidDataError:
        raise FootageError(f"{path}: {_why_invalid(path)}") from None
    except (OSError, av.error.FFmpegError) as error:
        raise FootageError(f"{path}: cannot be read ({error.strerror or error})") from None
    try:
        return OpenVideo(container, _picture_stream(path, container, threads))
    except BaseException:
        container.close()
        raise


def _why_invalid(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide"):
        return (
            "its index (moov) is missing, so nothing of it can be read; the recording was cut "
            "off before it was finished"
        )
    return "is not a video that FFmpeg can read"


def _picture_stream(path: Path, container: InputContainer, threads: int) -> VideoStream:
    if container.format.name in NO_FOOTAGE:
        raise FootageError(f"{path}: is not a video but a file of type {container.format.name}")
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or stream.disposition & Disposition.attached_pic:
        sound = "only sound" if container.streams.audio else "no stream of pictures"
        raise FootageError(f"{path}: holds {sound}; analyze needs video")
    if stream.codec_context is None or stream.codec_context.width == 0:
        codec = stream.codec_context.name if stream.codec_context else "unknown"
        raise FootageError(
            f"{path}: holds no picture that can be decoded (codec {codec}); it may be cut off"
        )
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = threads
    return stream
