"""Test cameras in a process of their own, so that their CPU time is not the caller's."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

REPOSITORY = Path(__file__).resolve().parents[2]


class CameraProcess:
    """``python -m tests.cameras`` as a context manager.

    Args:
        options: what its command line takes, as in ``"--video", "hd", "--n", "50"``.

    """

    def __init__(self, *options: str) -> None:
        self.urls: list[str] = []
        self._options = options

    def __enter__(self) -> Self:
        path = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "src")])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cameras", "--port", "0", *self._options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        self.urls = self._answer()["urls"]
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            try:
                self._write("stop")
                self._process.wait(10)
            except (OSError, subprocess.TimeoutExpired):
                self._process.kill()
        self._process.wait()
        for end in (self._process.stdin, self._process.stdout):
            if end is not None:
                end.close()

    @property
    def pid(self) -> int:
        """Of the process, for its CPU time."""
        return self._process.pid

    def wait(self, timeout_s: float) -> int:
        """Its exit code, once it has ended by itself."""
        return self._process.wait(timeout_s)

    def tell(self, command: str) -> dict[str, Any]:
        """A command of ``tests.cameras.__main__`` and its answer.

        Raises:
            ValueError: the command is wrong.

        """
        self._write(command)
        answer = self._answer()
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"test cameras ended with code {self._process.wait(10)}")
        answer: dict[str, Any] = json.loads(line)
        return answer
