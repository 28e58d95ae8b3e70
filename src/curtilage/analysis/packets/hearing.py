"""The thread that hears the packet bus, and hands each packet to its camera.

Never blocked by anything behind it: cameras only note what is to be done. While all cameras sleep
it naps between two looks at the bus, so that it wakes up for many packets at once; only cameras
that are awake are in a hurry. A small stream is heard while it is decoded, and expected while its
camera is not asleep.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from curtilage.analysis.frames.sight import Aim
from curtilage.analysis.station import Station
from curtilage.ingest.bus import BusError, Heard, Subscriber
from curtilage.vision.decode import Lanes

LOG = logging.getLogger(__name__)
WAIT_S: Final = 0.5
NAP_S: Final = 0.1
ASK_S: Final = 0.1  # between two looks at which streams are of use
AGAIN_S: Final = 2.0  # after the bus could not be used
SILENCE_S: Final = 5.0  # of the whole bus, until it is said


class Hearing:
    """Hears the streams of all stations between ``start`` and ``stop``.

    Args:
        endpoint: of the packet bus.
        stations: the cameras, by name; may change at any time.
        lanes: who decodes.
        is_busy: whether any camera is awake.

    """

    def __init__(
        self,
        endpoint: str,
        stations: Mapping[str, Station],
        lanes: Lanes,
        is_busy: Callable[[], bool],
    ) -> None:
        self._endpoint, self._stations, self._lanes = endpoint, stations, lanes
        self._is_busy = is_busy
        self._fault: str | None = None
        self._heard_s = time.monotonic()
        self._asked: dict[str, Station] = {}  # by topic
        self._hurried: set[str] = set()  # topics
        self._expected: set[str] = set()
        self._asked_s = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hearing", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what has come is handed over."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(3.0)

    @property
    def problem(self) -> str | None:
        """Why nothing is heard, if so."""
        if self._fault is not None:
            return self._fault
        silent_s = time.monotonic() - self._heard_s
        if self._stations and silent_s > SILENCE_S:
            return f"No camera's packets have come for {silent_s:.0f} s; does the recorder run?"
        return None

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with Subscriber(self._endpoint, ()) as subscriber:
                    self._asked, self._asked_s = {}, 0.0
                    self._hurried, self._expected = set(), set()
                    self._fault = None
                    while not self._stop.is_set():
                        self._hear(subscriber)
            except BusError as error:
                self._fault = str(error)
                self._stop.wait(AGAIN_S)
            except Exception:  # a thread that dies would leave every camera unwatched
                LOG.exception("hearing the packet bus failed")
                self._fault = "hearing the packet bus failed; it is tried again"
                self._stop.wait(AGAIN_S)

    def _hear(self, subscriber: Subscriber) -> None:
        now_s = time.monotonic()
        if now_s - self._asked_s > ASK_S:
            self._asked_s = now_s
            self._ask(subscriber)
        items = subscriber.receive_all(WAIT_S if self._asked else ASK_S)
        if not items:
            return
        self._heard_s = time.monotonic()
        for camera, stream, item in items:
            station = self._stations.get(camera)
            if station is not None:
                self._hand_over(station, stream, item)
        if not self._is_busy():
            self._stop.wait(NAP_S)

    def _hand_over(self, station: Station, stream: str, item: Heard) -> None:
        if station.catching_up and station.put_aside(stream, item):
            return
        if station.analysis.watch.take(stream, item):
            self._lanes.wake(station.lane)

    def _ask(self, subscriber: Subscriber) -> None:
        """Subscribe to the streams that are of use: small ones only while they are decoded.

        A camera that begins anew is asked for anew: it needs the stream from its keyframe on.
        """
        wanted: dict[str, Station] = {}
        hurried: set[str] = set()
        expected: set[str] = set()
        for name, station in list(self._stations.items()):
            camera, aim = station.analysis.camera, station.analysis.watch.aim
            topic = f"{name}/{camera.analysed_stream}"
            wanted[topic] = station
            if aim is None:
                continue
            small = f"{name}/{camera.motion_stream}"
            expected.add(small)
            if aim is Aim.MOTION:
                wanted[small] = station
            else:
                hurried.add(topic)
        if wanted != self._asked:
            for topic, station in self._asked.items():
                if wanted.get(topic) is not station:
                    subscriber.leave_calm(topic)
            for topic, station in wanted.items():
                if self._asked.get(topic) is not station:
                    subscriber.listen_calmly(topic)
            self._asked = wanted
        _change(self._hurried, hurried, subscriber.hurry, subscriber.calm_down)
        _change(self._expected, expected, subscriber.expect, subscriber.forgo)
        self._hurried, self._expected = hurried, expected


def _change(
    before: set[str], after: set[str], begin: Callable[[str], None], end: Callable[[str], None]
) -> None:
    """Say what is new, and what is no more."""
    if before != after:
        for topic in before - after:
            end(topic)
        for topic in after - before:
            begin(topic)
