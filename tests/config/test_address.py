"""A camera's address: read as the owner writes it, shown without its password."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config.address import Address

PASSWORDS = st.text("abcdefgXYZ0189%", min_size=6, max_size=20).filter(lambda p: "%" not in p)


def test_parts() -> None:
    address = Address("rtsp://admin:p%40ss%3Aword@192.0.2.7:8554/stream1?channel=2")
    assert (address.scheme, address.host, address.port) == ("rtsp", "192.0.2.7", 8554)
    assert (address.user, address.password) == ("admin", "p@ss:word")
    assert address.bare == "rtsp://192.0.2.7:8554/stream1?channel=2"
    whole = "rtsp://admin:p%40ss%3Aword@192.0.2.7:8554/stream1?channel=2"
    assert address.secret == whole


@given(PASSWORDS)
def test_no_password_in_what_is_shown(password: str) -> None:
    address = Address(f"rtsp://admin:{password}@camera.example/a?user=x&password={password}")
    for shown in (str(address), repr(address), f"{address}", address.redact(f"open {password}")):
        assert password not in shown
    assert password in address.secret


def test_no_password_of_a_path_is_shown() -> None:
    address = Address("rtsp://h/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp")
    assert str(address) == "rtsp://h/user=admin_password=***_channel=1_stream=0.sdp"
    assert address.redact("open tlJwpbo6") == "open ***"


def test_redacts_both_spellings_of_a_password() -> None:
    address = Address("rtsp://admin:p%40ss@h/")
    assert address.redact("failed: rtsp://admin:p%40ss@h/ with p@ss") == (
        "failed: rtsp://admin:***@h/ with ***"
    )


@pytest.mark.parametrize(
    ("text", "scheme", "path"),
    [
        ("/dev/video0", "v4l2", "/dev/video0"),
        ("/srv/a film.mp4", "file", "/srv/a film.mp4"),
        ("file:///srv/a%20film.mp4", "file", "/srv/a film.mp4"),
    ],
)
def test_paths_are_addresses(text: str, scheme: str, path: str) -> None:
    address = Address(text)
    assert (address.scheme, address.path, address.host) == (scheme, path, "")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("rtsp://user:secretword@host:99999/", "as in 'rtsp://"),
        ("rtp://user:secretword@host/", "must begin with one of rtsp://"),
        ("rtsp:///no/host", "names no host"),
        ("file://relative", "must be a whole path"),
        ("camera.example/stream", "must begin with one of"),
    ],
)
def test_what_is_no_address_is_told_without_repeating_it(text: str, right: str) -> None:
    with pytest.raises(ValueError, match=r"is no address|names no host|must be") as caught:
        Address(text)
    assert right in str(caught.value)
    assert "secretword" not in str(caught.value)


def test_a_file_is_called_as_it_is() -> None:
    assert Address("/srv/a #1?100%41.mp4").path == "/srv/a #1?100%41.mp4"
    assert str(Address("/srv/a #1.mp4")) == "file:///srv/a #1.mp4"


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://admin:1234#GEHEIM@192.0.2.7/x",
        "rtsp://admin:1234?GEHEIM@192.0.2.7/x",
        "rtsp://admin:12/34GEHEIM@192.0.2.7/x",
        "rtsp://192.0.2.7:554/GEHEIM@192.0.2.7/x",
        "rtsp://admin:a@12/GEHEIM@192.0.2.7/x",
        "rtsp://admin%3AGEHEIM@192.0.2.7/x",
        "rtsp://192.0.2.7/x#GEHEIM",
    ],
)
def test_a_password_that_was_not_encoded_is_told_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="%40 %3A %2F %23 %3F") as caught:
        Address(text)
    assert "GEHEIM" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("rtsp://h/x?channel=1&subtype=0", "rtsp://h/x?channel=1&subtype=0"),
        ("http://h/v?loginuse=admin&loginpas=GEHEIM", "http://h/v?***&loginpas=***"),
        ("http://h/v?user=a&psw=GEHEIM&pw=GEHEIM", "http://h/v?user=a&psw=***&pw=***"),
        ("http://h/v?GEHEIM&unicast=true", "http://h/v?***&unicast=true"),
        ("http://h/v?channel=1;x=GEHEIM", "http://h/v?channel=1&***"),
        ("http://h/v?stream=a,pwd:GEHEIM", "http://h/v?***"),
        ("rtsp://h/user=a&password=GEHEIM&channel=1", "rtsp://h/user=a&password=***&channel=1"),
        ("rtsp://h/user=a_password=GE_HEIM_channel=1", "rtsp://h/user=a_password=***_channel=1"),
        ("rtsp://a:GEHEIM@h/live/a/GEHEIM/0", "rtsp://a:***@h/live/a/***/0"),
    ],
)
def test_of_a_path_and_a_query_only_harmless_values_are_shown(written: str, shown: str) -> None:
    address = Address(written)
    assert str(address) == shown
    assert "HEIM" not in address.redact(f"cannot open {written}")
    assert "HEIM" not in address.shown_path


def test_harmless_values_stay_in_messages() -> None:
    address = Address("rtsp://u:GEHEIM@h/x?profile=main")
    assert address.redact("the main profile of GEHEIM") == "the main profile of ***"


def test_a_short_password_is_hidden_where_the_address_stands() -> None:
    address = Address("rtsp://admin:ab@h/x")
    assert address.redact("about rtsp://admin:ab@h/x: able") == "about rtsp://admin:***@h/x: able"
    assert address.redact("rtsp://admin:ab@h/other") == "rtsp://admin:***@h/other"
