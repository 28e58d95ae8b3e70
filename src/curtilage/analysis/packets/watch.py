"""The listening half of a camera's analysis: packets in, and what of them must be decoded.

Every packet is kept for a while and told to the gate. Where the gate demands pictures, packets
become jobs, from a keyframe that came before on. A small stream that does not come when it is
wanted (it is asked for on demand, or the camera has lost it) is stood in for by the analysed one.
Safe for several threads; nothing here waits.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import numpy.typing as npt

from curtilage.analysis.frames.sight import SECOND_NS, Aim, Job
from curtilage.analysis.packets.kept import KeptPackets
from curtilage.config.site import SiteCamera
from curtilage.ingest.bus import Heard, Missed
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import Medium, Packet, VideoInfo
from curtilage.vision.gate import Demand, Gate, GateReport
from curtilage.vision.motion import Motion

KEPT_BYTES: Final = 12_000_000  # of encoded packets per stream
BEHIND_NS: Final = SECOND_NS  # decoding that lags more than this goes on at a keyframe
HURRIED_NS: Final = 300_000_000  # the same, where all cameras together are too much to decode
LATELY_NS: Final = 10 * SECOND_NS
STAND_IN_NS: Final = SECOND_NS // 2  # without a keyframe of the small stream that is wanted
AIMS: Final = {Demand.MOTION: Aim.MOTION, Demand.ANALYSE: Aim.ANALYSE}
GateState = Mapping[str, npt.NDArray[Any]]


@dataclass(slots=True)
class _Line:
    """One stream as it is heard."""

    name: str
    is_small: bool  # a stream of its own for motion
    kept: KeptPackets
    info: VideoInfo | None = None
    newest_ns: int = 0  # time of its last picture


class Watch:
    """Listens to one camera.

    Args:
        camera: its settings.
        saved: what ``state`` gave, of another process; what does not fit is passed over.
        kept_bytes: most encoded bytes that are kept of each stream.

    """

    def __init__(
        self, camera: SiteCamera, saved: GateState | None, kept_bytes: int = KEPT_BYTES
    ) -> None:
        self.is_hurried: Callable[[], bool] = _never  # whether there is more to decode than can be
        self.missed = 0  # packets that the bus lost for us
        self.skipped = 0  # packets that were not decoded since decoding lagged
        self.lost: Lost | None = None
        self.patient = False  # what comes was recorded before: nothing of it is left out
        self.epoch = 0  # how often the camera's clock was set
        self._served = True  # something was decoded since decoding was behind
        self._cut = False  # what waits is the beginning of a group whose rest is left out
        self._skipped_ns = -LATELY_NS  # time of the packet at which decoding was behind last
        self._lock = threading.Lock()
        self._jobs: deque[Job] = deque()
        self._analysed, self._small = camera.analysed_stream, camera.motion_stream
        self._lines = {
            name: _Line(name, name != self._analysed, KeptPackets(kept_bytes))
            for name in (self._analysed, self._small)
        }
        self._gate = _gate(camera, saved)
        self._demand = Demand.NOTHING
        self._aim: Aim | None = None
        self._aimed_ns = 0  # when it became so, in the time of packets
        self._stands_in = False  # the analysed stream is looked at instead of the small one
        self._begun = False  # a keyframe of the aim's stream is among the jobs
        self._behind_from_ns: int | None = None  # of the oldest job that came as it was sent

    def take(self, stream: str, item: Heard) -> bool:
        """The next item of one of the camera's streams; whether there are jobs."""
        line = self._lines.get(stream)
        if line is None:
            return False
        with self._lock:
            if isinstance(item, Packet):
                if item.medium is Medium.VIDEO:
                    self._packet(line, item)
            elif isinstance(item, Opened):
                self._opened(line, item)
            elif isinstance(item, Missed):
                self.missed += item.packets or 1
                line.kept.clear()
            else:
                self._lose(line, item)
            return bool(self._jobs)

    def next_job(self) -> Job | None:
        """What is to be decoded next; None: nothing waits."""
        with self._lock:
            if not self._jobs:
                self._behind_from_ns = None
                return None
            job = self._jobs.popleft()
            self._served = True
            if job.live and job.packet is not None:
                self._behind_from_ns = job.packet.dts_ns
            return job

    def moved(self, time_ns: int, motion: Motion) -> None:
        """What moved in the decoded picture of that time."""
        with self._lock:
            self._obey(self._gate.moved(time_ns * 1e-9, motion))

    def tracked(self, time_ns: int, moving: int, still: int) -> None:
        """How many confirmed tracks moved and stood still at that time."""
        with self._lock:
            self._obey(self._gate.tracked(time_ns * 1e-9, moving, still))

    def checked(self, time_ns: int, found_all: bool) -> None:
        """Whether a check found what was expected, and nothing else."""
        with self._lock:
            self._obey(self._gate.checked(time_ns * 1e-9, found_all))

    def set_gate(self, camera: SiteCamera) -> None:
        """Other settings of the gate; what it learned stays."""
        with self._lock:
            self._gate = _gate(camera, self._gate.state())
            self._obey(self._gate.demand)

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """What the gate remembers, as named arrays."""
        with self._lock:
            return self._gate.state()

    @property
    def report(self) -> GateReport:
        """What the gate says of itself."""
        with self._lock:
            return self._gate.report

    @property
    def aim(self) -> Aim | None:
        """What packets are decoded for; None: the camera sleeps."""
        return self._aim

    @property
    def is_awake(self) -> bool:
        """Whether pictures are looked at."""
        return self._aim is Aim.ANALYSE

    @property
    def is_urgent(self) -> bool:
        """Whether what is to be decoded next has just come."""
        try:
            return self._jobs[0].live
        except IndexError:
            return True

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return len(self._jobs)

    @property
    def newest_ns(self) -> int:
        """Time of the last picture that came of the analysed stream; 0: none did."""
        return self._lines[self._analysed].newest_ns

    @property
    def key_ns(self) -> int:
        """Time of its last keyframe that is kept; 0: there is none."""
        key = self._lines[self._analysed].kept.last_key
        return key.pts_ns if key is not None else 0

    @property
    def is_behind(self) -> bool:
        """Whether not all of it could be decoded lately."""
        return abs(self.newest_ns - self._skipped_ns) < LATELY_NS

    @property
    def too_long(self) -> bool:
        """Whether its keyframes are so far apart that it cannot be gone back to one."""
        return self._lines[self._analysed].kept.too_long

    def _packet(self, line: _Line, packet: Packet) -> None:
        line.kept.add(packet)
        if packet.pts_ns > line.newest_ns:
            line.newest_ns = packet.pts_ns
        demand = self._gate.packet(
            packet.dts_ns * 1e-9, len(packet.data), packet.key, line.is_small
        )
        if demand is Demand.CHECK:
            self._check()
            demand = self._gate.demand
        if demand is not self._demand:
            self._obey(demand)
        elif self._aim is None:
            return
        elif line is self._aimed():
            self._go_on(line, packet)
        elif self._aim is Aim.MOTION:
            self._other(line, packet)

    def _other(self, line: _Line, packet: Packet) -> None:
        """Of the two streams that motion can be looked for in, the other one's packet."""
        if line.is_small and packet.key:
            self._stands_in, self._begun = False, False
            self._go_on(line, packet)
        elif not (line.is_small or self._begun) and packet.dts_ns - self._aimed_ns > STAND_IN_NS:
            self._stands_in = True
            self._begin(line.kept.since())

    def _opened(self, line: _Line, opened: Opened) -> None:
        line.info = opened.info.video
        line.kept.clear()
        if not line.is_small:
            self.lost = None
            if opened.step:
                self._aimed_ns = 0
                self.epoch += 1
                line.newest_ns = 0
        if self._aim is not None and line is self._aimed():
            self._begun = False

    def _lose(self, line: _Line, lost: Lost) -> None:
        line.kept.clear()
        if not line.is_small:
            self.lost = lost
        if self._aim is not None and line is self._aimed():
            self._begun = False

    def _obey(self, demand: Demand) -> None:
        """The gate demands something, never CHECK; packets of now are among those that are kept."""
        if demand is self._demand:
            return
        if self._small != self._analysed:
            self._lines[self._small].kept.clear()  # it is heard only while it is decoded
        self._demand, self._aim = demand, AIMS.get(demand)
        self._aimed_ns, self._stands_in = self._lines[self._analysed].newest_ns, False
        self._jobs = deque(job for job in self._jobs if job.aim is Aim.CHECK)
        self._behind_from_ns = None
        if self._aim is None:
            self._jobs.append(Job(Aim.ANALYSE, None))
            return
        line = self._aimed()
        back_ns = line.newest_ns - self._gate.back_ns if self._aim is Aim.ANALYSE else None
        self._begin(line.kept.since(back_ns))

    def _begin(self, packets: Sequence[Packet]) -> None:
        """Decode those of the aim's stream first."""
        line = self._aimed()
        for number, kept in enumerate(packets):
            self._put(line, kept, first=number == 0, live=False)
        self._begun = bool(packets)

    def _go_on(self, line: _Line, packet: Packet) -> None:
        """The aim is what it was: ``packet`` is decoded as well."""
        if not self._begun:
            if packet.key:
                self._begun = True
                if self._cut:
                    self._drop()
                self._put(line, packet, first=True, live=True)
            return
        if self._behind_from_ns is None or (self._jobs and self._jobs[0].patient):
            self._behind_from_ns = packet.dts_ns
        behind_ns = packet.dts_ns - self._behind_from_ns
        if behind_ns > HURRIED_NS and not self.patient:
            self._behind(packet, behind_ns)
        if self._begun:
            self._put(line, packet, first=False, live=True)

    def _behind(self, packet: Packet, behind_ns: int) -> None:
        """Decoding lags: go on with this keyframe; if it lags by much, with the next.

        What a camera sends in a rush is decoded, unless there is more to decode than can be: who
        then looks at old pictures has no time for new ones.
        """
        begins_live = not self._jobs or self._jobs[0].live
        most_ns = BEHIND_NS if packet.key else 2 * BEHIND_NS
        if behind_ns < (HURRIED_NS if begins_live and self.is_hurried() else most_ns):
            return
        self._skipped_ns = packet.dts_ns
        self._begun = packet.key
        if self._served or packet.key:  # else its turn is to come: a keyframe must wait for it
            self._drop()
        else:
            self.skipped += 1
            self._cut = True

    def _drop(self) -> None:
        """What waits is not decoded any more."""
        kept = deque(job for job in self._jobs if job.aim is Aim.CHECK or job.patient)
        self.skipped += len(self._jobs) - len(kept)
        self._jobs = kept
        self._behind_from_ns = None
        self._served = self._cut = False

    def _put(self, line: _Line, packet: Packet, *, first: bool, live: bool) -> None:
        aim = self._aim
        if aim is not None:
            self._jobs.append(Job(aim, packet, line.info, first, live, self.patient, self.epoch))

    def _check(self) -> None:
        line = self._lines[self._analysed]
        key = line.kept.last_key
        if key is not None and not any(job.aim is Aim.CHECK for job in self._jobs):
            self._jobs.append(Job(Aim.CHECK, key, line.info, True, False, self.patient, self.epoch))

    def _aimed(self) -> _Line:
        looks_small = self._aim is Aim.MOTION and not self._stands_in
        return self._lines[self._small if looks_small else self._analysed]


def _gate(camera: SiteCamera, saved: GateState | None) -> Gate:
    """The camera's gate; one that cannot go on from what is saved begins anew."""
    mode = camera.analysis.gate
    separate = camera.motion_stream != camera.analysed_stream
    phase = (crc32(camera.name.encode()) * 0.6180339887498949) % 1.0
    try:
        return Gate(mode, separate, saved, phase)
    except (KeyError, ValueError):
        return Gate(mode, separate, phase=phase)


def _never() -> bool:
    return False
