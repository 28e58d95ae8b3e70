"""The decoding half of a camera's analysis: packets into pictures that are worth a look.

Of all decoded pictures those are taken that the wanted rate asks for, in one rhythm from the
camera's first picture on, however often decoding begins anew: who is seen in them does not depend
on when the gate woke up. Motion is measured on them; where nothing moves and nothing did, no
picture is made for the detector.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from av.error import FFmpegError
from av.video.frame import VideoFrame

from curtilage.ingest.footage.picture import Painter, Turn
from curtilage.ingest.footage.sampling import EARLY, Pace
from curtilage.model import Image, Packet, VideoInfo
from curtilage.vision.decode import DecodeError, PacketDecoder
from curtilage.vision.motion import Motion, MotionDetector, small_gray

MOTION_FPS: Final = 5.0
"""Pictures per second in which motion is looked for while nothing else is."""

AFTER_S: Final = 1.5
"""So long after the last motion, and after the beginning, every picture is looked at."""

MOVING_S: Final = 0.95
"""While things move, motion is measured once a second: each time took 3 % of an awake camera."""

ANYWAY_S: Final = 2.0
"""Where nothing moves, so often all the same."""

SECOND_NS: Final = 1_000_000_000


class Aim(StrEnum):
    """What a packet is decoded for."""

    CHECK = "check"  # whether what stood still is still there: one keyframe
    MOTION = "motion"  # whether anything moves
    ANALYSE = "analyse"


@dataclass(frozen=True, slots=True)
class Job:
    """A packet to decode; without one, the decoder is let go."""

    aim: Aim
    packet: Packet | None
    info: VideoInfo | None = None
    first: bool = False  # a decoder begins with it
    live: bool = True  # decoded as it came; else it had been kept, or was read back
    patient: bool = False  # read back: to be looked at however long it waits
    epoch: int = 0  # counts the steps of the camera's clock


@dataclass(frozen=True, slots=True)
class Sample:
    """A moment of the camera's time, and what is to be looked at of it."""

    time_ns: int  # UTC
    aim: Aim
    motion: Motion | None  # None: not measured
    image: Image | None  # None: nothing moves, so there is nothing to look at
    aspect: float  # width / height as shown
    live: bool
    patient: bool
    epoch: int

    @property
    def heavy(self) -> bool:
        """Whether the detector has to look at it."""
        return self.image is not None


@dataclass(slots=True)
class _Course:
    """Decoding towards one aim, from one keyframe on."""

    aim: Aim
    decoder: PacketDecoder
    began_ns: int
    moved_ns: int  # when something moved last; the beginning counts
    made_ns: int  # when a picture was made last
    painter: Painter | None = None
    size: tuple[int, int] = field(default=(0, 0))  # of the decoded pictures


class Sight:
    """Decodes for one camera; for one thread at a time.

    Args:
        fps: pictures per second that are wanted for analysis.
        picture_size: width and height that the detector wants for a picture of some size.
        measure_motion: False: every picture is looked at, moving or not.

    """

    def __init__(
        self,
        fps: float,
        picture_size: Callable[[int, int], tuple[int, int]],
        *,
        measure_motion: bool,
    ) -> None:
        self.fps = fps
        self.measure_motion = measure_motion
        self.errors = 0  # packets that could not be decoded
        self.fault: str | None = None  # why nothing can be decoded, in a sentence
        self._picture_size = picture_size
        self._course: _Course | None = None
        self._paces = {Aim.ANALYSE: Pace(fps), Aim.MOTION: Pace(min(fps, MOTION_FPS))}
        self._motion: dict[tuple[int, int], MotionDetector] = {}  # by size of the stream
        self._measured_ns = -1  # no motion is measured twice of the same moment
        self._origin: float | None = None  # s, of the rhythm in which pictures are taken

    def look(self, job: Job, after_ns: int, settled: bool) -> list[Sample]:
        """Decode a packet.

        Args:
            job: the packet.
            after_ns: pictures up to this time were looked at before.
            settled: every picture that was made was looked at, and nothing in it moves.

        """
        if job.packet is None:
            self._course = None
            return []
        if job.aim is Aim.CHECK:
            return self._check(job)
        course = self._course
        if course is None or job.first or course.aim is not job.aim:
            course = self._begin(job)
            if course is None:
                return []
        before = course.decoder.errors
        frames = course.decoder.decode(job.packet)
        self.errors += course.decoder.errors - before
        samples: list[Sample] = []
        for frame in frames:
            sample = self._sample(course, frame, job, after_ns, settled and not samples)
            if sample is not None:
                samples.append(sample)
        return samples

    def set_pace(self, fps: float) -> None:
        """Another rate is wanted."""
        self.fps = fps
        self._paces = {Aim.ANALYSE: Pace(fps), Aim.MOTION: Pace(min(fps, MOTION_FPS))}

    def _begin(self, job: Job) -> _Course | None:
        packet, info = job.packet, job.info
        if packet is None or info is None:
            return None
        try:
            decoder = PacketDecoder(info)
        except DecodeError as error:
            self.fault = str(error)
            self.errors += 1
            self._course = None
            return None
        self.fault = None
        at_ns = packet.pts_ns
        self._begin_rhythm(self._paces[job.aim], at_ns / SECOND_NS)
        if at_ns < self._measured_ns - 60 * SECOND_NS:
            self._measured_ns = -1  # the clock was set
        never = -(1 << 62)
        self._course = _Course(job.aim, decoder, at_ns, at_ns, never)
        return self._course

    def _begin_rhythm(self, pace: Pace, time: float) -> None:
        """The first moment of the camera's rhythm that a frame at ``time`` (s) may be taken for.

        Taken from the keyframe on, whom the detector sees every other time was seen or not by
        chance: of six visits, four or five with each of the five rhythms of 25 frames per second.
        """
        if self._origin is None:
            self._origin = time
        steps = math.ceil((time - self._origin) * pace.rate - EARLY)
        pace.due = self._origin + steps / pace.rate if pace.rate > 0 else -math.inf

    def _check(self, job: Job) -> list[Sample]:
        """The one picture of a keyframe."""
        if job.packet is None or job.info is None:
            return []
        try:
            decoder = PacketDecoder(job.info)
        except DecodeError as error:
            self.fault = str(error)
            self.errors += 1
            return []
        frames = decoder.decode(job.packet) or decoder.rest()
        self.errors += decoder.errors
        if not frames:
            return []
        image = _paint(self._painter(frames[0], decoder.aspect(frames[0])), frames[0])
        if image is None:
            self.errors += 1
            return []
        aspect, at_ns = decoder.aspect(frames[0]), job.packet.pts_ns
        return [Sample(at_ns, Aim.CHECK, None, image, aspect, job.live, job.patient, job.epoch)]

    def _sample(
        self, course: _Course, frame: VideoFrame, job: Job, after_ns: int, settled: bool
    ) -> Sample | None:
        """What is to be looked at of a decoded picture; None: it is not wanted."""
        at_ns = frame.pts if frame.pts is not None else job.packet.pts_ns if job.packet else 0
        if not self._paces[course.aim].wants(at_ns / SECOND_NS):
            return None
        motion = self._moved(course, frame, at_ns, settled)
        aspect = course.decoder.aspect(frame)
        if course.aim is Aim.MOTION:
            return Sample(at_ns, Aim.MOTION, motion, None, aspect, job.live, job.patient, job.epoch)
        if at_ns <= after_ns:
            return None
        image = None
        if not settled or not self._is_quiet(course, motion, at_ns):
            if course.painter is None or course.size != (frame.width, frame.height):
                course.painter = self._painter(frame, aspect)
                course.size = (frame.width, frame.height)
            image = _paint(course.painter, frame)
            course.made_ns = at_ns
            if image is None:
                self.errors += 1
                return None
        return Sample(at_ns, Aim.ANALYSE, motion, image, aspect, job.live, job.patient, job.epoch)

    def _moved(
        self, course: _Course, frame: VideoFrame, at_ns: int, settled: bool
    ) -> Motion | None:
        if not self.measure_motion or at_ns <= self._measured_ns:
            return None
        moves = course.aim is Aim.ANALYSE and not settled
        if moves and at_ns - self._measured_ns < MOVING_S * SECOND_NS:
            return None
        self._measured_ns = at_ns
        size = (frame.width, frame.height)
        detector = self._motion.get(size)
        if detector is None:
            if len(self._motion) > 1:
                self._motion.clear()  # the camera's streams are no more what they were
            detector = self._motion[size] = MotionDetector()
        motion = detector.update(small_gray(frame), at_ns / SECOND_NS)
        if motion.moving:
            course.moved_ns = at_ns
        return motion

    def _is_quiet(self, course: _Course, motion: Motion | None, at_ns: int) -> bool:
        return (
            motion is not None
            and at_ns - course.moved_ns > AFTER_S * SECOND_NS
            and at_ns - course.made_ns < ANYWAY_S * SECOND_NS
        )

    def _painter(self, frame: VideoFrame, aspect: float) -> Painter:
        return Painter(self._picture_size(round(frame.height * aspect), frame.height), Turn())


def _paint(painter: Painter, frame: VideoFrame) -> Image | None:
    try:
        return painter.paint(frame)
    except (FFmpegError, ValueError):
        return None
