"""A part that records nothing, run as a script: its ``mode`` says how it behaves."""

import os
import sys
import time
from functools import partial
from pathlib import Path

from curtilage.app.run import child, logs
from curtilage.app.run.parts import MAKERS, PartName
from curtilage.app.run.pulse import Pulse
from curtilage.config import SiteSettings
from curtilage.errors import InputError


class Toy:
    """Writes into the state folder what happens to it."""

    def __init__(self, _name: PartName, site: SiteSettings) -> None:
        self._site = site

    def start(self) -> None:
        self._note("start")
        sys.stdout.write("what a library prints is no word of ours\n")
        sys.stdout.flush()
        sys.stderr.write("the last thing that was said, of rtsp://me:geheim@192.0.2.9/1\n")
        if self._site.mode == "bad":
            raise InputError("the toy is broken; mend it")
        if self._site.mode == "crash":
            raise RuntimeError("fault")
        if self._site.mode == "exit":
            os._exit(7)

    def stop(self) -> None:
        if self._site.mode == "slow":
            time.sleep(30)
        self._note("stop")

    def health(self) -> dict[str, object]:
        while self._site.mode == "stuck":
            time.sleep(1)
        return {"mode": self._site.mode}

    def apply(self, site: SiteSettings) -> str | None:
        if site.mode == "refuse":
            raise InputError("the toy does not refuse by itself")
        if site.mode == "anew":
            return "anew is taken from the beginning only"
        self._site = site
        self._note("apply")
        return None

    def _note(self, what: str) -> None:
        with Path(self._site.state, "notes").open("a") as notes:
            notes.write(f"{what} {self._site.mode}\n")


if __name__ == "__main__":
    MAKERS["recorder"] = Toy
    setattr(child, "Pulse", partial(Pulse, every_s=0.2))  # noqa: B010 - tests do not wait 30 s
    code = child.main()
    logs.last_words()
    os._exit(code)
