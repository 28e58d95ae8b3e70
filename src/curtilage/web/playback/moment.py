"""One recorded picture: the keyframe at or before a moment, or exactly what was to be seen then.

A keyframe costs one decoding (about 15 ms of CPU at 1080p); the exact picture all those since its
keyframe. So who scrubs is shown keyframes, and who stands still the exact picture.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from curtilage.model import Packet, VideoInfo
from curtilage.record.export.sources import SLIVER_NS, Segment, Source, stretches
from curtilage.record.mp4.pictures import pictures
from curtilage.vision.decode import PacketDecoder
from curtilage.web.api.pictures import Picture
from curtilage.web.playback.plan import keyframe_before
from curtilage.web.playback.shelf import LOOK_BACK_NS, Shelf
from curtilage.web.refusal import Refused

FARTHEST: Final = 600
"""Pictures that are decoded for one; about three seconds of work at 1080p."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the pictures of a moment are."""

    group: Sequence[Segment]  # without a gap, up to the one of that moment
    key_ns: int  # UTC, decoding time of the fragment with its keyframe
    at_ns: int  # UTC
    settled: bool  # nothing that is still to be written can change what is shown of it

    @property
    def video(self) -> VideoInfo:
        """What the pictures are encoded with."""
        return self.group[-1].info.video


def moment(shelf: Shelf, camera: str, stream: str, at_ns: int) -> Moment | None:
    """Where the picture of ``at_ns`` (UTC) is; None: there is none, or it cannot be read.

    Raises:
        StoreError: the index cannot be read.

    """
    for source in reversed(shelf.sources(camera, stream, at_ns, at_ns + 1)):
        group = shelf.read([source])
        if not group or not group[0].start_ns <= at_ns < group[0].end_ns + SLIVER_NS:
            continue
        try:
            key_ns = keyframe_before(group, at_ns)
            if key_ns is None:  # cut without a keyframe: it can be played after the one before it
                group = _with_those_before(shelf, camera, stream, source)
                key_ns = keyframe_before(group, at_ns)
        except (OSError, ValueError):
            continue  # deleted meanwhile, or damaged
        if key_ns is not None:
            return Moment(group, key_ns, at_ns, at_ns < group[-1].end_ns)
    return None


def keyframe(found: Moment) -> Packet | None:
    """The keyframe at or before the moment; None: its file is gone or damaged."""
    last: Packet | None = None
    for packet in _packets(found):
        if last is not None and not packet.key:
            break
        if packet.key and (last is None or packet.pts_ns <= found.at_ns):
            last = packet
    return last


def decoded(video: VideoInfo, packets: Iterable[Packet], at_ns: int) -> Picture | None:
    """The last of the pictures that is shown at or before ``at_ns`` (UTC), else the first.

    Raises:
        DecodeError: the stream cannot be decoded at all.

    """
    decoder = PacketDecoder(video)
    best: Picture | None = None

    def frames() -> Iterator[Picture]:
        for packet in packets:
            for frame in decoder.decode(packet):
                at = packet.pts_ns if frame.pts is None else int(frame.pts)
                yield Picture(frame, at, decoder.aspect(frame))
        for frame in decoder.rest():
            yield Picture(frame, int(frame.pts or 0), decoder.aspect(frame))

    for picture in frames():
        if best is None or best.time_ns < picture.time_ns <= at_ns:
            best = picture
    return best


def exact(found: Moment) -> Picture | None:
    """What was to be seen at the moment; None: its file is gone or damaged.

    Raises:
        Refused: 422, its keyframe is too far away.
        DecodeError: the stream cannot be decoded at all.

    """

    def bounded() -> Iterator[Packet]:
        for number, packet in enumerate(_packets(found)):
            if number >= FARTHEST:
                raise Refused(
                    422,
                    f"That picture is more than {FARTHEST} pictures after its keyframe, too far "
                    "to decode; ask for the keyframe.",
                )
            yield packet

    return decoded(found.video, bounded(), found.at_ns)


def _packets(found: Moment) -> Iterator[Packet]:
    """The pictures from the keyframe on, up to the moment; fewer, if a file cannot be read."""
    for segment in found.group:
        if segment.end_ns > found.key_ns:
            try:
                yield from pictures(
                    segment.source.path, segment.scan, found.key_ns, found.at_ns + 1
                )
            except (OSError, ValueError):
                return


def _with_those_before(shelf: Shelf, camera: str, stream: str, source: Source) -> list[Segment]:
    """The segment of ``source`` after those that it goes on from."""
    before = shelf.sources(camera, stream, source.start_ns - LOOK_BACK_NS, source.start_ns + 1)
    found = shelf.read([one for one in before if one.start_ns <= source.start_ns])
    groups = [group for group in stretches(found) if group[-1].source == source]
    return groups[-1] if groups else []
