"""Packets of a stream as the recordings hold them, also of the file that is being written.

Read on and on: each call goes on where the one before ended, so a reader can follow the recorder
until it is as far as the live packets are.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from curtilage.ingest.live.items import Opened
from curtilage.model import Packet, StreamInfo
from curtilage.record.export.sources import SLIVER_NS, Segment, Source, read_sources
from curtilage.record.mp4.pictures import pictures
from curtilage.store.index.database import Database
from curtilage.store.recorded import segments
from curtilage.store.recorded.segments import State

SAME_NS: Final = 1_000_000
"""Pictures nearer than that are one: recordings keep times in 90,000ths of a second."""
LOOK_BACK_NS: Final = 300_000_000_000
"""So far back is looked for the keyframe; a row of an open segment may also be seconds old."""

Recording: TypeAlias = Opened | Packet


class Recorded:
    """The pictures of one stream from a time on: from the keyframe before it, in order.

    Args:
        database: the index.
        volumes: folder of each volume, by identity (``curtilage.store.recorded.volumes.known``).
        camera: name of the camera.
        stream: name of the stream.
        from_ns: UTC of the first picture that is wanted.

    """

    def __init__(
        self,
        database: Database,
        volumes: Mapping[str, Path],
        camera: str,
        stream: str,
        from_ns: int,
    ) -> None:
        self.from_ns = from_ns
        self.end_ns: int | None = None
        """UTC where the last picture ends that was given; None before the first."""
        self.last_ns: int | None = None
        """UTC of its decoding."""
        self.info: StreamInfo | None = None
        """What it belongs to."""
        self._database, self._volumes = database, volumes
        self._name = (camera, stream)
        self._serial = ""

    def read(self, to_ns: int) -> Iterator[Recording]:
        """What is there and was not given yet, of pictures decoded before ``to_ns`` (UTC).

        Each stretch without a gap begins with an ``Opened`` and a keyframe. Files that cannot be
        read are passed over.

        Raises:
            StoreError: the index cannot be read.

        """
        for segment in self._segments(to_ns):
            first_ns = self._first_ns(segment)
            if first_ns is None:
                continue
            try:
                yield from self._pictures(segment, first_ns, to_ns)
            except (OSError, ValueError):
                continue  # deleted or moved meanwhile

    def _segments(self, to_ns: int) -> list[Segment]:
        """Segments that may hold something new; each begins with a keyframe."""
        since_ns = self.from_ns if self.last_ns is None else self.last_ns
        with self._database.read() as connection:
            rows = segments.between(connection, *self._name, since_ns - LOOK_BACK_NS, to_ns)
        # what the row of an open segment says of its end may be ten seconds old
        rows = [row for row in rows if row.state is State.OPEN or row.end_ns > since_ns]
        found, _ = read_sources(
            [
                Source(self._volumes[r.volume] / r.path, r.start_ns, r.end_ns, r.serial, r.number)
                for r in rows
                if r.volume in self._volumes
            ]
        )
        return found

    def _first_ns(self, segment: Segment) -> int | None:
        """Where to begin reading a segment: where we were, or at a keyframe; None: nowhere."""
        if self._goes_on(segment):
            return self.last_ns
        fragments = segment.scan.fragments
        keys = fragments.start_ns[fragments.key]
        if self.last_ns is not None:
            keys = keys[keys > self.last_ns]
        elif segment.end_ns > self.from_ns:
            keys = keys[max(int(np.searchsorted(keys, self.from_ns, side="right")) - 1, 0) :]
        else:
            return None
        return int(keys[0]) - 1 if len(keys) else None

    def _goes_on(self, segment: Segment) -> bool:
        """Whether what the segment holds follows what was given last, without a gap."""
        if self.last_ns is None or self.end_ns is None:
            return False
        same = self._serial == segment.source.serial and self.info == segment.info
        return same and segment.start_ns < self.end_ns + SLIVER_NS and segment.end_ns > self.last_ns

    def _pictures(self, segment: Segment, after_ns: int, to_ns: int) -> Iterator[Recording]:
        goes_on = self._goes_on(segment)
        for packet in pictures(segment.source.path, segment.scan, after_ns + 1, to_ns):
            if not goes_on:
                yield Opened(segment.info, packet.dts_ns, step=False)
                goes_on = True
            self.last_ns, self.end_ns = packet.dts_ns, packet.dts_ns + packet.duration_ns
            self._serial, self.info = segment.source.serial, segment.info
            yield packet
