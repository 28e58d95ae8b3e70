"""What viewers of a stream are told about what happens to it."""

import json
from dataclasses import replace

from curtilage.ingest.bus import Missed
from curtilage.ingest.live.items import Lost, Opened
from curtilage.model import GapReason, Packet, StreamInfo, VideoCodec, VideoInfo
from curtilage.web.live.line import MOST_PICTURES, SILENT_S, UNHEARD_S, Line
from curtilage.web.live.messages import Message, Opening, Picture, Word
from tests.record.mp4.clips import START_NS, video

INFO, PACKETS = video(seconds=4, gop=15)
OPENED = Opened(StreamInfo(INFO), PACKETS[0].dts_ns, False)
GONE = Lost(GapReason.UNREACHABLE, START_NS, "camera yard does not answer")


def playing(many: int = 20) -> Line:
    line = Line("yard", "main", 0.0)
    line.take(OPENED, 0.0)
    for packet in PACKETS[:many]:
        line.take(packet, 0.0)
    return line


def told(messages: list[Message]) -> list[str]:
    """``head``, ``key``, ``delta``, or what a word says."""
    out = []
    for message in messages:
        if isinstance(message, Picture):
            out.append("key" if message.key else "delta")
        elif isinstance(message, Opening):
            out.append("head")
        else:
            out.append(json.loads(message.text)["is"])
    return out


def test_who_comes_late_gets_the_head_and_the_current_gop() -> None:
    assert told(playing(20).so_far()) == ["head", "key", *["delta"] * 4]


def test_who_comes_first_is_told_nothing_yet() -> None:
    assert Line("yard", "main", 0.0).so_far() == []


def test_the_head_says_type_and_time() -> None:
    line = Line("yard", "main", 0.0)
    (head,) = line.take(OPENED, 0.0)
    assert isinstance(head, Opening)
    said = json.loads(head.text)
    assert said["type"].startswith('video/mp4; codecs="avc1.')
    assert (said["camera"], said["stream"], said["from_s"]) == ("yard", "main", 0.0)
    assert abs(said["zero_ms"] - PACKETS[0].dts_ns / 1e6) < 0.001


def test_a_lost_camera_is_told_with_why_and_since_when() -> None:
    line = playing()
    (word,) = line.take(GONE, 1.0)
    assert isinstance(word, Word)
    assert json.loads(word.text) == {
        "is": "lost",
        "reason": "camera unreachable",
        "sentence": "camera yard does not answer",
        "since": "2026-09-21T14:13:20.123Z",
    }
    assert told(line.so_far()) == ["head", "lost"]


def test_a_camera_that_comes_back_begins_with_a_head() -> None:
    line = playing()
    line.take(GONE, 1.0)
    assert told(line.take(OPENED, 2.0)) == ["head"]
    assert told(line.take(PACKETS[0], 2.0)) == ["key"]


def test_new_parameters_come_as_a_new_head() -> None:
    line = playing()
    other, packets = video(seconds=1, width=320, height=240)
    (head,) = line.take(Opened(StreamInfo(other), PACKETS[-1].dts_ns, False), 1.0)
    assert isinstance(head, Opening)
    assert json.loads(head.text)["width"] == 320
    assert told(line.so_far()) == ["head"]
    late = replace(packets[0], dts_ns=PACKETS[-1].dts_ns, pts_ns=PACKETS[-1].dts_ns)
    assert told(line.take(late, 1.0)) == ["key"]


def test_a_hole_takes_the_gop_away_from_who_comes_late() -> None:
    line = playing(20)
    line.take(Missed(3, 1), 1.0)
    assert told(line.so_far()) == ["head"]


def test_a_stream_that_is_never_heard_is_told_once() -> None:
    line = Line("yard", "main", 0.0)
    assert line.silence(UNHEARD_S - 0.1, START_NS) == []
    assert told(line.silence(UNHEARD_S, START_NS)) == ["lost"]
    assert line.silence(UNHEARD_S + 1, START_NS) == []
    assert told(line.take(OPENED, 9.0)) == ["head"]


def test_silence_of_the_recorder_is_told_with_since_when() -> None:
    line = playing()
    assert line.silence(SILENT_S - 0.1, START_NS) == []
    (word,) = line.silence(SILENT_S, START_NS + round(SILENT_S * 1e9))
    assert isinstance(word, Word)
    assert json.loads(word.text)["since"] == "2026-09-21T14:13:20.123Z"


def test_after_a_silence_it_goes_on_at_a_keyframe_with_the_head() -> None:
    line = playing(20)
    line.silence(SILENT_S, START_NS)
    assert line.take(PACKETS[20], 6.0) == []
    assert told(line.take(PACKETS[30], 7.0)) == ["head", "key"]


def test_seldom_pictures_are_no_silence() -> None:
    line = playing(1)
    line.take(PACKETS[1], 4.0)
    assert line.silence(4.0 + SILENT_S + 1, START_NS) == []


def test_a_gop_without_end_is_not_kept() -> None:
    line = playing(1)
    packet: Packet = PACKETS[1]
    for number in range(MOST_PICTURES):
        at = PACKETS[0].dts_ns + number * 1_000_000
        line.take(replace(packet, dts_ns=at, pts_ns=at), 0.0)
    assert told(line.so_far()) == ["head"]


def test_what_cannot_be_named_is_refused_in_a_sentence() -> None:
    line = Line("yard", "main", 0.0)
    broken = VideoInfo(VideoCodec.H264, 640, 480, b"\1")
    (word,) = line.take(Opened(StreamInfo(broken), START_NS, False), 0.0)
    assert isinstance(word, Word)
    assert "yard cannot be shown" in json.loads(word.text)["sentence"]
    assert line.take(PACKETS[0], 0.0) == []


def test_jpegs_carry_their_time() -> None:
    info, packets = video(VideoCodec.MJPEG, seconds=1)
    line = Line("yard", "main", 0.0)
    line.take(Opened(StreamInfo(info), packets[0].dts_ns, False), 0.0)
    (picture,) = line.take(packets[0], 0.0)
    assert isinstance(picture, Picture)
    assert picture.data[8:10] == b"\xff\xd8"
    assert picture.key
