"""One connection's packets, made into what is recorded: forms, times, and when a segment begins.

No I/O: raw packets in, items out. The first pictures are held back until they come no faster than
they were taken (two of them, with most cameras), since only then it is known how late they are.
"""

from collections.abc import Iterator

from curtilage.ingest.clock import Clock
from curtilage.ingest.live.connection import Change, Connection, Raw
from curtilage.ingest.live.form import form_of
from curtilage.ingest.live.items import Item, Lost, Opened
from curtilage.ingest.live.mapping import HostTime, Mapping
from curtilage.ingest.live.patience import Patience
from curtilage.model import GapReason, Medium, Packet, StreamInfo, VideoInfo

SECOND = 1_000_000_000
HOLD_MOST_NS = SECOND  # of arrival
HOLD_MOST = 300  # packets
GOPS_TO_WAIT = 3
HOPELESS_AFTER = 6  # times the wait for a keyframe: then the camera is asked anew


class Timeline:
    """What goes on from one connection of a source to the next."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.host = HostTime(clock.utc_ns(), clock.monotonic_ns())
        self.floors: dict[Medium, int] = {}  # last dts given, per medium
        self._end: int | None = clock.utc_ns()  # of the last picture; None: a cause was told

    def now(self) -> int:
        """UTC, by the clock as it was before a step that is still pending."""
        return self.host.arrival(self.clock.utc_ns(), self.clock.monotonic_ns())

    def ended(self, at: int) -> None:
        """A picture ends here."""
        self._end = at

    def lost_since(self) -> int:
        """Since when nothing is recorded: the end of the last picture; now, of a later cause."""
        since, self._end = self._end, None
        return self.now() if since is None else since


class Session:
    """Makes items of one connection's packets."""

    def __init__(
        self, name: str, connection: Connection, timeline: Timeline, patience: Patience
    ) -> None:
        self._name, self._timeline = name, timeline
        self._late_by_one = connection.late_by_one
        self._form = form_of(connection.codec, connection.extradata)
        self._audio = connection.audio
        self._info: VideoInfo | None = None  # of what was opened
        self._maps = {medium: Mapping(timeline.floors.get(medium, 0)) for medium in Medium}
        self._held: list[tuple[Raw, int]] | None = []  # with arrivals; None: running
        self._arrival = 0  # of the packet before
        self._cam = 0  # camera time of the picture before
        self._step = 0  # of the camera time, between the last two pictures
        self._wait_ns = int(patience.keyframe_s * SECOND)
        self._longest_gop = 0
        self._key_at = timeline.now()  # arrival of the last keyframe, or begin of the wait
        self._starved = False
        self.fed = False  # a picture came; the reader takes it down
        self.hopeless = False

    def take(self, raw: Raw | Change) -> Iterator[Item]:
        """The items that this packet makes."""
        if type(raw) is Change:
            yield from self._release()
            self._form, self._audio = form_of(raw.codec, raw.extradata), raw.audio
            self._info = None
            return
        assert isinstance(raw, Raw)  # noqa: S101  there is nothing else
        timeline = self._timeline
        clock = timeline.clock
        arrival = timeline.host.arrival(clock.utc_ns(), clock.monotonic_ns())
        if self._held is not None:
            yield from self._hold(raw, arrival)
        elif raw.medium is Medium.VIDEO:
            yield from self._picture(raw, arrival)
        else:
            yield from self._sound(raw, arrival)

    def rest(self) -> Iterator[Item]:
        """What is still held back when the connection ends."""
        yield from self._release()

    def _hold(self, raw: Raw, arrival: int) -> Iterator[Item]:
        held = self._held
        assert held is not None  # noqa: S101
        held.append((raw, arrival))
        if raw.medium is not Medium.VIDEO:
            return
        self.fed = True
        pictures = [(r, at) for r, at in held if r.medium is Medium.VIDEO]
        if len(pictures) < 2:
            return
        (before, before_at), (this, this_at) = pictures[-2:]
        step = (this.dts or 0) - (before.dts or 0)
        burst = this_at - before_at < step // 2
        if burst and len(held) < HOLD_MOST and this_at - pictures[0][1] < HOLD_MOST_NS:
            return
        yield from self._release()

    def _release(self) -> Iterator[Item]:
        held, self._held = self._held, None
        if not held:
            return
        pictures = [(r, at) for r, at in held if r.medium is Medium.VIDEO]
        self._learn(pictures)
        for raw, arrival in held:
            if raw.medium is Medium.VIDEO:
                yield from self._picture(raw, arrival)
            else:
                yield from self._sound(raw, arrival)

    def _learn(self, pictures: list[tuple[Raw, int]]) -> None:
        """Begin the mapping of pictures, from those that were held back."""
        if not pictures:
            return
        self._arrival = pictures[0][1]
        cams = [raw.dts for raw, _ in pictures]
        if len(cams) > 1 and cams[0] is None and cams[1] is not None:
            # FFmpeg counts from the first picture, and says None of it instead of 0.
            self._cam = 0 if 0 < cams[1] < SECOND else cams[1] - pictures[0][0].duration
            self._step = 0
        arrivals = [at for _, at in pictures]
        if self._late_by_one and len(pictures) > 1:
            cams, arrivals = cams[1:], arrivals[:-1]
        pairs = [(cam, at) for cam, at in zip(cams, arrivals, strict=True) if cam is not None]
        if pairs:
            self._maps[Medium.VIDEO].begin(pairs)

    def _picture(self, raw: Raw, arrival: int) -> Iterator[Item]:
        self.fed = True
        cam = raw.dts
        if cam is None:
            cam = self._cam + self._step
        came = self._arrival if self._late_by_one else arrival
        self._step, self._cam, self._arrival = cam - self._cam, cam, arrival
        mapping = self._maps[Medium.VIDEO]
        data, key = self._form.convert(raw.data)
        info = self._form.info
        step = False
        if key and info is not None:
            if self._timeline.host.pending:
                step = True
                self._adopt_step()
            if raw.report is not None:
                mapping.report(cam, raw.report, came)
            self._longest_gop = max(self._longest_gop, arrival - self._key_at)
            self._key_at, self._starved = arrival, False
        at = mapping.place(cam, came)
        if not data:
            return
        if key and info is not None:
            if step or info is not self._info:
                self._info = info
                yield Opened(StreamInfo(info, self._audio), at, step)
        elif self._info is None or self._starved or self._no_keyframe(arrival):
            yield from self._wait_for_key(arrival)
            return
        pts = at if raw.pts is None or raw.dts is None else at + max(raw.pts - cam, 0)
        duration = raw.duration or (self._step if 0 < self._step < SECOND else 0)
        self._timeline.floors[Medium.VIDEO] = at
        self._timeline.ended(at + duration)
        yield Packet(Medium.VIDEO, at, pts, duration, key, data)

    def _sound(self, raw: Raw, arrival: int) -> Iterator[Item]:
        if self._info is None or self._starved or raw.dts is None:
            return
        at = self._maps[Medium.AUDIO].place(raw.dts, arrival)
        self._timeline.floors[Medium.AUDIO] = at
        yield Packet(Medium.AUDIO, at, at, raw.duration, True, raw.data)

    def _adopt_step(self) -> None:
        by = self._timeline.host.adopt()
        for mapping in self._maps.values():
            mapping.shift(by)
        self._timeline.floors.clear()
        self._key_at += by
        self._arrival += by

    def _no_keyframe(self, arrival: int) -> bool:
        limit = max(self._wait_ns, GOPS_TO_WAIT * self._longest_gop)
        return arrival - self._key_at > limit

    def _wait_for_key(self, arrival: int) -> Iterator[Item]:
        if not self._no_keyframe(arrival):
            return
        if not self._starved:
            self._starved, self._info = True, None
            waited = (arrival - self._key_at) // SECOND
            sentence = (
                f"camera {self._name} sends pictures but no keyframe for {waited} s; "
                "set its I-frame interval to a few seconds"
            )
            yield Lost(GapReason.NO_KEYFRAME, self._timeline.lost_since(), sentence)
        self.hopeless = arrival - self._key_at > HOPELESS_AFTER * self._wait_ns
