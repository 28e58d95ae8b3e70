"""RTSP messages, however their bytes come and their lines end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.ingest.rtsp.headers import (
    Session,
    read_rtp_info,
    read_session,
    read_transport,
)
from curtilage.ingest.rtsp.message import (
    Headers,
    Interleaved,
    Message,
    MessageError,
    Reader,
    Request,
    Response,
    parse_response,
)

STREAM = (
    b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc"
    b"$\x00\x00\x04\r\n\r\n"
    b"\r\nRTSP/1.0 401 Unauthorized\ncseq:2\nWWW-Authenticate: Basic realm=x\n"
    b"www-authenticate: Digest realm=y\n\n"
    b"OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n"
)


def all_of(data: bytes, cuts: list[int]) -> list[Message]:
    reader, found, position = Reader(), [], 0
    for cut in [*cuts, len(data)]:
        found += list(reader.feed(data[position : position + cut]))
        position += cut
    return found


@given(st.lists(st.integers(1, 40), max_size=20))
def test_messages_are_found_however_the_bytes_come(cuts: list[int]) -> None:
    first, piece, second, request = all_of(STREAM, cuts)
    assert isinstance(first, Response)
    assert (first.status, first.cseq, first.body) == (200, 1, b"abc")
    assert piece == Interleaved(0, b"\r\n\r\n")
    assert isinstance(second, Response)
    assert (second.status, second.reason, second.cseq) == (401, "Unauthorized", 2)
    assert second.headers.all("WWW-AUTHENTICATE") == ["Basic realm=x", "Digest realm=y"]
    assert isinstance(request, Request)
    assert (request.method, request.url) == ("OPTIONS", "*")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "speaks HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "speaks TLS"),
        (b"SSH-2.0-dropbear\r\n\r\n", "speaks SSH"),
        (b"\x00\x01\x02\x03" * 8, "does not speak RTSP"),
        (b"hello\r\n\r\n", "does not speak RTSP"),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n", "announces"),
        (b"R" * 70_000, "does not speak RTSP"),
    ],
)
def test_other_tongues(data: bytes, words: str) -> None:
    with pytest.raises(MessageError, match=words):
        list(Reader().feed(data))


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    try:
        list(Reader().feed(data))
        parse_response(data)
    except MessageError as error:
        assert str(error)  # noqa: PT017  either way is fine


def test_odd_heads() -> None:
    said = parse_response(b"\r\nrtsp/1.0 200\nSession :  12 ; Timeout = 30\nrubbish\nA: b\n  c\n\n")
    assert (said.status, said.reason) == (200, "")
    assert said.headers.get("a") == "b c"
    assert read_session(said.headers.get("session") or "") == Session("12", 30)


def test_a_request_is_written_as_it_is_read() -> None:
    headers = Headers((("CSeq", "3"), ("Accept", "application/sdp")))
    request = Request("DESCRIBE", "rtsp://192.0.2.7/x", headers)
    assert list(Reader().feed(request.encode())) == [request]


@pytest.mark.parametrize(
    ("value", "session"),
    [
        ("1", Session("1", 60)),
        ("   1   ", Session("1", 60)),
        ("1;timeout=0", Session("1", 60)),
        ("1;timeout=never", Session("1", 60)),
        ("1; Timeout=20;x=y", Session("1", 20)),
        ("", None),
        (";timeout=60", None),
    ],
)
def test_session(value: str, session: Session | None) -> None:
    assert read_session(value) == session


@pytest.mark.parametrize(
    ("value", "channels", "ssrc"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=0-1", (0, 1), None),
        ("RTP/AVP/TCP; unicast; interleaved = 2 - 3 ; ssrc= 1234", (2, 3), 0x1234),
        ("RTP/AVP/TCP;interleaved=4;ssrc=0xABCDEF01", (4, 5), 0xABCDEF01),
        ("rtp/avp/tcp;interleaved=0-1;ssrc=zz", (0, 1), None),
        ("RTP/AVP/TCP;interleaved=0-999", None, None),
        ("RTP/AVP/TCP;interleaved=0-1,RTP/AVP;unicast", (0, 1), None),
        ("", None, None),
    ],
)
def test_transport(value: str, channels: tuple[int, int] | None, ssrc: int | None) -> None:
    said = read_transport(value)
    assert (said.channels, said.ssrc) == (channels, ssrc)


@pytest.mark.parametrize(
    ("value", "tracks"),
    [
        ("url=a;seq=1;rtptime=2", [("a", 1, 2)]),
        ("url=a;seq=1;rtptime=2;", [("a", 1, 2)]),
        ("url=a,b;seq=1, url = c ;seq=3", [("a,b", 1, None), ("c", 3, None)]),
        ("url=a;seq=;rtptime=", [("a", None, None)]),
        ("url=a;seq=70000;rtptime=4294967296", [("a", None, None)]),
        ("url=a;seq=1;rtptime=-1", [("a", 1, 4294967295)]),
        ("url=a;seq=1;rtptime=now", [("a", 1, None)]),
        ("", []),
    ],
)
def test_rtp_info(value: str, tracks: list[tuple[str, int | None, int | None]]) -> None:
    assert [(t.url, t.seq, t.rtptime) for t in read_rtp_info(value)] == tracks
