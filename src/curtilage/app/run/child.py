"""A child of the supervisor: one part of Curtilage in a process of its own.

``python -m curtilage.app.run.child recorder|analyser|web [--shard K --of N] --settings FILE``. The
main thread starts the part and does what it is told; a second one reads what is told; a third says
every few seconds that the process lives, unless the main thread hangs.
"""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

from curtilage.app.run import logs
from curtilage.app.run.health import HealthRow
from curtilage.app.run.lines import lines_of
from curtilage.app.run.memory import share_arenas
from curtilage.app.run.parts import MAKERS, RECORDER, Part, PartName, make
from curtilage.app.run.protocol import Apply, Said, Stop, Word, read_command, said_line
from curtilage.app.run.pulse import Pulse
from curtilage.config import load_site
from curtilage.errors import InputError
from curtilage.kernels import keep_kernels_apart

LOG = logging.getLogger(__name__)
FAULT = 1  # exit code: a fault of ours
FAILED = 2  # exit code: there was a sentence
TICK_S = 1.0
LONGEST = 500  # characters of such a sentence
END_S = 15.0
"""Longest orderly end. The supervisor kills much earlier; this is for when it is gone."""


def main(arguments: list[str] | None = None) -> int:
    """Run a part until told to stop; the exit code."""
    given = _arguments(arguments)
    name = PartName(given.part, given.shard, given.of)
    keep_kernels_apart()
    share_arenas()
    logs.of_child()
    write = _upwards()
    try:
        return Child(name, given.settings, write).run()
    except Exception as error:
        LOG.exception("a fault of ours")
        sentence = f"a fault of ours: {type(error).__name__}: {error}"
        write(said_line(Said(Word.FAILED, sentence[:LONGEST])))
        return FAULT


class Child:
    """One part, and whoever tells it what to do.

    Args:
        name: Which part.
        settings: File of its settings, with absolute paths.
        write: Takes lines for the supervisor.

    """

    def __init__(self, name: PartName, settings: Path, write: Callable[[bytes], None]) -> None:
        self._name = name
        self._settings = settings
        self._write = write
        self._commands: SimpleQueue[Apply | Stop] = SimpleQueue()
        self._started = False
        self._pulse = Pulse(lambda: self._say(Word.ALIVE))

    def run(self) -> int:
        """Until told to stop, or until it cannot go on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_leave)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the supervisor hears it, and tells us
        threading.Thread(target=self._listen, name="commands", daemon=True).start()
        self._pulse.start()
        try:
            with self._pulse.busy():
                site = load_site(self._settings)
                part = make(self._name, site)
                part.start()
        except InputError as error:
            self._say(Word.FAILED, str(error))
            return FAILED
        self._started = True
        self._say(Word.READY)
        with HealthRow(str(self._name), site) as row:
            try:
                return self._serve(part, row)
            finally:
                with self._pulse.busy():
                    part.stop()

    def _serve(self, part: Part, row: HealthRow) -> int:
        while True:
            try:
                command = self._commands.get(timeout=TICK_S)
            except Empty:
                row.tell(part.health)
                self._pulse.beat()
                if (sentence := _broken(part)) is not None:
                    self._say(Word.FAILED, sentence)
                    return FAILED
                continue
            if isinstance(command, Stop):
                return 0
            with self._pulse.busy():
                self._apply(part, command.settings)

    def _apply(self, part: Part, settings: Path) -> None:
        try:
            sentence = part.apply(load_site(settings))
        except InputError as error:
            self._say(Word.REFUSED, str(error))
        else:
            self._say(Word.APPLIED if sentence is None else Word.MUST_RESTART, sentence or "")

    def _listen(self) -> None:
        """Read what the supervisor tells; the end of it means that there is no supervisor."""
        for line in lines_of(sys.stdin.fileno()):
            command = read_command(line)
            if isinstance(command, Apply):
                self._commands.put(command)
            elif isinstance(command, Stop):
                break
        self._leave()

    def _told_to_leave(self, _number: int, _frame: FrameType | None) -> None:
        self._leave()

    def _leave(self) -> None:
        if not self._started and self._name != RECORDER:
            os._exit(0)  # it compiles or reads a model: nothing is begun that could be lost
        self._commands.put(Stop())
        last = threading.Timer(END_S, os._exit, (1,))
        last.daemon = True
        last.start()

    def _say(self, word: Word, sentence: str = "") -> None:
        self._write(said_line(Said(word, sentence)))


def _broken(part: Part) -> str | None:
    """Why a part must begin anew, if it must and can tell."""
    ask = getattr(part, "broken", None)
    return None if ask is None else ask()


def _upwards() -> Callable[[bytes], None]:
    """Lines to the supervisor; what a library prints goes to the log instead."""
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    lock = threading.Lock()

    def write(line: bytes) -> None:
        try:
            with lock:
                os.write(pipe, line)  # shorter than PIPE_BUF in all but odd cases
        except OSError:
            pass  # the supervisor is gone: the other pipe says so, too

    return write


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="curtilage.app.run.child", description=__doc__)
    parser.add_argument("part", choices=sorted(MAKERS))
    parser.add_argument("--shard", type=int, default=0)
    parser.add_argument("--of", type=int, default=1)
    parser.add_argument("--settings", type=Path, required=True)
    return parser.parse_args(given)


if __name__ == "__main__":
    code = main()
    logs.last_words()
    os._exit(code)  # what a native library does at the end of the interpreter is no crash of ours
