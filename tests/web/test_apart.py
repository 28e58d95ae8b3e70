"""Work in children: few at a time, few that wait, and whoever is one too many is told at once."""

import threading

import pytest

from curtilage.config.reports import SiteReports
from curtilage.web import apart
from curtilage.web.apart import BusyError, run_apart
from curtilage.web.reports.desk import ReportDesk
from tests.web.house import House


def test_only_a_few_hold_a_thread_to_wait(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    """One viewer who asked for 24 charts held 24 of the 40 threads of all, for as long as liked."""
    go, begun = threading.Event(), threading.Semaphore(0)

    def made(*_: object) -> bytes:
        begun.release()
        assert go.wait(20)
        return b"made"

    monkeypatch.setattr(apart, "_made", made)
    got: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: got.append(run_apart("any", b"", seconds=1.0)))
        for _ in range(2 + apart.WAITING)
    ]
    for thread in threads:
        thread.start()
    assert begun.acquire(timeout=20)
    assert begun.acquire(timeout=20)
    while apart._THERE.acquire(blocking=False):  # the last of them is still on its way
        apart._THERE.release()
    with pytest.raises(BusyError):
        run_apart("any", b"", seconds=1.0)
    wanted = SiteReports.model_validate({"daily": ["pdf"], "at": "00:00"})
    house.context.site = house.context.site.model_copy(update={"reports": wanted})
    desk = ReportDesk(house.context)
    assert desk.look() == 0
    go.set()
    for thread in threads:
        thread.join(20)
    assert got == [b"made"] * (2 + apart.WAITING)
    assert desk.look() == 1  # not an hour later
    desk.stop()
