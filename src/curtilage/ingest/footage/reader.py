"""Reads a file of footage from front to back: upright pictures with true times, chosen by time.

Decoding goes through every frame that is needed as a reference, but only frames that are
analysed are converted. Memory does not grow with the file.
"""

import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import av.error
import numpy as np
from av.video.frame import VideoFrame

from curtilage.ingest.errors import FootageError
from curtilage.ingest.footage.container import open_video
from curtilage.ingest.footage.damage import Damage, damage_sentences, repair_sentences
from curtilage.ingest.footage.decoder import Decoder
from curtilage.ingest.footage.picture import Painter, shown_size, turn_of
from curtilage.ingest.footage.sampling import Chooser, Pace
from curtilage.ingest.footage.stamps import Stamps
from curtilage.ingest.footage.timeline import Timeline
from curtilage.model import Frame, Image

Size = tuple[int, int]  # width, height in pixels

RUN_IN = 2.0
"""Decoding starts at a keyframe at least so long (s) before the frame that is wanted: a decoder
that starts at a keyframe of an open GOP gives its first few pictures damaged."""

PAUSE_S = 1.0
"""A time without pictures of more than this (s), and of ten usual steps, is told to the user."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be read of a file."""

    rate: float = 10.0  # frames per second at most; 0: every frame
    start: float = 0.0  # s
    stop: float = math.inf  # s, not included
    source_fps: float | None = None  # true rate, where the file's own timestamps are wrong
    threads: int = 0  # of the decoder; 0: as many as it likes
    picture_size: Callable[[Size], Size] = lambda size: size  # from the shown size


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a reader stands after a frame; another reader can go on from it."""

    index: int  # number of the frame
    stamp: int | None  # its timestamp in the file's own ticks
    decoded: int  # frames decoded so far
    stamps: Stamps
    timeline: Timeline
    due: float
    damage: Damage


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame to analyse and the mark after it."""

    frame: Frame
    mark: Mark


class ChangedFootageError(FootageError):
    """A file whose pictures are not the ones that were seen in it before."""


class FootageReader:
    """One pass over one file. Iterate it once; close it, or use it in a ``with`` statement.

    Raises FootageError, from the constructor on, for a file that gives no picture at all.
    """

    def __init__(
        self, path: Path, reading: Reading | None = None, chooser: Chooser | None = None
    ) -> None:
        self.path = path
        self.reading = reading or Reading()
        self._chooser = chooser or Pace(self.reading.rate)
        self._stopped = False
        self._video = open_video(path, self.reading.threads)
        try:
            self._begin()
        except BaseException:
            self._video.container.close()
            raise

    def _begin(self) -> None:
        self._damage = Damage()
        self._promised: float | None = None
        rate = self.reading.source_fps or self._video.header_rate
        self._start_decoding(decoded=0)
        first = next(self._frames, None)
        if first is None:
            codec = self._video.stream.codec_context.name
            raise FootageError(
                f"{self.path}: no picture of it could be decoded ({codec}); the file is damaged"
            )
        self._first: VideoFrame | None = first
        self._stored = (first.width, first.height)
        self._turn = turn_of(first)
        self.size: Size = shown_size(first, self._video, self._turn)
        self.rate = rate
        self._painter = Painter(self.reading.picture_size(self.size), self._turn)
        counted = self.reading.source_fps is not None or not self._video.has_timestamps
        self._stamps = Stamps()
        origin = self._seconds(Stamps().best(first.pts, first.dts)) or 0.0
        self._timeline = Timeline(origin, rate, counted)
        if counted and rate is None:
            self._say_no_rate()

    @property
    def duration(self) -> float | None:
        """Seconds that the header promises (at the true rate), None when it does not say."""
        promised, header = self._video.duration, self._video.header_rate
        frames, true = self._video.stream.frames, self.reading.source_fps
        if true is not None:
            return (frames or (promised or 0.0) * (header or 0.0)) / true or None
        # of an AVI that was cut off FFmpeg tells what is left; the number of frames tells all
        return max(promised or 0.0, frames / header if header else 0.0) or None

    @property
    def seekable(self) -> bool:
        """True while the file's own timestamps tell where a frame is."""
        return self._timeline.seekable and self._stamps.sound

    @property
    def losses(self) -> list[str]:
        """Sentences about footage that could not be read, so far."""
        end = max(self._timeline.last, 0.0)
        return list(damage_sentences(self._damage, end, self._promised))

    @property
    def repairs(self) -> list[str]:
        """Sentences about what was mended, so far."""
        return list(repair_sentences(self._damage, self._timeline.repairs, self.size, self.rate))

    @property
    def decoded(self) -> int:
        """Frames decoded so far."""
        return self._before + self._decoder.decoded

    def __enter__(self) -> "FootageReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._frames.close()
        self._video.container.close()

    def samples(self) -> Iterator[Sample]:
        """The frames to analyse, in order of time."""
        if self.reading.start > RUN_IN and self.seekable:
            self._seek(self.reading.start)
        yield from self._samples(0)

    def samples_after(self, mark: Mark, picture: int) -> Iterator[Sample]:
        """The frames to analyse after ``mark``, exactly as they came to whoever stood there.

        ``picture`` is the ``checksum`` of the picture at the mark. A seek is believed only if it
        leads to that very picture; otherwise everything up to there is decoded once more.

        Raises:
            ChangedFootageError: the picture is not found: another file, or another decoder.

        """
        if mark.timeline.seekable and mark.stamps.sound and mark.stamp is not None:
            self._seek(mark.timeline.last)
            frame = next((f for f in self._decoded_frames() if f.pts == mark.stamp), None)
            if frame is not None and checksum(self._painter.paint(frame)) == picture:
                yield from self._go_on(mark)
                return
            self._reopen()
        frame = next(islice(self._decoded_frames(), mark.index, None), None)
        if frame is None or checksum(self._painter.paint(frame)) != picture:
            raise ChangedFootageError(
                f"{self.path}: does not hold the pictures any more that it held"
            )
        yield from self._go_on(mark)

    def stop(self) -> None:
        """End ``samples`` at the next frame; may be called from another thread."""
        self._stopped = True

    def _go_on(self, mark: Mark) -> Iterator[Sample]:
        self._stamps = replace(mark.stamps)
        self._timeline = replace(mark.timeline)
        self._chooser.due = mark.due
        self._damage = mark.damage
        self._before = mark.decoded - self._decoder.decoded
        self._breaks = self._decoder.breaks
        return self._samples(mark.index + 1)

    def _reopen(self) -> None:
        self.close()
        self._video = open_video(self.path, self.reading.threads)
        self._start_decoding(decoded=0)

    def _start_decoding(self, decoded: int) -> None:
        """From where the file stands; so many frames have been decoded before."""
        self._decoder = Decoder(self._video)
        self._frames = self._decoder.frames()
        self._before, self._breaks = decoded, 0

    def _samples(self, index: int) -> Iterator[Sample]:
        """Samples of the frames to come, the next of which has number ``index``."""
        estimated = self._first is None and index == 0
        for frame in self._decoded_frames():
            self._note_breaks()
            stamp = self._seconds(self._stamps.best(frame.pts, frame.dts))
            if estimated:
                # after a seek the number can only be reckoned from the time
                elapsed = (stamp or 0.0) - self._timeline.origin
                index, estimated = max(0, round(elapsed * (self.rate or 0.0))), False
            before = self._timeline
            last, step = before.last, before.step
            try:
                time = before.time_of(stamp, index)
            except FootageError:
                self._say_no_rate()
            index += 1
            if time is None or time < self.reading.start:
                continue
            if time >= self.reading.stop:
                return
            self._look_at(frame, time)
            if time - last > max(PAUSE_S, 10 * step) and last >= self.reading.start:
                self._damage = self._damage.with_pause(last, time)
            if self._chooser.wants(time):
                sample = self._sample(frame, index - 1, time)
                if sample is not None:
                    yield sample
        self._note_breaks()
        self._promised = self._cut_short()

    def _sample(self, frame: VideoFrame, index: int, time: float) -> Sample | None:
        try:
            image = self._painter.paint(frame)
        except (av.error.FFmpegError, ValueError):
            self._damage = self._damage.with_error(time)
            return None
        mark = Mark(
            index,
            frame.pts,
            self.decoded,
            replace(self._stamps),
            replace(self._timeline),
            self._chooser.due,
            self._damage,
        )
        return Sample(Frame(time, index, image), mark)

    def _note_breaks(self) -> None:
        while self._breaks < self._decoder.breaks:
            self._breaks += 1
            self._damage = self._damage.with_error(max(self._timeline.last, 0.0))

    def _look_at(self, frame: VideoFrame, time: float) -> None:
        if frame.is_corrupt:
            self._damage = self._damage.with_corrupt(time)
        if (frame.width, frame.height) != self._stored:
            shown = shown_size(frame, self._video, self._turn)
            self._damage = self._damage.with_size(time, shown)

    def _decoded_frames(self) -> Iterator[VideoFrame]:
        """All frames from where the file stands, the very first one included."""
        if self._first is not None:
            first, self._first = self._first, None
            yield first
        for frame in self._frames:
            if self._stopped:
                return
            yield frame

    def _seek(self, time: float) -> None:
        """Go to a keyframe well before ``time``, or stay at the start when the file cannot."""
        stream = self._video.stream
        origin = self._timeline.origin
        ticks = (origin + max(0.0, time - RUN_IN)) / float(stream.time_base or 1)
        try:
            self._video.container.seek(int(ticks), stream=stream, backward=True)
        except (av.error.FFmpegError, ValueError):
            return
        self._first = None
        self._start_decoding(self.decoded)

    def _seconds(self, ticks: int | None) -> float | None:
        base = self._video.stream.time_base
        return None if ticks is None or base is None else float(ticks * base)

    def _cut_short(self) -> float | None:
        """Seconds that the header promises, when the footage ends clearly before."""
        promised, end = self.duration, max(self._timeline.last, 0.0)
        if promised is None:
            return None
        # where the header does not tell the length of the pictures, the sound may be longer
        sound = len(self._video.container.streams) > 1 and not self._video.stream.duration
        return promised if end < 0.98 * promised - (5.0 if sound else 1.0) else None

    def _say_no_rate(self) -> None:
        raise FootageError(
            f"{self.path}: has no timestamps and no frame rate; say the true rate as "
            "`source_fps` under `camera` in a rules file"
        )


def checksum(image: Image) -> int:
    """CRC-32 of a picture's bytes."""
    return zlib.crc32(np.ascontiguousarray(image).data)
