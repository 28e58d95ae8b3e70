"""One stream on its way into segments: the items of a live source in, fragments to the writers.

Runs in the stream's own thread, decides where segments begin, and never waits for a disk: the
writers take what they are given into memory or refuse it at once.
"""

from uuid import uuid4

from curtilage.ingest.live import Lost, Opened
from curtilage.ingest.live.items import Item
from curtilage.model import GapReason, Medium, Packet, StreamInfo
from curtilage.record.cutting import MINUTE_NS, begins_segment
from curtilage.record.mp4 import Fragmenter, Label, extension
from curtilage.record.writing.segment_file import Draft, Fragment
from curtilage.record.writing.writers import Report, Writers

SEAM_NS = 1_000_000_000
"""A new format that follows the last picture so soon follows without a hole."""


class StreamRecorder:
    """Turns one stream's items into segments.

    Args:
        camera: Name of the camera.
        stream: Name of the stream.
        writers: Take fragments to the disk.
        report: Hears why nothing is recorded.
        every_ns: Length of segments; they are cut at multiples of it in UTC.

    """

    def __init__(
        self,
        camera: str,
        stream: str,
        writers: Writers,
        report: Report,
        every_ns: int = MINUTE_NS,
    ) -> None:
        self._camera = camera
        self._stream = stream
        self._writers = writers
        self._report = report
        self._every_ns = every_ns
        self._serial = uuid4().hex
        self._number = 0  # of the next segment
        self._info: StreamInfo | None = None
        self._fragmenter: Fragmenter | None = None  # of the present segment
        self._label: Label | None = None
        self._begun = False  # whether the present segment was given to the writers
        self._start_ns = 0  # of the fragment that is held
        self._key = False  # whether it begins with a keyframe
        self._last_ns: int | None = None  # decoding time of the last picture

    def take(self, item: Item) -> None:
        """The next item of the live source."""
        if isinstance(item, Packet):
            self._packet(item)
        elif isinstance(item, Opened):
            self._opened(item)
        else:
            self._lost(item)

    def pause(self) -> int | None:
        """Give what is held to the writers and end the segment.

        Returns:
            UTC of the end of what was recorded; None if nothing was being recorded.

        """
        self._last_ns = None
        return self._end(None)

    def _packet(self, packet: Packet) -> None:
        fragmenter = self._fragmenter
        if packet.medium is Medium.VIDEO:
            if fragmenter is None:
                if not packet.key or self._info is None:
                    return
                fragmenter = self._begin(packet)
            elif self._label is not None and begins_segment(
                packet, self._label.start_ns, self._every_ns
            ):
                self._end(packet.dts_ns)
                fragmenter = self._begin(packet)
            self._last_ns = packet.dts_ns
        elif fragmenter is None:
            return
        data = fragmenter.add(packet)
        if data is not None:
            self._give(data, fragmenter.end_ns)
            self._start_ns, self._key = packet.dts_ns, packet.key
            if self._fragmenter is None and packet.key:
                self._begin(packet).add(packet)

    def _opened(self, opened: Opened) -> None:
        last_ns = self._last_ns
        follows = last_ns is not None and not opened.step and 0 < opened.at_ns - last_ns <= SEAM_NS
        end_ns = self._end(opened.at_ns if follows else None)
        self._info = opened.info
        if end_ns is None or follows:
            return
        if opened.step:
            since_ns = min(end_ns, opened.at_ns)
            self._stopped(since_ns, GapReason.CLOCK_STEP, "the clock of this machine was set")
        else:
            self._stopped(end_ns, GapReason.STALLED, "the camera began anew")

    def _lost(self, lost: Lost) -> None:
        end_ns = self._end(None)
        self._last_ns = None
        since_ns = lost.since_ns if end_ns is None else min(end_ns, lost.since_ns)
        self._stopped(since_ns, lost.reason, lost.sentence)

    def _stopped(self, since_ns: int, reason: GapReason, sentence: str) -> None:
        self._report.stopped(self._camera, self._stream, since_ns, reason, sentence)

    def _begin(self, packet: Packet) -> Fragmenter:
        """A new segment, whose first picture is ``packet``."""
        assert self._info is not None  # noqa: S101 - packets follow an Opened
        self._label = Label(self._camera, self._stream, packet.dts_ns, self._serial, self._number)
        self._number += 1
        self._begun = False
        self._start_ns, self._key = packet.dts_ns, packet.key
        self._fragmenter = Fragmenter(self._info, self._label)
        return self._fragmenter

    def _end(self, end_ns: int | None) -> int | None:
        """End the present segment, at ``end_ns`` where that is known; returns where it ended."""
        fragmenter = self._fragmenter
        if fragmenter is None:
            return None
        data = fragmenter.finish(end_ns)
        if data is not None:
            self._give(data, fragmenter.end_ns)
        self._fragmenter = None
        self._writers.close(self._camera, self._stream)
        return fragmenter.end_ns

    def _give(self, data: bytes, end_ns: int) -> None:
        """A finished fragment to the writers; where it is refused, wait for the next keyframe."""
        fragment = Fragment(data, self._start_ns, end_ns, self._key)
        if self._begun:
            taken = self._writers.append(self._camera, self._stream, fragment)
        else:
            taken = self._writers.begin(self._draft(), fragment)
            self._begun = taken
        if not taken:
            self._fragmenter = None

    def _draft(self) -> Draft:
        assert self._info is not None  # noqa: S101 - there is a fragmenter
        assert self._label is not None  # noqa: S101
        assert self._fragmenter is not None  # noqa: S101
        video = self._info.video
        return Draft(
            camera=self._camera,
            stream=self._stream,
            serial=self._serial,
            number=self._label.number,
            codec=video.codec.value,
            width=video.width,
            height=video.height,
            extension=extension(self._info),
            head=self._fragmenter.head(),
        )
