"""XML of cameras: odd XML is read, hostile XML costs nothing and reads nothing."""

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.ingest.onvif.markup import BYTES_MOST, MarkupError, Node, read

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">%s]><a>&lol9;</a>""" % b"".join(
    b'<!ENTITY lol%d "%s">' % (n, b"&lol%d;" % (n - 1) * 10 if n > 1 else b"&lol;" * 10)
    for n in range(1, 10)
)
FILE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
REMOTE = b'<!DOCTYPE a SYSTEM "http://198.51.100.9/x.dtd"><a/>'


def test_names_lose_their_prefix_declared_or_not() -> None:
    root = read(b'<s:a xmlns:s="urn:x"><tt:b tt:token="1"> two\n lines </tt:b><b>more</b></s:a>')
    assert root.name == "a"
    first = root.first("b")
    assert first is not None
    assert first.attributes == {"token": "1"}
    assert root.said("b") == "two lines"
    assert [node.text for node in root.every("b")] == [" two\n lines ", "more"]
    assert root.said("c") == ""
    assert root.said("b", "c") == ""


def test_junk_around_a_document_does_not_matter() -> None:
    assert read(b"\r\n <a>x</a>\0\0junk<").text == "x"


@pytest.mark.parametrize("data", [BOMB, FILE, REMOTE])
def test_a_document_type_is_refused_before_anything_grows(data: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(MarkupError, match="document type"):
        read(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1 << 20


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" * 300_000,
        b"<a>" * 100 + b"</a>" * 100,
        b"<a>" + b"<b/>" * 60_000 + b"</a>",
        b"<a>" + b"x" * BYTES_MOST + b"</a>",
    ],
)
def test_what_is_too_deep_too_much_or_too_long_is_refused(data: bytes) -> None:
    with pytest.raises(MarkupError, match="more than anybody has to say"):
        read(data)


def test_a_long_text_is_cut() -> None:
    assert len(read(b"<a>" + b"x" * 500_000 + b"</a>").text) <= 4000


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"<a>", b"<a></b>", b"\xff\xfe<", b"<?xml version='1.0' encoding='x'?>"]
)
def test_what_is_no_xml_is_told(data: bytes) -> None:
    with pytest.raises(MarkupError, match="no XML"):
        read(data)


def test_nothing_that_steers_a_terminal_is_said() -> None:
    assert read("<a><b>one\u202etwo\u200b\x85</b></a>".encode()).said("b") == "one two"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400) | st.text("<>/a &;!\"'=[]?-x:", max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(MarkupError):
        assert isinstance(read(data), Node)


def test_the_largest_answer_is_read_whole() -> None:
    data = b"<a>" + b"<b c='d'>text</b>" * 45_000 + b"</a>"
    assert sum(1 for _ in read(data).every("b")) == 45_000
