"""Losses are told once a minute while they go on."""

import logging

import pytest

from curtilage.ingest.live.losses import EVERY_S, Losses


def test_losses_are_told_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    losses = Losses("yard", "camera yard offers no sound")
    assert losses.told(0, 0, 0.0) == "camera yard offers no sound"
    assert losses.told(3, 1, 10.0) == losses.told(9, 2, 20.0)
    assert len(caplog.messages) == 1
    assert "camera yard left out 3 packets; 1 damaged pictures" in caplog.messages[0]
    assert "left out 6 packets" in (losses.told(9, 2, 10.0 + EVERY_S) or "")
    assert losses.told(9, 2, 11.0 + 2 * EVERY_S) == "camera yard offers no sound"
    assert len(caplog.messages) == 2
