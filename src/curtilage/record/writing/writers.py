"""Takes fragments from cameras' threads without ever making them wait, and brings them to disk.

The streams' side (``begin``, ``append``, ``close``) only puts things into memory. Threads write
them; what a full or failed volume refuses goes on to the next one, as a new segment, from the
first fragment on that begins with a keyframe. Memory is bounded: a disk that does not keep up for
``patience_s``, or ``waiting_bytes``, ends the segment, and the stream is told at once (False) that
it needs a new one; what was accepted before is still written, so files have no holes.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from curtilage.errors import InputError
from curtilage.model import GapReason
from curtilage.record.disk.durable import DiskError, DiskFullError, VolumeFailedError
from curtilage.record.disk.volume import Volume
from curtilage.record.writing.lanes import Lane, Pool, Step, now_s
from curtilage.record.writing.segment_file import Draft, Fragment, Index, SegmentFile

FULL_S = 5.0  # how long a volume without room is not asked again


class Report(Protocol):
    """Who hears what became of a stream's fragments; called from the writers' threads.

    A gap is over with the next ``durable``, at its ``start_ns``. After a stalled disk, fragments
    from before the gap may still become durable.
    """

    def durable(self, camera: str, stream: str, start_ns: int, end_ns: int) -> None:
        """From ``start_ns`` to ``end_ns`` (UTC) is on the disk."""
        ...

    def stopped(
        self, camera: str, stream: str, since_ns: int, reason: GapReason, sentence: str
    ) -> None:
        """Nothing from ``since_ns`` (UTC) on is known to be on a disk."""
        ...

    def volume_failed(self, volume: Volume, sentence: str) -> None:
        """A volume was given up; once for each."""
        ...


@dataclass(frozen=True, slots=True)
class Health:
    """How writing goes."""

    waiting_bytes: int  # in memory, over all volumes
    oldest_s: float  # age of the oldest thing that is not on a disk yet
    lanes: int  # with something to do


class Writers:
    """All writing of segments.

    Args:
        volumes: Gives the volumes that may be written to, the preferred first. Called often: it
            must not touch a disk.
        index: Where rows go.
        report: Hears what became of fragments.
        make_room: Asked when a volume has no room for so many bytes: deletes what may be deleted,
            and says whether it is worth another try.
        threads: For each volume. Syncs of several files share the disk's effort.
        waiting_bytes: Most that waits in memory for one volume.
        patience_s: A volume on which anything waits for longer takes no beginnings; a stream that
            has waited so long is told that nothing goes on.

    """

    def __init__(
        self,
        volumes: Callable[[], Sequence[Volume]],
        index: Index,
        report: Report,
        make_room: Callable[[Volume, int], bool],
        *,
        threads: int = 6,
        waiting_bytes: int = 256 << 20,
        patience_s: float = 10.0,
    ) -> None:
        self._volumes = volumes
        self._index = index
        self._report = report
        self._make_room = make_room
        self._threads = threads
        self._most_bytes = waiting_bytes
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._pools: dict[Volume, Pool] = {}
        self._ended = False
        self._lanes: dict[tuple[str, str], Lane] = {}  # where each stream's next fragment goes

    def begin(self, draft: Draft, first: Fragment) -> bool:
        """Begin a stream's next segment; the one before is closed. ``first`` has a keyframe.

        False: no volume takes it, which was reported; try again with the next keyframe.
        """
        step = Step(now_s(), draft, first, begins=True)
        with self._lock:
            lane = self._lanes.pop((draft.camera, draft.stream), None)
            pool, why = self._begin(draft, step, lane)
            if why is None:
                return True
            since_ns = self._unwritten_ns(draft.camera, draft.stream, pool)
        if pool is None or since_ns is not None:
            self._report.stopped(draft.camera, draft.stream, since_ns or first.start_ns, *why)
        return pool is not None

    def append(self, camera: str, stream: str, fragment: Fragment) -> bool:
        """Go on with a stream's segment. False: it has none (any more), begin one at a keyframe."""
        with self._lock:
            lane = self._lanes.get((camera, stream))
            if lane is None or lane.draft is None:
                return False
            step = Step(now_s(), lane.draft, fragment)
            pool: Pool | None = None
            why = self._refusal(lane.pool, lane, step)
            if why is None:
                lane.pool.give(lane, step)
                return True
            del self._lanes[camera, stream]
            if fragment.key:
                begin = Step(step.at_s, lane.draft, fragment, begins=True)
                pool, _ = self._begin(lane.draft, begin, lane)
            else:
                lane.pool.give(lane, Step(step.at_s))
            since_ns = self._unwritten_ns(camera, stream, pool)
        if pool is None or since_ns is not None:
            self._report.stopped(camera, stream, since_ns or fragment.start_ns, *why)
        return pool is not None

    def close(self, camera: str, stream: str) -> None:
        """End a stream's segment, if it has one."""
        with self._lock:
            lane = self._lanes.pop((camera, stream), None)
            if lane is not None:
                lane.pool.give(lane, Step(now_s()))

    def stop(self, timeout_s: float) -> bool:
        """Close all segments and wait until everything is on a disk; whether it came to that.

        A volume that has not finished by then is given up; recovery does the rest at next start.
        """
        with self._lock:
            streams = list(self._lanes)
        for camera, stream in streams:
            self.close(camera, stream)
        never = threading.Event()
        end_s = now_s() + timeout_s
        while self.health().lanes and now_s() < end_s:
            never.wait(0.01)
        with self._lock:
            self._ended = True
            stuck = [pool.volume for pool in self._pools.values() if pool.active]
            for pool in self._pools.values():
                pool.stop()
            self._pools.clear()
        for volume in stuck:  # when it comes back, nothing more is written behind our back
            volume.fail(VolumeFailedError(f"{volume.path}: the disk did not finish in time"))
        self._index.end(max(0.5, end_s - now_s()))  # says itself if it did not come to that
        return not stuck

    def health(self) -> Health:
        """How it goes; cheap."""
        with self._lock:
            pools = list(self._pools.values())
            given = [lane.oldest.at_s for p in pools for lane in p.active if lane.oldest]
            return Health(
                waiting_bytes=sum(pool.waiting_bytes for pool in pools),
                oldest_s=now_s() - min(given) if given else 0.0,
                lanes=sum(len(pool.active) for pool in pools),
            )

    def _begin(
        self, draft: Draft, step: Step, former: Lane | None
    ) -> tuple[Pool | None, tuple[GapReason, str] | None]:
        """Give a beginning to the first volume that takes it; and why the first of all does not.

        The former lane goes on if it is of that volume; otherwise its segment is closed.
        """
        pool, why = self._pool_for(step)
        if former is not None and former.pool is not pool:
            former.pool.give(former, Step(step.at_s))
            former = None
        if pool is not None:
            lane = former or Lane(draft.camera, draft.stream, pool)
            self._lanes[draft.camera, draft.stream] = lane
            pool.give(lane, step)
        return pool, why

    def _pool_for(self, step: Step) -> tuple[Pool | None, tuple[GapReason, str] | None]:
        """The pool of the first volume that takes a beginning; and why the first of all does not.

        At least one of the two is there.
        """
        self._drop_failed_pools()
        whys: list[tuple[GapReason, str]] = []
        for volume in () if self._ended else self._volumes():
            pool = self._pools.get(volume)
            if pool is None:
                pool = Pool(volume, self._threads, self._lock, self._work)
                self._pools[volume] = pool
            why = self._refusal(pool, None, step)
            if why is None:
                return pool, whys[0] if whys else None
            whys.append(why)
        return None, whys[0] if whys else (GapReason.DISK_FAILED, "no volume can be written to")

    def _refusal(self, pool: Pool, lane: Lane | None, step: Step) -> tuple[GapReason, str] | None:
        """Why a pool does not take a step at present: of a lane, or a beginning."""
        volume = pool.volume
        if volume.failed is not None:
            return GapReason.DISK_FAILED, volume.failed
        if step.begins and pool.refusal is not None:
            if now_s() - pool.refused_s < FULL_S:
                return pool.refusal
            pool.refusal = None
        of = (lane.camera, lane.stream) if lane is not None else ()
        if pool.waited_s(step.at_s, *of) > self._patience_s:
            return (
                GapReason.DISK_FAILED,
                f"{volume.path}: the disk does not finish what is written to it",
            )
        if pool.waiting_bytes + step.size > self._most_bytes:
            return (
                GapReason.DISK_FAILED,
                f"{volume.path}: the disk is too slow for what is recorded",
            )
        return None

    def _unwritten_ns(self, camera: str, stream: str, new: Pool | None) -> int | None:
        """UTC from which on a stream has fragments that may never come to the disk, said once.

        It goes on on ``new``, if anywhere. The index hears how much is there of what is stuck.
        """
        found = []
        for pool in self._pools.values():
            for lane in pool.active if pool is not new else ():
                if (lane.camera, lane.stream) != (camera, stream) or lane.told:
                    continue
                lane.told = True
                if lane.segment is not None:
                    lane.segment.tell()
                if lane.waiting_ns is not None:
                    found.append(lane.waiting_ns)
        return min(found, default=None)

    def _drop_failed_pools(self) -> None:
        """A volume that failed and came back is another one, with threads of its own."""
        for volume in [v for v, p in self._pools.items() if v.failed is not None and not p.active]:
            if not any(lane.pool.volume is volume for lane in self._lanes.values()):
                self._pools.pop(volume).stop()

    def _work(self, lane: Lane) -> None:
        """Do a lane's next steps. Runs in a thread of its pool, one at a time for a lane."""
        steps = lane.pool.take(lane)
        fragments = [step.fragment for step in steps if step.fragment is not None]
        try:
            if steps[0].begins or not fragments:
                self._close(lane)
            if fragments:
                self._write(lane, steps[0], fragments)
        except Exception as error:
            reason, sentence = self._judge(lane.pool, error)
            since_ns = self._elsewhere(lane, steps)
            if since_ns is not None:
                self._report.stopped(lane.camera, lane.stream, since_ns, reason, sentence)
        else:
            if fragments:
                self._report.durable(
                    lane.camera, lane.stream, fragments[0].start_ns, fragments[-1].end_ns
                )
        finally:
            lane.pool.done(lane, steps)

    def _write(self, lane: Lane, step: Step, fragments: list[Fragment]) -> None:
        """Begin or go on; once more if the disk was full and something could be deleted."""
        try:
            self._put(lane, step, fragments)
        except DiskFullError as error:
            size = sum(len(fragment.data) for fragment in fragments)
            if not (error.again and self._make_room(lane.pool.volume, size)):
                raise
            self._put(lane, step, fragments)

    def _put(self, lane: Lane, step: Step, fragments: list[Fragment]) -> None:
        if step.begins and step.draft is not None:
            lane.segment = SegmentFile.begin(
                lane.pool.volume, self._index, step.draft, fragments[0]
            )
        elif lane.segment is not None:
            lane.segment.append(fragments)
        else:
            raise DiskError(f"{lane.camera}/{lane.stream}: no segment is open to go on with")

    def _close(self, lane: Lane) -> None:
        """A segment is closed with what is on the disk; on a failed one recovery does it."""
        segment, lane.segment = lane.segment, None
        if segment is None:
            return
        if lane.pool.volume.failed is not None:
            segment.abandon()
        else:
            segment.close()

    def _judge(self, pool: Pool, error: Exception) -> tuple[GapReason, str]:
        """What an error means for the volume, and the sentence for the owner."""
        if isinstance(error, VolumeFailedError):
            if pool.volume.fail(error):
                self._report.volume_failed(pool.volume, str(error))
            return GapReason.DISK_FAILED, str(error)
        if isinstance(error, DiskFullError):
            with self._lock:
                pool.refusal = GapReason.DISK_FULL, str(error)
                pool.refused_s = now_s()
            return GapReason.DISK_FULL, str(error)
        if not isinstance(error, InputError):
            logging.getLogger(__name__).exception("%s: writing", pool.volume.path)
        return GapReason.DISK_FAILED, str(error) or repr(error)

    def _elsewhere(self, lane: Lane, failed: list[Step]) -> int | None:
        """Go on with the next volume, with all of a lane that is not written.

        Returns since when something is missing (UTC ns), or None: nothing is.
        """
        self._close(lane)
        name = lane.camera, lane.stream
        with self._lock:
            waiting = list(lane.steps)
            lane.steps.clear()
            lane.pool.waiting_bytes -= sum(step.size for step in waiting)
            current = self._lanes.get(name) is lane
            if current:
                del self._lanes[name]
            unwritten = [*failed, *waiting]
            rest = _from_keyframe(unwritten)
            pool = self._pool_for(rest[0])[0] if rest else None
            if pool is None or pool is lane.pool:
                rest = []
            else:
                other = Lane(*name, pool)
                for step in rest if current else [*rest, Step(now_s())]:
                    pool.give(other, step)
                if current:
                    self._lanes[name] = other
        first = next((step.fragment for step in unwritten if step.fragment is not None), None)
        if first is None or (rest and rest[0].fragment is first):
            return None
        return first.start_ns


def _from_keyframe(steps: list[Step]) -> list[Step]:
    """The steps from the first on that a file can begin with, which becomes a beginning."""
    for n, step in enumerate(steps):
        if step.fragment is not None and (step.begins or step.fragment.key):
            return [Step(step.at_s, step.draft, step.fragment, begins=True), *steps[n + 1 :]]
    return []
