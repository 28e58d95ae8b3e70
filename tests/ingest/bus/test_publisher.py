"""The publisher alone and with readers in this process."""

import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from curtilage.ingest.bus import BusError, Publisher, Subscriber
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import (
    AudioCodec,
    AudioInfo,
    GapReason,
    Medium,
    Packet,
    StreamInfo,
)
from tests.ingest.bus.streams import (
    INFO,
    OPENED,
    check_story,
    endpoint,
    hear_until,
    number_of,
    packet,
    wait_for,
)


def test_items_arrive_as_they_were() -> None:
    sound = StreamInfo(INFO.video, AudioInfo(AudioCodec.AAC, 48_000, 2, b"\x11\x90"))
    items: list[Opened | Packet | Lost] = [
        Opened(sound, 123_456_789, True),
        Packet(Medium.VIDEO, -5, 7, 9, True, b"picture"),
        Packet(Medium.AUDIO, 1, 1, 2, True, b"sound"),
        Packet(Medium.VIDEO, 2, 3, 0, False, b""),
        Lost(GapReason.STALLED, 99, "no packet since 12:00 (é)"),
    ]
    with endpoint() as at, Publisher(at) as publisher, Subscriber(at) as subscriber:
        wait_for(lambda: publisher.readers == 1)
        for item in items:
            publisher.publish("yard", "main", item)
        for item in items:
            assert subscriber.receive(5.0) == ("yard", "main", item)
        assert subscriber.receive(0.0) is None


def test_topics_are_whole_names() -> None:
    with (
        endpoint() as at,
        Publisher(at) as publisher,
        Subscriber(at, ["yard", "door/main"]) as subscriber,
    ):
        wait_for(lambda: publisher.readers == 2)
        for topic in ("yard/main", "yard/small", "yard2/main", "door/main", "door/main2"):
            camera, stream = topic.split("/")
            publisher.publish(camera, stream, OPENED)
        came = [subscriber.receive(5.0) for _ in range(3)]
        heard = [got and got[:2] for got in came]
        assert heard == [("yard", "main"), ("yard", "small"), ("door", "main")]
        assert subscriber.receive(0.2) is None


def test_a_late_reader_gets_the_current_gop_at_once_and_the_others_no_doubles() -> None:
    with endpoint() as at, Publisher(at) as publisher, Subscriber(at) as early:
        wait_for(lambda: publisher.readers == 1)
        publisher.publish("yard", "main", OPENED)
        for number in range(25):
            publisher.publish("yard", "main", packet(number))
        with Subscriber(at) as late:
            first = [late.receive(5.0) for _ in range(6)]
            assert first[0] == ("yard", "main", OPENED)
            assert [number_of(got[2]) for got in first[1:] if got] == [20, 21, 22, 23, 24]
            publisher.publish("yard", "main", packet(25))
            got = late.receive(5.0)
            assert got is not None
            assert number_of(got[2]) == 25
        heard = hear_until(early, 25)
        assert check_story(heard) == (26, 0)
        assert len(heard) == 27


def test_a_late_reader_of_a_lost_stream_hears_why() -> None:
    lost = Lost(GapReason.UNREACHABLE, 5, "192.0.2.7 does not answer")
    with endpoint() as at, Publisher(at) as publisher:
        publisher.publish("yard", "main", OPENED)
        publisher.publish("yard", "main", packet(0))
        publisher.publish("yard", "main", lost)
        with Subscriber(at) as subscriber:
            assert subscriber.receive(5.0) == ("yard", "main", lost)
            assert subscriber.receive(1.3) is None, "it is said again, and that is a double"
            publisher.publish("yard", "main", OPENED)
            assert subscriber.receive(5.0) == ("yard", "main", OPENED)


def test_a_gop_too_long_to_keep_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curtilage.ingest.bus.replay.MOST_BYTES", 3_000)
    with endpoint() as at, Publisher(at) as publisher:
        publisher.publish("yard", "main", OPENED)
        for number in range(8):
            publisher.publish("yard", "main", packet(number, size=500))
        with Subscriber(at) as late:
            wait_for(lambda: publisher.readers == 1)
            assert late.receive(0.3) is None
            for number in range(8, 12):
                publisher.publish("yard", "main", packet(number, size=500))
            heard = hear_until(late, 11)
            assert heard == [OPENED, packet(10, size=500), packet(11, size=500)]


def test_fifty_threads_publish_while_readers_come_and_go() -> None:
    count = 150
    with endpoint() as at, Publisher(at, held=100_000) as publisher:
        with Subscriber(at, behind_s=1e6, held=100_000) as steady:
            wait_for(lambda: publisher.readers == 1)

            def camera(name: str) -> None:
                publisher.publish(name, "main", OPENED)
                for number in range(count):
                    publisher.publish(name, "main", packet(number))
                    time.sleep(0.001)

            threads = [threading.Thread(target=camera, args=(f"c{i}",)) for i in range(50)]
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                with Subscriber(at) as brief:
                    got = brief.receive(1.0)
                    assert got is None or isinstance(got[2], Opened)
            heard: dict[str, list[object]] = {}
            while (got := steady.receive(0.5)) is not None:
                heard.setdefault(got[0], []).append(got[2])
            assert len(heard) == 50
            for story in heard.values():
                assert check_story(story) == (count, 0)
        wait_for(lambda: publisher.readers == 0)


def test_a_packet_before_opened_is_a_mistake_of_the_caller() -> None:
    with endpoint() as at, Publisher(at) as publisher, pytest.raises(ValueError, match="yard/main"):
        publisher.publish("yard", "main", packet(0))


def test_publishing_after_close_does_nothing() -> None:
    with endpoint() as at:
        publisher = Publisher(at)
        publisher.close()
        publisher.close()
        publisher.publish("yard", "main", OPENED)
        assert not Path(at.removeprefix("ipc://")).exists()


def test_the_socket_is_for_this_user_alone() -> None:
    with endpoint() as at, Publisher(at):
        mode = Path(at.removeprefix("ipc://")).stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("tcp://127.0.0.1:5000", "lives in a file of this machine"),
        ("ipc://packets", "with its whole path"),
        ("/run/packets", "as in 'ipc:///run"),
        ("ipc:///" + "a" * 107, "has 108 bytes, and a socket's can have 107"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(where: str, sentence: str) -> None:
    with pytest.raises(BusError, match=sentence):
        Publisher(where)
    with pytest.raises(BusError, match=sentence):
        Subscriber(where)


def test_the_longest_path_works(tmp_path: Path) -> None:
    path = str(tmp_path / "")
    path += "/" + "s" * (107 - len(path) - 1)
    with Publisher(f"ipc://{path}") as publisher, Subscriber(f"ipc://{path}") as subscriber:
        publisher.publish("yard", "main", OPENED)
        assert subscriber.receive(5.0) is not None


def test_what_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bus"
    path.write_text("dear diary")
    with pytest.raises(BusError, match="is no socket"):
        Publisher(f"ipc://{path}")
    assert path.read_text() == "dear diary"


def test_a_second_publisher_is_refused_and_the_first_unharmed() -> None:
    with endpoint() as at, Publisher(at) as publisher:
        with pytest.raises(BusError, match="another recorder publishes there"):
            Publisher(at)
        with Subscriber(at) as subscriber:
            publisher.publish("yard", "main", OPENED)
            assert subscriber.receive(5.0) is not None


def test_the_file_of_a_killed_publisher_is_no_obstacle() -> None:
    with endpoint() as at:
        left = socket.socket(socket.AF_UNIX)
        left.bind(at.removeprefix("ipc://"))
        left.close()  # the file stays, as after kill -9
        with Publisher(at) as publisher, Subscriber(at) as subscriber:
            publisher.publish("yard", "main", OPENED)
            assert subscriber.receive(5.0) is not None


def test_a_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(BusError, match="/proc/nowhere: cannot be made"):
        Publisher("ipc:///proc/nowhere/bus")


def test_another_version_is_refused() -> None:
    import zmq

    with endpoint() as at, Subscriber(at) as subscriber:
        other = zmq.Context()
        sender = other.socket(zmq.XPUB)
        sender.bind(at)
        assert sender.poll(5_000)
        sender.send_multipart([b"=yard/main\0" + b"\x01" + bytes(59), b"", b""])
        with pytest.raises(BusError, match="speaks another version"):
            subscriber.receive(5.0)
        other.destroy(linger=0)


def test_the_bus_brings_no_heavy_library_with_it() -> None:
    check = (
        "import sys, curtilage.ingest.bus;"
        "heavy = {'cv2', 'numba', 'openvino', 'pyarrow', 'matplotlib'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", check], check=True, timeout=30)
