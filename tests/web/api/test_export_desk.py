"""Exports that are attacked: too many, removed or stopped while they are made, left for ever."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from curtilage.record.export.errors import ExportError
from curtilage.web.api import export_desk
from curtilage.web.api.export_desk import KEPT_NS, OF_ONE, UNMADE_OF_ONE, ExportDesk
from curtilage.web.api.export_notes import DONE, FAILED, WAITING
from curtilage.web.refusal import Refused
from tests.web.house import NS, WHEN_NS, House

SPAN = (WHEN_NS, WHEN_NS + NS)
WAIT_S = 10.0


class Maker:
    """Stands for the export itself: writes a file, and goes on when it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.error: Exception | None = None

    def __call__(self, _db: object, _camera: str, _stream: object, _span: object, target: Path,
                 progress: Callable[[int, int], None], _now: int) -> SimpleNamespace:  # fmt: skip
        self.begun.set()
        self.go.wait(WAIT_S)
        if self.error is not None:
            raise self.error
        progress(1, 2)
        target.write_bytes(b"movie")
        aside = target.with_suffix(".json")
        aside.write_bytes(b"{}")
        return SimpleNamespace(files=[target], sidecar=aside, bytes=5)


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Maker:
    made = Maker()
    monkeypatch.setattr(export_desk, "export_of", made)
    return made


@pytest.fixture
def desk(empty: House, maker: Maker) -> Iterator[ExportDesk]:
    made = ExportDesk(empty.context)
    yield made
    maker.go.set()
    made.stop()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def folder(house: House) -> list[Path]:
    return list((house.context.site.state / "exports").iterdir())


def is_failed(desk: ExportDesk, number: str) -> bool:
    return state(desk, number) == FAILED


def state(desk: ExportDesk, number: str) -> str:
    job = desk.find(number)
    return "gone" if job is None else job.state


def test_one_user_cannot_ask_for_more_than_a_few(desk: ExportDesk, maker: Maker) -> None:
    made = [desk.ask("front", None, SPAN, "olga") for _ in range(UNMADE_OF_ONE)]
    with pytest.raises(Refused, match="not made yet"):
        desk.ask("front", None, SPAN, "olga")
    assert desk.ask("front", None, SPAN, "otto").state == WAITING
    maker.go.set()
    until(lambda: all(state(desk, job.id) == DONE for job in made))
    desk.ask("front", None, SPAN, "olga")


def test_small_ones_cannot_fill_the_folder_either(desk: ExportDesk, maker: Maker) -> None:
    maker.error = ExportError("nothing is recorded")
    maker.go.set()
    for _ in range(OF_ONE):
        number = desk.ask("front", None, SPAN, "olga").id
        until(partial(is_failed, desk, number))
    with pytest.raises(Refused, match="delete some"):
        desk.ask("front", None, SPAN, "olga")
    desk.remove(number)
    desk.ask("front", None, SPAN, "olga")


def test_a_month_is_the_longest(desk: ExportDesk) -> None:
    with pytest.raises(Refused, match="31 days"):
        desk.ask("front", None, (WHEN_NS, WHEN_NS + 32 * 86_400 * NS), "olga")


def test_one_that_is_removed_while_it_is_made_leaves_nothing(
    empty: House, desk: ExportDesk, maker: Maker
) -> None:
    job = desk.ask("front", None, SPAN, "olga")
    assert maker.begun.wait(WAIT_S)
    desk.remove(job.id)
    maker.go.set()
    after = desk.ask("front", None, SPAN, "olga")
    until(lambda: state(desk, after.id) == DONE)
    assert state(desk, job.id) == "gone"
    assert all(path.name.startswith(after.id) for path in folder(empty))


def test_a_server_that_stops_does_not_wait_for_a_movie(
    empty: House, desk: ExportDesk, maker: Maker
) -> None:
    job = desk.ask("front", None, SPAN, "olga")
    assert maker.begun.wait(WAIT_S)
    threading.Timer(0.1, maker.go.set).start()
    desk.stop()
    assert not list((empty.context.site.state / "exports").glob("*.mp4"))
    (empty.context.site.state / "exports" / f".{job.id}.mp4.beef.partial").write_bytes(b"half")
    again = ExportDesk(empty.context)  # the next start
    try:
        found = again.find(job.id)
        assert found is not None
        assert found.state == FAILED
        assert "restarted" in found.sentence
        assert [path.name for path in folder(empty)] == [f"{job.id}.job.json"]
    finally:
        again.stop()


def test_what_is_a_week_old_goes_though_nobody_asks(
    empty: House, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_desk, "LOOK_S", 0.05)
    maker.go.set()
    desk = ExportDesk(empty.context)
    try:
        job = desk.ask("front", None, SPAN, "olga")
        until(lambda: state(desk, job.id) == DONE)
        empty.clock.ns += KEPT_NS + NS
        until(lambda: not folder(empty))
    finally:
        desk.stop()


def test_a_full_disk_is_left_to_the_index(
    desk: ExportDesk, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**6))
    maker.go.set()
    job = desk.ask("front", None, SPAN, "olga")
    until(lambda: state(desk, job.id) == FAILED)
    found = desk.find(job.id)
    assert found is not None
    assert "too little room" in found.sentence


def test_a_sentence_holds_no_path(empty: House, desk: ExportDesk, maker: Maker) -> None:
    where = empty.context.site.state / "exports"
    maker.error = ExportError(f"{where}: the disk is full; nothing was exported")
    maker.go.set()
    job = desk.ask("front", None, SPAN, "olga")
    until(lambda: state(desk, job.id) == FAILED)
    found = desk.find(job.id)
    assert found is not None
    assert found.sentence == "the exports: the disk is full; nothing was exported"


@pytest.mark.usefixtures("maker")
def test_notes_that_are_none_are_passed_over(empty: House) -> None:
    where = empty.context.site.state / "exports"
    where.mkdir(parents=True)
    for n, text in enumerate(("", "{", "[]", '{"id": "../x", "files": []}', '{"id": 5}')):
        (where / f"{n}.job.json").write_text(text)
    desk = ExportDesk(empty.context)
    desk.stop()
    assert desk.all() == []
