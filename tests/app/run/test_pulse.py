"""The sign of life: only while the main thread comes by."""

import threading

import pytest

from curtilage.app.run import pulse
from curtilage.app.run.pulse import Pulse


def test_it_is_said_until_the_main_thread_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    said = threading.Semaphore(0)
    monkeypatch.setattr(pulse, "IDLE_S", 0.2)
    one = Pulse(said.release, every_s=0.02)
    one.start()
    with one.busy():
        assert said.acquire(timeout=10)
    while said.acquire(timeout=1.0):  # from here on nobody comes by
        pass
    one.beat()
    assert said.acquire(timeout=10)
