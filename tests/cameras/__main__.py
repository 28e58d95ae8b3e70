"""``python -m tests.cameras``: cameras to try things on, for demos and benchmarks.

Says where they are as a line of JSON, then takes commands from standard input, one a line, each
answered by a line of JSON: ``fault PATH FAULT``, ``clear PATH``, ``kill``, ``listen``, ``drop``,
``counts``, ``stop``. It ends by itself when its parent does, or when nobody was connected for
a while.
"""

import argparse
import json
import os
import queue
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.cameras.auth import Account
from tests.cameras.faults import Fault
from tests.cameras.server import CameraServer


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop, or nobody is left who would."""
    given = _parser().parse_args(arguments)
    parent = os.getppid()
    account = None
    if given.user:
        user, _, password = given.user.partition(":")
        account = Account(user, password, tuple(given.ways.split(",")))
    try:
        server = CameraServer(
            given.video,
            audio=given.audio,
            account=account,
            certificate=given.certificate,
            port=given.port,
            hosts=given.hosts,
        )
        faults = [_path_and_fault(text) for text in given.fault]
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with server:
        for path, fault in faults:
            for one in [f"cam{n}" for n in range(given.n)] if path == "*" else [path]:
                server.fault(one, fault)
        _say({"port": server.port, "urls": [server.url(f"cam{n}") for n in range(given.n)]})
        commands: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_read, args=(commands,), daemon=True).start()
        while os.getppid() == parent and server.quiet_s() < given.idle:
            try:
                line = commands.get(timeout=1.0)
            except queue.Empty:
                continue
            if line == "stop":
                break
            _say(_obey(server, line))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.cameras", description=__doc__)
    parser.add_argument("--port", type=int, default=8554, help="0: one that is free")
    parser.add_argument("--video", default="hd", help="a clip's name or a video file")
    parser.add_argument("--n", type=int, default=1, help="how many addresses to print")
    parser.add_argument("--hosts", type=int, default=1, help="addresses, from 127.0.0.1 on")
    parser.add_argument("--audio", choices=("aac", "pcma", "pcmu"), help="offer sound")
    parser.add_argument("--user", help="USER:PASSWORD that clients must know")
    parser.add_argument("--ways", default="digest", help="digest, digest-sha256, basic; by commas")
    parser.add_argument("--certificate", type=Path, help="PEM with key: RTSP over TLS")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="PATH:KIND[=VALUE][@AFTER][+FOR]",
        help="PATH * means all; see tests/cameras/faults.py for kinds",
    )  # fmt: skip
    parser.add_argument("--idle", type=float, default=600.0, help="s without clients, then end")
    return parser


def _path_and_fault(text: str) -> tuple[str, Fault]:
    path, colon, fault = text.partition(":")
    if not colon:
        raise ValueError(f"{text!r} names no camera; write it as in cam0:stall@10")
    return path, Fault.parse(fault)


def _read(commands: "queue.Queue[str]") -> None:
    for line in sys.stdin:
        commands.put(line.strip())


def _obey(server: CameraServer, line: str) -> dict[str, Any]:
    match line.split():
        case ["fault", path, fault]:
            try:
                server.fault(path, fault)
            except ValueError as error:
                return {"error": str(error)}
        case ["clear", path]:
            server.clear(path)
        case ["kill"]:
            server.kill_listener()
        case ["listen"]:
            server.listen_again()
        case ["drop"]:
            server.drop_all()
        case ["counts"]:
            used = resource.getrusage(resource.RUSAGE_SELF)
            return {
                "audio_setups": server.setups("audio"),
                "video_setups": server.setups("video"),
                "cpu_s": used.ru_utime + used.ru_stime,
                "utc_s": time.time(),
            }
        case _:
            return {"error": f"no command: {line}"}
    return {"done": line}


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
