"""Files played as cameras: at their own speed, endlessly, without gaps; devices not there."""

import itertools
import threading
from itertools import pairwise
from pathlib import Path

import av
import pytest

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError
from curtilage.ingest.live import Item, LiveSource, Lost, Opened, Patience, device
from curtilage.model import GapReason, Packet
from tests.ingest.clips import write_clip, write_sound

NO_B = {"g": "5", "bf": "0"}


def first(address: Address, count: int) -> list[Item]:
    stop = threading.Event()
    source = LiveSource("yard", "main", address, patience=Patience(retry_first_s=0.05))
    try:
        return list(itertools.islice(source.items(stop), count))
    finally:
        stop.set()


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.avi", "a.flv", "a.h264"])
def test_a_file_plays_endlessly_without_a_gap(tmp_path: Path, name: str) -> None:
    path = write_clip(tmp_path / name, 10, rate=50, options=NO_B)
    items = first(Address(str(path)), 36)
    packets = [item for item in items if isinstance(item, Packet)]
    assert isinstance(items[0], Opened)
    assert len(packets) == 35  # one description only, though it played three times
    assert sum(p.key for p in packets) == 7
    steps = [b.dts_ns - a.dts_ns for a, b in pairwise(packets)]
    assert all(abs(step * 50 / 1e9 - 1) < 0.06 for step in steps)


def test_b_frames_of_a_file(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 20, rate=50, options={"bf": "2", "g": "10"})
    packets = [item for item in first(Address(str(path)), 45) if isinstance(item, Packet)]
    steps = {round((b.dts_ns - a.dts_ns) / 1e6) for a, b in pairwise(packets)}
    assert steps == {20}
    assert all(p.pts_ns >= p.dts_ns for p in packets)
    assert any(b.pts_ns < a.pts_ns for a, b in pairwise(packets))


def test_a_folder_plays_file_after_file(tmp_path: Path) -> None:
    write_clip(tmp_path / "1.mp4", 5, rate=50, options=NO_B)
    write_clip(tmp_path / "2.mp4", 5, rate=50, size=(320, 240), options=NO_B)
    (tmp_path / "notes.txt").write_text("no film")
    items = first(Address(str(tmp_path)), 24)
    sizes = [i.info.video.width for i in items if isinstance(i, Opened)]
    assert sizes == [160, 320, 160, 320]
    packets = [item for item in items if isinstance(item, Packet)]
    assert {round((b.dts_ns - a.dts_ns) / 1e6) for a, b in pairwise(packets)} == {20}


@pytest.mark.parametrize(
    ("make", "reason", "words"),
    [
        (Path.exists, GapReason.UNREACHABLE, "there is no file"),
        (lambda p: p.write_bytes(b"x" * 500), GapReason.UNSUPPORTED, "is no video file"),
        (lambda p: p.mkdir(), GapReason.UNREACHABLE, "no video file is in"),
        (write_sound, GapReason.UNSUPPORTED, "offers no picture"),
        (
            lambda p: write_clip(p, 3, codec="mpeg4"),
            GapReason.UNSUPPORTED,
            "sends mpeg4; set it to H.264 or H.265",
        ),
    ],
)
def test_files_that_cannot_be_played(
    tmp_path: Path, make: object, reason: GapReason, words: str
) -> None:
    assert callable(make)
    path = tmp_path / "a.mp4"
    make(path)
    (item,) = first(Address(str(path)), 1)
    assert isinstance(item, Lost)
    assert item.reason is reason
    assert item.sentence.startswith("camera yard")
    assert words in item.sentence


@pytest.mark.parametrize(
    "path",
    ["/dev/video987", "/dev/null", "/etc/passwd", "/etc/nothing", "/dev", "/dev/a%00b"],
)
def test_devices_that_are_not_there(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no camera is not opened (that starts a watchdog), and nothing is told of it.

    What a device that is there does cannot be tested without one.
    """
    monkeypatch.setattr(av, "open", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(CameraError) as refused:
        device.open_device("yard", Address(f"v4l2://{path}"), audio=False)
    said = str(refused.value).replace(Address(f"v4l2://{path}").path, "it")
    assert said == "camera yard: there is no camera it; is it plugged in?"
