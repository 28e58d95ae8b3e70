"""One connection's packets, made into what is recorded: forms, times, and when a segment begins.

No I/O: raw packets in, items out. The first pictures are held back until they come no faster than
they were taken (two of them, with most cameras), since only then it is known how late they are.
"""

from collections.abc import Sequence

from curtilage.ingest.clock import Clock
from curtilage.ingest.live.connection import Change, Connection, Raw
from curtilage.ingest.live.first import dated
from curtilage.ingest.live.form import form_of
from curtilage.ingest.live.items import Item, Lost, Opened
from curtilage.ingest.live.mapping import HostTime, Mapping
from curtilage.ingest.live.patience import Patience
from curtilage.model import GapReason, Medium, Packet, StreamInfo, VideoInfo

SECOND = 1_000_000_000
HOLD_MOST_NS = SECOND  # of arrival
_VIDEO = Medium.VIDEO  # an enum's member is slow to look up
HOLD_MOST = 300  # packets
GOPS_TO_WAIT = 3
LONGEST_WAIT = 120 * SECOND  # for a keyframe, however seldom they come
HOPELESS_AFTER = 6  # times the wait for a keyframe: then the camera is asked anew


class Timeline:
    """What goes on from one connection of a source to the next."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.host = HostTime(clock.utc_ns(), clock.monotonic_ns())
        self.floors: dict[Medium, int] = {}  # last dts given, per medium
        self.end: int | None = clock.utc_ns()  # of the last picture; None: a cause was told

    def now(self) -> int:
        """UTC, by the clock as it was before a step that is still pending."""
        return self.host.arrival(self.clock.utc_ns(), self.clock.monotonic_ns())

    def lost_since(self) -> int:
        """Since when nothing is recorded: the end of the last picture; now, of a later cause."""
        since, self.end = self.end, None
        return self.now() if since is None else since


class Session:
    """Makes items of one connection's packets."""

    def __init__(
        self, name: str, connection: Connection, timeline: Timeline, patience: Patience
    ) -> None:
        self._name, self._timeline = name, timeline
        self._form = form_of(connection.codec, connection.extradata, framed=connection.framed)
        self._audio = connection.audio
        self._info: VideoInfo | None = None  # of what was opened
        self._utc_ns, self._monotonic_ns = timeline.clock.utc_ns, timeline.clock.monotonic_ns
        self._host, self._floors = timeline.host, timeline.floors
        self._video_map = Mapping(timeline.floors.get(Medium.VIDEO, 0))
        self._audio_map = Mapping(timeline.floors.get(Medium.AUDIO, 0))
        self._held: list[tuple[Raw, int]] | None = []  # with arrivals; None: running
        self._cam = 0  # camera time of the picture before
        self._step = 0  # of the camera time, between the last two pictures
        self._wait_ns = int(patience.keyframe_s * SECOND)
        self._wait = GOPS_TO_WAIT * self._wait_ns  # without a keyframe; until a group is known
        self._key_at = timeline.now()  # arrival of the last keyframe, or begin of the wait
        self._longest_gop = 0
        self._starved = False
        self._stepped = False  # the clock was set, and no segment has begun since
        self.fed = False  # a picture came; the reader takes it down
        self.hopeless = False

    @property
    def distrusted(self) -> bool:
        """Whether the camera's clock jumps so often that pictures are dated by when they come."""
        return self._video_map.distrusted

    def take(self, raw: Raw | Change) -> Sequence[Item]:
        """The items that this packet makes, mostly one."""
        if isinstance(raw, Change):
            items = self.rest()
            self._form, self._audio = form_of(raw.codec, raw.extradata), raw.audio
            self._info = None
            return items
        age = raw.age
        arrival = self._host.arrival(self._utc_ns() - age, self._monotonic_ns() - age)
        if self._held is not None:
            return self._hold(raw, arrival)
        if raw[0] is _VIDEO:
            return self._picture(raw, arrival)
        return self._sound(raw, arrival)

    def rest(self) -> Sequence[Item]:
        """What is still held back when the connection ends."""
        held, self._held = self._held, None
        if not held:
            return ()
        if self._host.pending:  # the clock was set while there was no picture
            by = self._adopt_step()
            held = [(raw, at + by) for raw, at in held]
            self._video_map, self._audio_map = Mapping(), Mapping()
            self._stepped = True
        pictures = dated([raw for raw, _ in held if raw.medium is Medium.VIDEO])
        self._learn(pictures, [at for raw, at in held if raw.medium is Medium.VIDEO])
        items: list[Item] = []
        following = iter(pictures)
        for raw, arrival in held:
            if raw.medium is Medium.VIDEO:
                items += self._picture(next(following), arrival)
            else:
                items += self._sound(raw, arrival)
        return items

    def _hold(self, raw: Raw, arrival: int) -> Sequence[Item]:
        held = self._held
        assert held is not None  # noqa: S101
        held.append((raw, arrival))
        if raw.medium is not Medium.VIDEO:
            return ()
        self.fed = True
        pictures = [(r, at) for r, at in held if r.medium is Medium.VIDEO]
        if (len(pictures) < 2 or raw.dts is None) and len(held) < HOLD_MOST:
            return ()
        (before, before_at), (this, this_at) = pictures[-2:]
        step = this.duration if this.dts is None or before.dts is None else this.dts - before.dts
        burst = this_at - before_at < step // 2
        if burst and len(held) < HOLD_MOST and this_at - pictures[0][1] < HOLD_MOST_NS:
            return ()
        return self.rest()

    def _learn(self, pictures: list[Raw], arrivals: list[int]) -> None:
        """Begin the mapping of pictures, from those that were held back."""
        if not pictures:
            return
        cams = [raw.dts or 0 for raw in pictures]
        self._cam = 2 * cams[0] - cams[1] if len(cams) > 1 else cams[0]  # one step before
        self._video_map.begin(list(zip(cams, arrivals, strict=True)))

    def _picture(self, raw: Raw, arrival: int) -> Sequence[Item]:
        _, cam, pts, duration, _, data, _, plain = raw
        self.fed = True
        if cam is None:
            cam, pts = self._cam + self._step, None
        self._step, self._cam = cam - self._cam, cam
        kept, key = (bytes(data), False) if plain else self._form.convert(data)
        if key and self._form.info is not None:
            return self._begin(raw, cam, pts, arrival, kept)
        at = self._video_map.place(cam, arrival)
        if not kept:
            return ()
        if self._info is None or arrival - self._key_at > self._wait:
            return self._wait_for_key(arrival)
        return (self._packet(at, cam, pts, duration, False, kept),)

    def _packet(
        self, at: int, cam: int, pts: int | None, duration: int, key: bool, data: bytes
    ) -> Packet:
        if not duration and 0 < self._step < SECOND:
            duration = self._step
        self._floors[_VIDEO] = at
        self._timeline.end = at + duration
        after = at if pts is None or pts < cam else at + pts - cam
        return Packet(_VIDEO, at, after, duration, key, data)

    def _begin(
        self, raw: Raw, cam: int, pts: int | None, arrival: int, data: bytes
    ) -> Sequence[Item]:
        """A keyframe: here a segment can begin, and the clock's step is taken over."""
        set_back, self._stepped = self._stepped or self._host.pending != 0, False
        if self._host.pending:
            arrival += self._adopt_step()
        if raw.report is not None:
            self._video_map.report(cam, raw.report, arrival)
        gop = arrival - self._key_at
        whole = self._info is not None or (self._starved and not self._longest_gop)
        if whole and gop > self._longest_gop:  # also a first one so long that it was given up
            self._longest_gop = gop
            self._wait = min(max(GOPS_TO_WAIT * gop, self._wait_ns), LONGEST_WAIT)
        self._key_at, self._starved = arrival, False
        at = self._video_map.place(cam, arrival)
        packet = self._packet(at, cam, pts, raw.duration, True, data)
        info = self._form.info
        if info is None or (not set_back and info is self._info):
            return (packet,)
        self._info = info
        return Opened(StreamInfo(info, self._audio), at, set_back), packet

    def _sound(self, raw: Raw, arrival: int) -> Sequence[Item]:
        if self._info is None or raw.dts is None:
            return ()
        at = self._audio_map.place(raw.dts, arrival)
        self._floors[Medium.AUDIO] = at
        return (Packet(Medium.AUDIO, at, at, raw.duration, True, bytes(raw.data)),)

    def _adopt_step(self) -> int:
        """The machine's clock was set, and a segment can begin: times are the new clock's."""
        by = self._host.adopt()
        self._video_map.shift(by)
        self._audio_map.shift(by)
        self._floors.clear()
        self._key_at += by
        return by

    def _wait_for_key(self, arrival: int) -> Sequence[Item]:
        waited = arrival - self._key_at
        if self._info is None and waited <= self._wait_ns:
            return ()
        self._info = None
        self.hopeless = waited > HOPELESS_AFTER * max(self._wait_ns, self._longest_gop)
        if self._starved:
            return ()
        self._starved = True
        sentence = (
            f"camera {self._name} sends pictures but no keyframe for {waited // SECOND} s; "
            "set its I-frame interval to a few seconds"
        )
        return (Lost(GapReason.NO_KEYFRAME, self._timeline.lost_since(), sentence),)
