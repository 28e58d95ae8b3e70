"""GStreamer's RTSP server and client beside ours; tests are skipped without its packages."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Self

import pytest

from tests.cameras.clips import clip

SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's bindings of GStreamer are built for it alone
SCRIPT = Path(__file__).with_name("gstreamer_peer.py")
PACKAGES = (
    "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-base gstreamer1.0-plugins-good"
    " gstreamer1.0-plugins-bad gstreamer1.0-libav"
)
CLIENT = Path(__file__).with_name("gstreamer_client.py")
CHECK = """
import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
for name in "h264parse h265parse qtdemux appsrc rtph264pay rtph265pay avenc_aac alawenc".split():
    assert Gst.ElementFactory.find(name), name
"""


@cache
def present() -> bool:
    """Whether the system's packages are all there."""
    try:
        done = subprocess.run(
            [SYSTEM_PYTHON, "-c", CHECK], capture_output=True, timeout=60, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def need_gstreamer() -> None:
    """Skip the test, saying what is missing."""
    if not present():
        pytest.skip(f"needs GStreamer's RTSP server (on Debian: apt-get install {PACKAGES})")


def play(url: str, seconds: float) -> dict[str, Any]:
    """What GStreamer's client sees of a camera: ``pictures``, ``steps`` (ms), ``problems``."""
    need_gstreamer()
    done = subprocess.run(
        [SYSTEM_PYTHON, str(CLIENT), url, str(seconds)],
        capture_output=True, text=True, timeout=seconds + 30, check=True,
    )  # fmt: skip
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


class GStreamerCameras:
    """``cam0``, ``cam1``, ... that play a clip of ``tests.cameras`` endlessly."""

    def __init__(self, video: str = "tiny", audio: str | None = None, count: int = 1) -> None:
        need_gstreamer()
        codec = "h265" if "hevc" in video else "h264"
        self._command = [
            SYSTEM_PYTHON, str(SCRIPT), "--video", str(clip(video)), "--codec", codec,
            "--n", str(count), *(["--audio", audio] if audio else []),
        ]  # fmt: skip

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"GStreamer's server ended with code {self._process.wait(10)}")
        self._port: int = json.loads(line)["port"]
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def url(self, number: int = 0) -> str:
        """Address of a camera."""
        return f"rtsp://127.0.0.1:{self._port}/cam{number}"
