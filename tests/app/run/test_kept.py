"""A kept child: real processes that die, hang, refuse, begin anew and end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from curtilage.app.run.kept import BeginsAnew, Died, Refused, RunsAgain, State
from tests.app.run.toys import LONG_S, SCRIPT, KeptToy, eventually, settings


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[KeptToy]:
    one = KeptToy(tmp_path)
    yield one
    one.kept.stop()
    if not one.kept.join(10.0):
        one.kept.kill()


def test_it_starts_and_ends_in_order(toy: KeptToy) -> None:
    toy.start()
    toy.ready()
    assert toy.kept.status().state is State.RUNNING
    toy.end()
    assert toy.notes() == ["start home", "stop home"]


def test_what_is_killed_is_started_again(toy: KeptToy) -> None:
    toy.start()
    for times in (1, 2):
        os.kill(toy.ready(), signal.SIGKILL)
        died = toy.news()
        assert isinstance(died, Died)
        assert died.reason.startswith("killed (SIGKILL")
        assert isinstance(toy.news(), RunsAgain)
        assert toy.kept.status().restarts == times
    assert toy.notes() == ["start home"] * 3


def test_what_hangs_is_ended_and_started_again(toy: KeptToy) -> None:
    toy.start()
    pid = toy.ready()
    toy.expect_signs(3.0)
    os.kill(pid, signal.SIGSTOP)
    died = toy.news()
    toy.expect_signs(LONG_S)
    assert isinstance(died, Died)
    assert died.reason == "hung: no sign of life for 3 s, so it was ended"
    assert isinstance(toy.news(), RunsAgain)
    toy.end()


def test_who_was_stopped_itself_does_not_believe_that_the_others_hang(tmp_path: Path) -> None:
    """As when a container is paused: the keeper wakes up and has heard nothing for long."""
    program = (
        "import sys, time; from pathlib import Path; from tests.app.run.toys import KeptToy\n"
        "toy = KeptToy(Path(sys.argv[1])); toy.start(); toy.ready(); toy.expect_signs(3.0)\n"
        "print('ready', flush=True); sys.stdin.readline(); time.sleep(0.5)\n"
        "print(toy.kept.status().restarts, flush=True); toy.end()"
    )
    keeper = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )
    assert keeper.stdout is not None
    assert keeper.stdout.readline() == "ready\n"
    keeper.send_signal(signal.SIGSTOP)
    time.sleep(5.5)
    keeper.send_signal(signal.SIGCONT)
    answer, _ = keeper.communicate("\n", timeout=60)
    assert answer == "0\n"
    assert (tmp_path / "state" / "notes").read_text() == "start home\nstop home\n"


def test_the_end_says_what_was_said_last_without_passwords(toy: KeptToy) -> None:
    toy.start("exit")
    died = toy.news()
    assert isinstance(died, Died)
    assert died.reason == (
        "ended with exit code 7; it said last: what a library prints is no word of ours"
        " | the last thing that was said, of rtsp://me:***@192.0.2.9/1"
    )
    end = toy.kept.status().last_end
    assert end is not None
    assert end.reason == died.reason


def test_what_cannot_start_says_why(toy: KeptToy) -> None:
    toy.start("bad")
    died = toy.news()
    assert isinstance(died, Died)
    assert died.reason == "the toy is broken; mend it"


def test_a_fault_of_ours_is_a_sentence_and_a_line_of_log(toy: KeptToy) -> None:
    toy.start("crash")
    died = toy.news()
    assert isinstance(died, Died)
    assert died.reason == "a fault of ours: RuntimeError: fault"
    logged = [line for line in toy.lines if "Traceback" in line]
    assert logged
    assert all(line.startswith("ERROR a fault of ours | Traceback") for line in logged)


def test_good_settings_end_a_row_of_deaths(toy: KeptToy) -> None:
    toy.start("bad")
    toy.news()
    toy.kept.apply(settings(toy.folder, "home"))
    toy.ready()


def test_other_settings_are_taken_without_a_restart(toy: KeptToy) -> None:
    toy.start()
    pid = toy.ready()
    toy.kept.apply(settings(toy.folder, "away"))
    eventually(lambda: "apply away" in toy.notes())
    assert toy.ready() == pid


def test_settings_for_its_next_life_are_not_told_to_this_one(toy: KeptToy) -> None:
    toy.start()
    pid = toy.ready()
    toy.kept.begin_with(settings(toy.folder, "away"))
    (toy.folder / "home.yaml").unlink()  # as files of older versions are
    os.kill(pid, signal.SIGKILL)
    assert isinstance(toy.news(), Died)
    assert isinstance(toy.news(), RunsAgain)
    assert toy.notes() == ["start home", "start away"]


def test_settings_that_it_refuses_change_nothing(toy: KeptToy) -> None:
    toy.start()
    pid = toy.ready()
    toy.kept.apply(settings(toy.folder, "refuse"))
    assert toy.news() == Refused("the toy does not refuse by itself")
    assert toy.kept.status().refused == "the toy does not refuse by itself"
    assert toy.ready() == pid
    toy.kept.apply(settings(toy.folder, "away"))
    eventually(lambda: toy.kept.status().refused is None)


def test_what_it_takes_only_from_the_beginning_restarts_it_at_once(toy: KeptToy) -> None:
    toy.start()
    pid = toy.ready()
    toy.kept.apply(settings(toy.folder, "anew"))
    assert toy.news() == BeginsAnew("anew is taken from the beginning only")
    eventually(lambda: toy.notes() == ["start home", "stop home", "start anew"])
    assert toy.ready() != pid
    assert toy.kept.status().restarts == 0


def test_one_that_does_not_end_is_killed(toy: KeptToy) -> None:
    toy.start("slow")
    toy.ready()
    toy.kept.stop()
    assert not toy.kept.join(0.5)
    toy.kept.kill()
    assert toy.kept.join(10.0)


def test_it_can_be_stopped_while_it_waits_to_be_started_again(toy: KeptToy) -> None:
    toy.start("bad")
    toy.news()
    toy.end()


def test_a_child_whose_supervisor_is_gone_ends_in_order(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "recorder", "--settings"]
    child = subprocess.Popen(
        [*command, str(settings(tmp_path, "home"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    while b'"ready"' not in child.stdout.readline():
        pass
    child.stdin.close()  # as when the supervisor was killed
    assert child.wait(30) == 0
    child.stdout.close()
    assert (tmp_path / "state" / "notes").read_text() == "start home\nstop home\n"
