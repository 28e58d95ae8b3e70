"""``python -m tools.demo``: real footage as an RTSP camera, and Curtilage at work on it.

The footage (PETS 2009, found or fetched as for ``curtilage demo``) is played endlessly by the
tests' camera server, with a small stream beside the large one; ``curtilage run`` records and
analyses it with the demo's rules and answers at http://127.0.0.1:8960. Ctrl-C ends both. Nothing
is opened by itself; what to do is printed.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import FrameType
from typing import Any

from ruamel.yaml import YAML

from curtilage.app.demo import find_footage
from curtilage.errors import InputError
from tests.cameras import Clip, make
from tests.cameras.server import CameraServer

RATE = 7  # pictures per second at which the footage was taken
PICTURES = 795
LARGE = (768, 576)
SMALL = (384, 288)
FILMS = "films"  # folder whose files may be added as cameras


def main(arguments: list[str] | None = None) -> int:
    """Run until Ctrl-C, or until ``curtilage run`` ends."""
    parser = argparse.ArgumentParser("python -m tools.demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder of the site")
    parser.add_argument("--port", type=int, default=8960, help="of the control room")
    given = parser.parse_args(arguments)
    try:
        footage = find_footage(_say)
    except InputError as error:
        _say(str(error))
        return 2
    _say("Encoding the footage as a camera would (once) …")
    large, small = clip_of(footage, LARGE), clip_of(footage, SMALL)
    with cameras(large, small) as server:
        offer_film(given.out, large)
        settings = write_settings(given.out, server, given.port)
        _say(_welcome(given.out, given.port, server.url("court")))
        return _run(settings)


def _welcome(folder: Path, port: int, camera: str) -> str:
    """What to do now. The token of the first visit is told by ``curtilage run``, as always."""
    begin = (
        "Make the first account with the token that is printed below (where there is no terminal,\n"
        f"     it is in {folder / 'state' / 'setup-token'})."
    )
    return f"""
  1. Open http://127.0.0.1:{port} in a browser.
  2. {begin} The next time, sign in.
  3. Watch: live picture, boxes, lines and zones with their numbers, heat map, events and their
     pictures. The first start takes up to a minute until people are seen: code is compiled.
  4. Add a second camera: "Add a camera" finds the footage as a video file, too.

  The footage is a camera at {camera}; the settings, with its rules,
  are {folder / "curtilage.yaml"}: change a line there, and it moves in the picture. What you
  change stays; without the folder {folder}, the next start begins anew.
  Ctrl-C ends it all. Recordings (2 GB at most) and counts stay in {folder}.
"""


def clip_of(footage: Path, size: tuple[int, int]) -> Path:
    """The footage in H.264 as cameras send it: no B-frames, a keyframe every two seconds."""
    width, height = size
    seconds = PICTURES // RATE
    clip = Clip(
        width=width, height=height, rate=RATE, seconds=seconds, gop=2 * RATE, crf=24,
        footage=footage,
    )  # fmt: skip
    return make(clip)


@contextmanager
def cameras(large: Path, small: Path) -> Iterator[CameraServer]:
    """The camera: ``court`` is its large stream, ``court-small`` the small one."""
    with CameraServer(large) as server:
        server.add("court-small", small)
        yield server


def offer_film(folder: Path, large: Path) -> None:
    """The footage as a file, too: the control room finds it when a camera is added."""
    films = folder / FILMS
    films.mkdir(parents=True, exist_ok=True)
    film = films / "court-film.mp4"
    if not film.is_file() or film.stat().st_size != large.stat().st_size:
        shutil.copyfile(large, film)


def write_settings(folder: Path, server: CameraServer, port: int) -> Path:
    """The site's settings, with the demo's rules; what was changed since stays, but for ports."""
    yaml = YAML()
    path = folder / "curtilage.yaml"
    site = yaml.load(path.read_text("utf-8")) if path.exists() else new_site()
    urls = {"main": server.url("court"), "sub": server.url("court-small")}
    for camera in site.get("cameras") or []:
        if camera["name"] == "court":
            for stream in camera.get("streams") or []:
                stream["url"] = urls.get(stream["name"], stream["url"])
    site["footage"] = [FILMS]
    site["web"] = {**(site.get("web") or {}), "port": port}
    folder.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        yaml.dump(site, file)
    draft.replace(path)
    return path


def new_site() -> dict[str, Any]:
    """The settings of a demo that starts for the first time, but for its ports."""
    rules = YAML().load(files("curtilage.app.demo").joinpath("rules.yaml").read_text("utf-8"))
    return {
        "state": "state",
        "volumes": [{"path": "recordings", "reserve": "1GB"}],
        "cameras": [
            {
                "name": "court",
                "purpose": "Shows what Curtilage does, on public footage of 2009.",
                "streams": [
                    {"name": "main", "url": ""},
                    {"name": "sub", "url": "", "record": False},
                ],
                "retention": {"size": "2GB"},
                "analysis": {"fps": float(RATE)},
                "rules": rules["rules"],
            }
        ],
    }


def _run(settings: Path) -> int:
    """``curtilage run``; the signals that end us end it."""
    command = [sys.executable, "-m", "curtilage", "run", "--config", str(settings)]
    with subprocess.Popen(command, env=os.environ) as running:  # noqa: S603  # our own program

        def leave(number: int, _: FrameType | None) -> None:
            if number == signal.SIGTERM:  # Ctrl-C reaches the whole foreground group by itself
                running.terminate()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, leave)
        return running.wait()


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
