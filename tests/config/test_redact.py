"""No password of any spelling comes through, and the lines stay the lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.config.redact import shown_settings, without_passwords


@pytest.mark.parametrize(
    "line",
    [
        "url: rtsp://me:geheim@192.0.2.1/1",
        "  - {name: a, url: 'rtsp://me:geheim@192.0.2.1/1'}",
        '    url: "rtsp://me:geheim@192.0.2.1/1" # geht',
        "# url: rtsp://me:geheim@192.0.2.1/1",
        "#  - url: rtsp://me:geheim@192.0.2.1/1",
        "database: postgresql://me:geheim@db/x?sslmode=require",
        "database: 'postgresql+psycopg://me:geheim@db/x'",
        "database: host=db password=geheim",
        "url: rtsp://me:a#geheim@192.0.2.1/1",
        "url: http://192.0.2.1/video.cgi?user=me&pwd=geheim",
        "url: geheim",
        "went wrong with rtsp://me:geheim@192.0.2.1/1, twice (http://x:geheim@y/).",
    ],
)
def test_passwords_are_hidden(line: str) -> None:
    assert "geheim" not in shown_settings(line)
    assert "***" in shown_settings(line)


@pytest.mark.parametrize(
    "line",
    [
        "# All keys: https://curtilage.invalid/docs",
        "url: rtsp://192.0.2.1:554/stream1  # no password",
        "name: door",
        "url:",
        "database: null",
        "- url: /films/a.mp4".replace("url", "path"),
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert shown_settings(line) == line


@given(st.text())
def test_as_many_lines_come_out(text: str) -> None:
    assert shown_settings(text).count("\n") == text.count("\n")


@given(st.from_regex(r"[A-Za-z0-9!$%^*+.~-]{6,20}", fullmatch=True))
def test_no_password_comes_through(password: str) -> None:
    url = f"rtsp://me:{password}@192.0.2.1:554/1"
    assert password not in without_passwords(f"error: {url}: refused").replace("rtsp://", "")
