"""Readers that are slow, stopped, killed, and publishers that die: real processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.ingest.bus import Missed, Publisher, Subscriber
from curtilage.ingest.bus.backlog import Backlog
from curtilage.ingest.bus.replay import Line
from curtilage.ingest.bus.sequence import Follower, Heard
from curtilage.ingest.bus.wire import read
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import GapReason, Packet
from tests.ingest.bus.streams import (
    OPENED,
    PATIENCE_S,
    check_story,
    endpoint,
    hear,
    hear_until,
    number_of,
    packet,
    reader,
    wait_for,
)


def lines_of(told: Path) -> list[str]:
    return told.read_text().splitlines()


def test_a_stopped_reader_loses_whole_gops_is_told_and_goes_on(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with (
        endpoint() as at,
        Publisher(at, held=400) as publisher,
        reader(at, 1e6, told) as process,
        Subscriber(at, behind_s=1e6) as quick,
    ):
        wait_for(lambda: publisher.readers == 2)
        publisher.publish("yard", "main", OPENED)
        published = 0

        def send(count: int) -> None:
            nonlocal published
            for _ in range(count):
                publisher.publish("yard", "main", packet(published, size=2_000))
                published += 1

        send(15)
        wait_for(lambda: "yard packet 14" in lines_of(told))
        process.send_signal(signal.SIGSTOP)
        for _ in range(70):
            send(80)
            for _ in range(80):
                assert quick.receive(PATIENCE_S) is not None, "one who sleeps harms nobody else"
        process.send_signal(signal.SIGCONT)
        wait_for(lambda: len(lines_of(told)) > 200)
        until = time.monotonic() + PATIENCE_S
        while f"yard packet {published - 1}" not in lines_of(told):
            assert time.monotonic() < until
            send(1)
            time.sleep(0.01)
    came: list[object] = []
    for line in lines_of(told):
        _, what, *number = line.split()
        if what == "packet":
            came.append(packet(int(number[0])))
        elif what == "missed":
            came.append(Missed(int(number[0]), 1))
    received, missed = check_story(came)
    assert missed > 1_000
    assert received + missed == published


def test_a_stopped_reader_does_not_make_the_publisher_grow(tmp_path: Path) -> None:
    held, size = 500, 20_000
    with (
        endpoint() as at,
        Publisher(at, held=held) as publisher,
        reader(at, 4.0, tmp_path / "told") as process,
    ):
        wait_for(lambda: publisher.readers == 1)
        process.send_signal(signal.SIGSTOP)
        publisher.publish("yard", "main", OPENED)
        before = resident()
        for number in range(10_000):  # 200 MB
            publisher.publish("yard", "main", packet(number, size=size))
            if number % 100 == 0:
                time.sleep(0.001)
        assert resident() - before < 3 * held * size


def resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_a_killed_reader_is_forgotten(tmp_path: Path) -> None:
    with endpoint() as at, Publisher(at) as publisher:
        with reader(at, 4.0, tmp_path / "told"):
            wait_for(lambda: publisher.readers == 1)
        wait_for(lambda: publisher.readers == 0)


PUBLISHER = """
import sys, time
from curtilage.ingest.bus import Publisher
from tests.ingest.bus.streams import OPENED, packet

publisher = Publisher(sys.argv[1])
publisher.publish("yard", "main", OPENED)
number = int(sys.argv[2])
while True:
    publisher.publish("yard", "main", packet(number))
    number += 1
    time.sleep(0.005)
"""


def start_publisher(at: str, first: int) -> "subprocess.Popen[bytes]":
    root = Path(__file__).resolve().parents[3]
    paths = [str(root), *(p for p in sys.path if p)]
    return subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, at, str(first)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def test_a_publisher_killed_and_started_again_is_noticed() -> None:
    with endpoint() as at, Subscriber(at) as subscriber:
        for first in (0, 100_000):
            process = start_publisher(at, first)
            try:
                heard: list[object] = []
                while len(heard) < 40:
                    got = subscriber.receive(PATIENCE_S)
                    assert got is not None
                    heard.append(got[2])
            finally:
                process.kill()
                process.wait(10)
            hear(subscriber)
            if first:
                # What the first one had sent before it died may still have been on its way.
                hole = heard.index(Missed(None, None))
                assert isinstance(heard[hole + 1], Opened)
                after = [number_of(item) for item in heard[hole + 2 :]]
                assert after[0] >= 100_000
                assert after[0] % 10 == 0
                assert after == list(range(after[0], after[0] + len(after)))
            else:
                assert isinstance(heard[0], Opened)
                assert Missed(None, None) not in heard


def test_a_slow_reader_is_brought_back_to_the_present() -> None:
    with endpoint() as at, Publisher(at) as publisher, Subscriber(at, behind_s=2.0) as slow:
        wait_for(lambda: publisher.readers == 1)
        publisher.publish("yard", "main", OPENED)
        publisher.publish("yard", "main", packet(0))
        assert slow.receive(PATIENCE_S) == ("yard", "main", OPENED)
        for number in range(1, 1_000):
            publisher.publish("yard", "main", packet(number))
        time.sleep(1.0)  # all of it lies there when it looks
        heard = hear_until(slow, 999)
        came, missed = check_story(heard)
        assert came + missed == 1_000
        assert came <= 45, "two seconds and a GOP"


def test_a_lost_that_was_thrown_away_is_said_again() -> None:
    with endpoint() as at, Publisher(at, held=10) as publisher, Subscriber(at, held=10) as slow:
        wait_for(lambda: publisher.readers == 1)
        publisher.publish("yard", "main", OPENED)
        for number in range(3_000):
            publisher.publish("yard", "main", packet(number, size=5_000))
        lost = Lost(GapReason.STALLED, 1, "no packet")
        publisher.publish("yard", "main", lost)
        heard: list[Heard] = []
        while lost not in heard:
            got = slow.receive(PATIENCE_S)
            assert got is not None
            heard.append(got[2])
        assert isinstance(heard[-2], Missed)


GONE = Lost(GapReason.STALLED, 1, "no packet")


class Sent:
    """Messages of one stream as they would go over the socket."""

    def __init__(self, run: int) -> None:
        self.line = Line("yard", "main", run)

    def message(self, item: Opened | Packet | Lost) -> bytes:
        match item:
            case Packet():
                frames = self.line.packet(item)
            case Opened():
                frames = self.line.opened(item)
            case _:
                frames = self.line.gone(item)
        return b"".join((self.line.live_topic, *frames))


@settings(max_examples=200, deadline=None)
@given(
    gop=st.integers(1, 7),
    dropped=st.sets(st.integers(0, 79)),
    doubled=st.sets(st.integers(0, 79)),
)
def test_whatever_is_dropped_or_doubled_the_story_is_whole(
    gop: int, dropped: set[int], doubled: set[int]
) -> None:
    sent, follower = Sent(7), Follower()
    heard: list[object] = list(follower.follow(read(sent.message(OPENED))))
    for number in range(100):
        message = read(sent.message(packet(number, gop)))
        if number in dropped:
            continue
        for _ in range(1 + (number in doubled)):
            heard += follower.follow(message)
    heard += follower.follow(read(sent.message(GONE)))
    came, missed = check_story(heard, gop)
    assert came + missed == 100
    assert came >= 100 - gop * len(dropped)


@settings(max_examples=100, deadline=None)
@given(taken=st.lists(st.integers(0, 40), min_size=5, max_size=5), gop=st.integers(1, 30))
def test_a_backlog_never_hides_what_it_throws_away(taken: list[int], gop: int) -> None:
    sent = {name: Sent(number) for number, name in enumerate("ab")}
    followers = {name: Follower() for name in sent}
    heard: dict[str, list[object]] = {name: [] for name in sent}
    backlog = Backlog(1_000_000_000)

    def take() -> None:
        message = backlog.take()
        name = "ab"[message.run]
        heard[name] += followers[name].follow(message)

    for line in sent.values():
        backlog.add(read(line.message(OPENED)))
    take()
    take()
    for part, count in enumerate(taken):
        for number in range(part * 20, part * 20 + 20):
            for line in sent.values():
                backlog.add(read(line.message(packet(number, gop))))
        for _ in range(min(count, len(backlog))):
            take()
    for line in sent.values():
        backlog.add(read(line.message(GONE)))
    while len(backlog):
        take()
    for story in heard.values():
        came, missed = check_story(story, gop)
        assert came + missed == 100


def test_new_parameters_within_a_hole_are_learnt_from_the_keyframe() -> None:
    sent, follower = Sent(1), Follower()
    for item in (OPENED, packet(0), packet(1)):
        follower.follow(read(sent.message(item)))
    changed = Opened(OPENED.info, 77, True)
    sent.message(packet(2))
    sent.message(changed)
    key = sent.message(packet(10))
    assert follower.follow(read(key)) == [Missed(2, 1), changed, packet(10)]
