"""No password gets out: not in a sentence, not in a log, not on a terminal, in no spelling."""

import logging
import threading
import time

import pytest

from curtilage.config.address import Address
from curtilage.ingest.live import LiveSource, Lost, Opened, Patience
from curtilage.ingest.live.opening import open_camera
from curtilage.ingest.rtsp.probe import examine
from tests.cameras import Account, CameraServer

PASSWORD = "pä55:w@rd/#?"  # noqa: S105  a test camera's
SPELLINGS = [
    PASSWORD,
    "p%C3%A455%3Aw%40rd%2F%23%3F",
    "p%c3%a455%3aw%40rd%2f%23%3f",
    "YWRtaW46cMOkNTU6d0ByZC8jPw==",  # Basic: admin:PASSWORD
]
ACCOUNT = Account("admin", PASSWORD, ("basic", "digest"))
FAULTS = ["none", "refuse", "missing", "busy", "http", "garbage", "down", "mute", "drop", "sdp"]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_password_gets_out(
    fault: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    with CameraServer("tiny", account=ACCOUNT) as server:
        if fault not in ("none", "drop"):
            server.fault("cam0", fault)
        address = Address(server.url())
        patience = Patience(open_s=0.6, stall_s=0.6, retry_first_s=0.05)
        source = LiveSource("yard", "main", address, patience=patience)
        stop = threading.Event()
        deadline = time.monotonic() + 10.0
        for item in source.items(stop):
            said.append(repr(item))
            if isinstance(item, Opened) and fault == "drop":
                server.fault("cam0", "drop")
            if isinstance(item, Lost) or len(said) > 5 or time.monotonic() > deadline:
                stop.set()
        said += [repr(source), repr(examine(address, 0.6)), str(address), repr(address)]
        opened = open_camera("yard", address, False, patience, threading.Event())
        said += [repr(opened), str(opened)]
        if opened is not None and not isinstance(opened, Exception):
            opened.close()
    out, error = capfd.readouterr()
    everything = "\n".join([*said, caplog.text, out, error])
    assert len(said) > 5
    for spelling in SPELLINGS:
        assert spelling not in everything
