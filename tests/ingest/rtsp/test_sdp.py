"""Session descriptions as odd cameras write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.ingest.rtsp.sdp import base_url, join, parse

BASE = "rtsp://192.0.2.7/live/"
PLAIN = """v=0
o=- 1 1 IN IP4 192.0.2.7
s=Camera
t=0 0
a=control:*
m=video 0 RTP/AVP 96
a=rtpmap:96 H264/90000
a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z2QAM6zoAoALWQ==,aO48MA==
a=control:trackID=1
"""
SETS = (bytes.fromhex("67640033ace802800b59"), bytes.fromhex("68ee3c30"))


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r", "\r\n\r\n"])
@pytest.mark.parametrize("junk", ["", "\0", "\r\nhello\r\n=\r\na\r\n", "\ufeff"])
def test_line_ends_and_rubbish(newline: str, junk: str) -> None:
    text = junk + PLAIN.replace("\n", newline) + junk
    (video,) = parse(text.encode(), BASE).media
    assert (video.codec, video.clock_rate, video.control) == ("h264", 90000, BASE + "trackID=1")
    assert video.parameter_sets == SETS


@pytest.mark.parametrize(
    ("base", "control", "whole"),
    [
        ("rtsp://h/a", "*", "rtsp://h/a"),
        ("rtsp://h/a", "", "rtsp://h/a"),
        ("rtsp://h/a", "trackID=1", "rtsp://h/a/trackID=1"),
        ("rtsp://h/a/", "trackID=1", "rtsp://h/a/trackID=1"),
        ("rtsp://h/a/", "/trackID=1", "rtsp://h/a/trackID=1"),
        ("rtsp://h/a?b=c", "track1", "rtsp://h/a?b=c/track1"),
        ("rtsp://h/a", "rtsp://h:554/b/track1", "rtsp://h:554/b/track1"),
        ("rtsp://h/a", "RTSP://H/b", "RTSP://H/b"),
        ("rtsp://h/a", " trackID=1 ", "rtsp://h/a/trackID=1"),
    ],
)
def test_control(base: str, control: str, whole: str) -> None:
    assert join(base, control) == whole


def test_base() -> None:
    assert base_url("rtsp://h/a", None, None) == "rtsp://h/a"
    assert base_url("rtsp://h/a", " rtsp://h/b/ ", "rtsp://h/c") == "rtsp://h/b/"
    assert base_url("rtsp://h/a", None, "rtsp://h/c") == "rtsp://h/c"
    assert base_url("rtsp://h/a", "", None) == "rtsp://h/a"


def test_a_session_control_of_its_own_is_the_base() -> None:
    text = PLAIN.replace("a=control:*", "a=control:rtsp://192.0.2.7/other/")
    offer = parse(text.encode(), BASE)
    assert offer.control == "rtsp://192.0.2.7/other/"
    assert offer.media[0].control == "rtsp://192.0.2.7/other/trackID=1"


def test_a_medium_without_control_is_the_session() -> None:
    offer = parse(PLAIN.replace("a=control:trackID=1\n", "").encode(), BASE)
    assert offer.media[0].control == BASE


@pytest.mark.parametrize(
    ("sprop", "sets"),
    [
        ("", ()),
        ("sprop-parameter-sets=", ()),
        ("sprop-parameter-sets=%%%,!!", ()),
        ("sprop-parameter-sets=Z2QAM6zoAoALWQ,aO48MA", SETS),  # no padding
        ("sprop-parameter-sets=Z2QAM6zoAoALWQ==,aO48MA==,", SETS),
        ('sprop-parameter-sets="Z2QAM6zoAoALWQ==,aO48MA=="', SETS),
        ("SPROP-PARAMETER-SETS = Z2QAM6zoAoALWQ== , aO48MA==", SETS),
        ("sprop-parameter-sets=AAAAAWdkADOs6AKAC1k=,aO48MAAAAAE=", SETS),  # with start codes
    ],
)
def test_parameter_sets(sprop: str, sets: tuple[bytes, ...]) -> None:
    text = PLAIN.replace("sprop-parameter-sets=Z2QAM6zoAoALWQ==,aO48MA==", sprop)
    (video,) = parse(text.encode(), BASE).media
    assert video.parameter_sets == sets
    assert video.codec == "h264"


def test_many_media() -> None:
    text = (
        PLAIN
        + """m=audio 0 RTP/AVP 0
a=control:trackID=2
m=audio 0 RTP/AVP 97
a=rtpmap:97 opus/48000/2
a=sendonly
m=application 0 RTP/AVP 107
a=control:trackID=4
a=rtpmap:107 vnd.onvif.metadata/90000
a=recvonly
m=video 0 RTP/AVP 26
m=video
"""
    )
    offer = parse(text.encode(), BASE)
    assert [m.kind for m in offer.media] == [
        "video", "audio", "audio", "application", "video", "video",
    ]  # fmt: skip
    assert [m.codec for m in offer.media] == [
        "h264", "pcm_mulaw", "opus", "vnd.onvif.metadata", "mjpeg", "",
    ]  # fmt: skip
    assert offer.media[2].direction == "sendonly"
    assert offer.media[3].control == BASE + "trackID=4"


def test_of_several_payload_types_the_one_that_is_explained() -> None:
    text = PLAIN.replace("RTP/AVP 96", "RTP/AVP 35 96")
    assert parse(text.encode(), BASE).media[0].codec == "h264"


def test_blanks_in_rtpmap() -> None:
    text = PLAIN.replace("rtpmap:96 H264/90000", "rtpmap: 96  h264 / 90000")
    (video,) = parse(text.encode(), BASE).media
    assert (video.encoding, video.clock_rate) == ("H264", 90000)


@given(st.binary(max_size=400))
def test_any_bytes_are_survived(data: bytes) -> None:
    parse(data, BASE)
    parse(PLAIN.encode()[:100] + data + PLAIN.encode()[100:], BASE)
