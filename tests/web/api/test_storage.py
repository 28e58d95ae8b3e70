"""What recordings take and when the disk is full, by the API."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from curtilage.record.disk.volume import IDENTITY
from curtilage.store.recorded import segments, volumes
from curtilage.web.guard.rights import Role
from tests.store.support import row
from tests.web.house import NS, WHEN_NS, House, house_in

DISK = "0123456789abcdef"
HOUR = 3600


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[House]:
    """Front: 1 MB a minute for the last two hours; nursery: recorded long ago."""
    with house_in(tmp_path) as house:
        for name, role, cameras in (
            ("ada", Role.ADMINISTRATOR, None),
            ("otto", Role.OPERATOR, ["front"]),
        ):
            house.add(name, role, cameras)
        path = tmp_path / "recordings"
        path.mkdir()
        (path / IDENTITY).write_text(json.dumps({"volume": DISK}))
        now_s = WHEN_NS // NS
        new = [
            row(now_s - n * 60, now_s - n * 60 + 60, camera="front", volume=DISK, size=1_000_000)
            for n in range(1, 121)
        ]
        old = [row(now_s - 9e5, now_s - 9e5 + 60, camera="nursery", volume=DISK, size=500)]
        house.database.now(lambda c: segments.restore(c, [*new, *old]))
        house.database.now(lambda c: volumes.seen(c, DISK, str(path), WHEN_NS))
        yield house


def test_what_there_is_and_what_becomes_of_it(stored: House) -> None:
    told = stored.client().get("/api/storage", headers=stored.as_session("ada")).json()
    [disk] = told["volumes"]
    assert disk["present"]
    assert disk["in_settings"]
    assert disk["bytes"] == 120_000_500
    assert disk["per_day"] == pytest.approx(1440e6, rel=1e-3)
    assert disk["outcome"] in ("held", "fills", "full")  # of the disk this test runs on
    assert [one["camera"] for one in disk["cameras"]] == ["front", "nursery"]
    front, nursery = told["cameras"]
    assert front["per_day"] == pytest.approx(1440e6, rel=1e-3)
    assert front["measured_s"] == 2 * HOUR
    assert front["retention_days"] == 14.0
    assert (front["held_by"], front["keeps_days"]) in (("days", 14.0), ("disk", disk["keeps_days"]))
    assert nursery["per_day"] == 0
    assert nursery["oldest"] == disk["oldest"]
    assert front["streams"][0]["recordings"] == 120


def test_who_sees_one_camera_hears_of_that_one(stored: House) -> None:
    told = stored.client().get("/api/storage", headers=stored.as_session("otto"))
    assert told.json()["volumes"] == []
    assert [one["camera"] for one in told.json()["cameras"]] == ["front"]
    assert "nursery" not in told.text


def test_a_disk_that_is_not_there_is_not_measured(stored: House, tmp_path: Path) -> None:
    (tmp_path / "recordings" / IDENTITY).unlink()
    told = stored.client().get("/api/storage", headers=stored.as_session("ada")).json()
    [disk] = told["volumes"]
    assert (disk["present"], disk["free"], disk["outcome"]) == (False, None, "missing")


def test_it_is_looked_at_again_after_a_minute(stored: House) -> None:
    client, headers = stored.client(), stored.as_session("ada")
    first = client.get("/api/storage", headers=headers).json()
    stored.clock.go_on(30)
    assert client.get("/api/storage", headers=headers).json() == first
    stored.clock.go_on(31)
    assert client.get("/api/storage", headers=headers).json()["time"] > first["time"]
