"""Wherever an owner writes a password, right or wrong, no message of ours repeats it."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config import SettingsError, parse_site
from curtilage.config.address import Address

MARKS = ("QGX", "XHQ", "QZQ")
SIGNS = st.text("@:/#?&=%_.;,![]{}'\"\\ -+*|>aé1", max_size=3)
PASSWORDS = st.tuples(SIGNS, SIGNS, SIGNS, SIGNS).map(
    lambda signs: signs[0] + "".join(f"{m}{s}" for m, s in zip(MARKS, signs[1:], strict=True))
)
IN_USER = ("rtsp://admin:{}@192.0.2.7:554/x", "http://u:{}@h/v?channel=1", "rtsps://:{}@h/")
ELSEWHERE = (
    "rtsp://h/user=admin_password={}_channel=1_stream=0.sdp",
    "rtsp://h/user=admin&password={}&channel=1",
    "http://h/v?user=a&psw={}",
    "http://h/v?pw={}&channel=2",
    "http://h/v?loginuse={0}&loginpas={0}",
    "http://h/v?anything={}",
    "http://h/v?channel=1&{}",
)
WRONG_PLACES = (
    "state: s\nvolumes: [{{path: v}}]\ncameras: [{}]\n",
    "state: s\nvolumes: [{{path: v}}]\ncameras: {}\n",
    "state: s\nvolumes: [{}]\ncameras: []\n",
    "state: s\nvolumes: [{{path: v, reserve: {}}}]\n",
    "state: s\nvolumes: [{{path: v}}]\ncameras: [{{name: a, url: {}}}]\n",
    "state: s\nvolumes: [{{path: v}}]\ncameras: [{{name: {}, url: rtsp://h/}}]\n",
    "state: s\nvolumes: [{{path: v}}]\ncameras: [{{name: a, enabled: {}}}]\n",
    "state: s\nvolumes: [{{path: v}}]\ncameras: [{{name: a, audio: {}}}]\n",
    "state: s\nvolumes: [{{path: v}}]\ncameras: [{{name: a, retention: {{days: {}}}}}]\n",
    "state: s\nvolumes: [{{path: v}}]\ncameras: [{{name: a, streams: {}}}]\n",
    "state: s\nvolumes: [{{path: v}}]\ncameras: [{{name: a, url: {0}, url: {0}}}]\n",
    "state: s\nvolumes: [{{path: v}}]\ncameras: [{{name: a, {0}: 1, {0}: 2}}]\n",
    "state: s\nvolumes: [{{path: v}}]\ncameras: [{{name: a, {}: 1}}]\n",
    "{}: 3\n",
    "{}\n",
    "cameras:\n  - url: x\n {}\n",
    "cameras: &{} 1\nvolumes: *{}\n",
    "cameras: !{} 1\n",
)


def tells(text: str) -> bool:
    return any(mark in text for mark in MARKS)


def said_of(text: str) -> str:
    """All that can be said of an address, right or wrong."""
    try:
        address = Address(text)
    except ValueError as error:
        return str(error)
    redacted = address.redact(f"cannot open '{text.strip()}', {address.secret}, {address.bare}")
    return f"{address} {address!r} {redacted} {address.shown_path}"


@given(st.sampled_from(IN_USER), PASSWORDS)
def test_a_password_before_the_host(form: str, password: str) -> None:
    assert not tells(said_of(form.format(password)))
    encoded = Address(form.format(quote(password, safe="")))
    assert encoded.password == password
    assert not tells(said_of(encoded.secret))
    assert not tells(encoded.redact(f"cannot log in with {password}"))


@given(st.sampled_from(ELSEWHERE), PASSWORDS)
def test_a_password_in_the_path_or_the_query(form: str, password: str) -> None:
    assert not tells(said_of(form.format(quote(password, safe=""))))
    assert not tells(said_of(form.format(password)))


@given(
    st.sampled_from(WRONG_PLACES),
    st.sampled_from(IN_USER + ELSEWHERE),
    PASSWORDS,
    st.sampled_from(["{}", "'{}'", '"{}"']),
)
def test_an_address_in_the_wrong_place(place: str, form: str, word: str, quotes: str) -> None:
    given_ = quotes.format(form.format(word))
    text = place.replace("{}", given_).replace("{0}", given_)
    text = text.replace("{{", "{").replace("}}", "}")
    try:
        said = repr([camera.all_streams for camera in parse_site(text).cameras])
    except SettingsError as error:
        said = str(error)
    assert not tells(said), text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "cameras:\n  - url: rtsp://u:GEHEIM@k/\n    url: rtsp://u:GEHEIM@k/\n",
            "site, line 3: the key 'url' stands here twice; keep one of them",
        ),
        ("a: 1\nrtsp://u:GEHEIM@k: 1\nrtsp://u:GEHEIM@k: 2\n", "site, line 3: a key stands here"),
        (
            "state: s\nvolumes: [{path: v}]\ncameras: [{name: a, url: http://h/?pw=x,GEHEIM}]\n",
            "line 3: cameras[0].a text: a text is no key here; allowed: name,",
        ),
        ("cameras: [{name: a, url: http://h/?pw=x,GEHEIM, GEHEIM}]\n", "line 1: a key stands here"),
        ("a: *GEHEIM\n", "site, line 1: is not YAML"),
        ("a: 'GEHEIM\n", "site, line 2: is not YAML (found unexpected end of stream)"),
        ("a: [GEHEIM\nb: 1", "is not YAML (expected ',' or ']', but got ':')"),
        (
            "state: s\nvolumes: [{path: v}]\ncameras: [rtsp://admin:GEHEIM@h/x]\n",
            "line 3: cameras[0]: must be",
        ),
        (
            "state: s\nvolumes: [{path: v}]\ncameras:\n  - name: a\n    enabled: rtsp://a:GEHEIM@h\n",
            "line 5: cameras[0].enabled: must be a valid boolean",
        ),
        (
            "state: s\nvolumes: [{path: v}]\ncameras:\n  - name: a\n    audio: rtsp://a:GEHEIM@h\n",
            "line 5: cameras[0].audio: a text is not allowed here; allowed: off, record",
        ),
        (
            "state: s\nvolumes: [{path: v}]\ncameras:\n  - ? rtsp://a:GEHEIM@h\n    : 1\n"
            "    name: a\n",
            "line 4: cameras[0].a text: a text is no key here",
        ),
    ],
)
def test_what_is_wrong_is_said_without_what_was_given(text: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_site(text)
    assert sentence in str(caught.value)
    assert "GEHEIM" not in str(caught.value)
