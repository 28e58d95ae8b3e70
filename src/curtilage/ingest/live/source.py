"""A camera's stream, as the recorder wants it: it begins, its packets, and why nothing comes.

`LiveSource.items` never ends but by `stop` and never raises for what a camera does: it opens the
camera, tells what comes, and when nothing comes any more says why and tries again.
"""

import math
import re
import threading
import time
from collections.abc import Callable, Iterator

from curtilage.config.address import Address
from curtilage.ingest.clock import SYSTEM, Clock
from curtilage.ingest.errors import CameraError
from curtilage.ingest.live.backoff import Backoff
from curtilage.ingest.live.connection import BROKEN, Connection
from curtilage.ingest.live.items import Item, Lost, Opened
from curtilage.ingest.live.opening import open_camera
from curtilage.ingest.live.patience import Patience
from curtilage.ingest.live.session import Session, Timeline
from curtilage.ingest.live.watch import WATCH, Cut, Guarded
from curtilage.model import GapReason


class LiveSource:
    """One stream of one camera.

    Args:
        camera: name of the camera, for sentences.
        stream: name of the stream.
        address: where it is.
        audio: whether its sound is asked for; otherwise it is not even SETUP.
        clock: the machine's clocks.
        patience: how long to wait for what.
        hurries: whether somebody wants the pictures as they come; else they may be given some
            tenths of a second's worth at a time, which costs half.

    """

    def __init__(
        self,
        camera: str,
        stream: str,
        address: Address,
        *,
        audio: bool = False,
        clock: Clock = SYSTEM,
        patience: Patience = Patience(),  # noqa: B008  frozen
        hurries: Callable[[], bool] = lambda: True,
    ) -> None:
        self.camera, self.stream = camera, stream
        self._name = camera if stream == "main" else f"{camera}/{stream}"
        self._address, self._audio = address, audio
        self._clock, self._patience, self._hurries = clock, patience, hurries
        self._distrusted = False  # pictures are dated by when they come
        self.note: str | None = None  # something the owner should know though pictures come

    def items(self, stop: threading.Event) -> Iterator[Item]:
        """What the camera sends, until ``stop``; see `Opened`, `Packet` and `Lost`."""
        patience = self._patience
        backoff = Backoff(patience.retry_first_s, patience.retry_most_s)
        timeline = Timeline(self._clock)
        telling = Telling()
        failed = False
        while not stop.is_set():
            opened = open_camera(
                self._name, self._address, self._audio, patience, stop, self._is_prompt
            )
            if opened is None:
                return
            failed = True
            if isinstance(opened, CameraError):
                if telling.is_new(opened.reason, str(opened)):
                    yield Lost(opened.reason, timeline.lost_since(), str(opened))
            else:
                for item in self._play(opened, timeline, stop, backoff):
                    if type(item) is not Lost:
                        if failed:
                            failed = False
                            telling = Telling()
                    elif not telling.is_new(item.reason, item.sentence):
                        continue
                    else:
                        failed = True
                    yield item
            stop.wait(backoff.next_s())

    def _play(
        self, connection: Connection, timeline: Timeline, stop: threading.Event, backoff: Backoff
    ) -> Iterator[Item]:
        """One connection, from its first picture to its end; the last item says why it ended."""
        patience = self._patience
        stall_s = math.inf if self._address.scheme == "file" else patience.stall_s
        guarded = Guarded(connection, stop, stall_s)
        session = Session(self._name, connection, timeline, patience)
        self._distrusted = False
        good_until = time.monotonic() + patience.good_s
        WATCH.add(guarded)
        problem: CameraError | None = None
        try:
            for raw in connection.packets():
                self.note = connection.note
                since, now = guarded.fed, time.monotonic()
                guarded.fed = math.inf  # who takes the items may be slow: that is no stall
                yield from session.take(raw)
                if guarded.cut is not None or now - since > stall_s:
                    guarded.fed = since
                    break
                if session.fed:
                    self._distrusted = session.distrusted
                    guarded.fed, session.fed = time.monotonic(), False
                    if now > good_until:
                        backoff.reset()
                        good_until = now + patience.good_s
                else:
                    guarded.fed = since + time.monotonic() - now
                if session.hopeless:
                    break
        except CameraError as error:
            problem = error
        except BROKEN:
            pass  # the words of others for a broken connection; ours are below
        finally:
            WATCH.remove(guarded)
            connection.close()
        if stop.is_set():
            return
        yield from session.rest()
        if session.hopeless:
            return
        yield self._ended(guarded, timeline, problem)

    def _is_prompt(self) -> bool:
        return self._distrusted or self._hurries()

    def _ended(self, guarded: Guarded, timeline: Timeline, problem: CameraError | None) -> Lost:
        since = timeline.lost_since()
        who = self._address.host or self._address.path
        if problem is not None:
            return Lost(problem.reason, since, str(problem))
        quiet_s = time.monotonic() - guarded.fed
        if guarded.cut is Cut.STALL or quiet_s > 0.9 * self._patience.stall_s:
            sentence = f"camera {self._name}: no picture from {who} for {quiet_s:.0f} s"
            return Lost(GapReason.STALLED, since, sentence)
        return Lost(
            GapReason.UNREACHABLE, since, f"camera {self._name}: {who} ended the connection"
        )


class Telling:
    """What was told since the last picture: each cause once, and again after another one."""

    def __init__(self) -> None:
        self._reason: GapReason | None = None
        self._told: set[str] = set()

    def is_new(self, reason: GapReason, sentence: str) -> bool:
        """Whether this is another reason than the last one, or a sentence not told yet."""
        words = re.sub(r"\d+", "", sentence)
        if reason is self._reason and words in self._told:
            return False
        self._reason = reason
        self._told.add(words)
        return True


__all__ = ["LiveSource", "Lost", "Opened"]
