"""Scrubbing: how long after the pointer stops is there a picture?

A recording of 1080p H.264 with a keyframe every 2 s, the web in a process of its own, and the six
connections of a browser. A pointer that is drawn over the timeline wishes for a keyframe thirty
times a second, each of another moment, and then stops: the time from the last wish to its picture
is measured.
"""

import asyncio
import contextlib
import json
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np

from bench.live import clips
from bench.live.processes import process
from bench.record.processes import use
from bench.record.scene import scratch
from curtilage.config.site import SiteSettings
from curtilage.store.index.database import Database
from tests.analysis.recordings import packets
from tests.web.live.site import NAME, PASSWORD, free_port
from tests.web.playback.taped import Tape

BAR_S: Final = 0.3
NS: Final = 1_000_000_000
MINUTE_S: Final = 60
CLIP: Final = clips.CameraClip(
    clips.PETS, 1920, 1080, 15.0, gop_s=2.0, noise=2.0, seconds=float(MINUTE_S)
)
WIDTHS: Final = (240, 400)  # of thumbnails: hardly one is asked for twice, so none is kept already
WISHES, EVERY_S = 20, 1 / 30  # of one drawing of the pointer
OTHERS: Final = 4
CONNECTIONS: Final = 6
DAY_NS: Final = 86_400 * NS


@dataclass(frozen=True, slots=True)
class Site:
    """Where to ask, and for what."""

    address: str
    pid: int
    begin_ns: int  # UTC
    seconds: int

    def moment(self, rng: np.random.Generator) -> str:
        """Some moment of the recording."""
        at_ns = self.begin_ns + round(rng.uniform(0, self.seconds - 0.1) * NS)
        return datetime.fromtimestamp(at_ns / NS, UTC).isoformat()


def measure(quick: bool) -> dict[str, Any]:
    """Seconds from the last wish to its picture, alone and among others; film; CPU."""
    minutes, rounds = (4, 20) if quick else (20, 100)
    with scratch() as folder, contextlib.ExitStack() as stack:
        settings = folder / "site.json"
        port, begin_ns = free_port(), time.time_ns() - DAY_NS
        settings.write_text(
            json.dumps(
                {
                    "state": str(folder / "state"),
                    "volumes": [{"path": str(folder / "disk")}],
                    "cameras": [{"name": "yard", "url": "rtsp://127.0.0.1:9/none"}],
                    "web": {"port": port},
                }
            ),
            encoding="utf-8",
        )
        size = _record(settings, minutes, begin_ns)
        web = stack.enter_context(process("bench.live.web_process", str(settings)))
        site = Site(f"http://127.0.0.1:{port}", web["pid"], begin_ns, minutes * MINUTE_S)
        found = asyncio.run(_measure(site, rounds))
    return {
        "minutes": minutes,
        "mbit_s": round(size * 8 / 1e6 / (minutes * MINUTE_S), 1),
        "others": OTHERS,
        "bar_s": BAR_S,
        **found,
    }


def _record(settings: Path, minutes: int, begin_ns: int) -> int:
    """The same minute again and again, file after file; bytes."""
    site = SiteSettings.model_validate_json(settings.read_text(encoding="utf-8"))
    video, pictures = packets(clips.make(CLIP), begin_ns)
    folder = site.volumes[0].path
    with Database.open(site.state) as database:
        tape = Tape(database, folder, "yard")
        for minute in range(minutes):
            tape.add(video, pictures, float(minute * MINUTE_S))
    return sum(path.stat().st_size for path in folder.rglob("*.mp4"))


async def _measure(site: Site, rounds: int) -> dict[str, Any]:
    async with contextlib.aclosing(await _signed_in(site)) as client:
        each, cpu_ms = [], []
        rng = np.random.default_rng(1)
        for _ in range(rounds):
            before = use(site.pid).cpu_s
            each.append(await _one(client, site, rng, {}))
            cpu_ms.append((use(site.pid).cpu_s - before) * 1000)
        found = {
            "one wish": _figures(each) | {"cpu_ms": round(statistics.mean(cpu_ms), 1)},
            "pointer stops": _figures(await _drawn(client, site, rounds, 2)),
        }
        others = [await _signed_in(site) for _ in range(OTHERS)]
        stop = asyncio.Event()
        drawing = [
            asyncio.create_task(_until(stop, other, site, number))
            for number, other in enumerate(others, 10)
        ]
        try:
            found["pointer stops, among others"] = _figures(await _drawn(client, site, rounds, 3))
        finally:
            stop.set()
            await asyncio.gather(*drawing)
            for other in others:
                await other.aclose()
        exact = [await _one(client, site, rng, {"exact": "true"}) for _ in range(rounds // 2)]
        found["exact picture"] = _figures(exact)
        found["film of a minute"] = await _film(client, site)
    return found


async def _drawn(client: httpx.AsyncClient, site: Site, rounds: int, seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(rounds):
        found.append(await _draw(client, site, rng))
        await asyncio.sleep(0.2)
    return found


async def _draw(client: httpx.AsyncClient, site: Site, rng: np.random.Generator) -> float:
    """The pointer is drawn over the timeline and stops; from then to the picture, s."""
    before = []
    for _ in range(WISHES - 1):
        before.append(asyncio.create_task(_one(client, site, rng, {}, may_be_overtaken=True)))
        await asyncio.sleep(EVERY_S)
    last = await _one(client, site, rng, {})
    await asyncio.gather(*before)
    return last


async def _until(stop: asyncio.Event, client: httpx.AsyncClient, site: Site, seed: int) -> None:
    rng = np.random.default_rng(seed)
    while not stop.is_set():
        await _draw(client, site, rng)


async def _one(
    client: httpx.AsyncClient,
    site: Site,
    rng: np.random.Generator,
    more: dict[str, str],
    *,
    may_be_overtaken: bool = False,
) -> float:
    begun = time.perf_counter()
    path = f"{site.address}/api/cameras/yard/recordings/keyframe"
    asked = {"time": site.moment(rng), "width": str(rng.integers(*WIDTHS)), **more}
    wish = {"x-wish": str(time.monotonic_ns() // 1000)}
    answer = await client.get(path, params=asked, headers=wish)
    if not (may_be_overtaken and answer.status_code == 409):
        answer.raise_for_status()
    return time.perf_counter() - begun


async def _film(client: httpx.AsyncClient, site: Site) -> dict[str, float]:
    begin, end = (
        datetime.fromtimestamp((site.begin_ns + second * NS) / NS, UTC).isoformat()
        for second in (30, 90)
    )
    path = f"{site.address}/api/cameras/yard/recordings/media"
    before, begun = use(site.pid).cpu_s, time.perf_counter()
    first_s, size = 0.0, 0
    async with client.stream("GET", path, params={"from": begin, "to": end}) as answer:
        answer.raise_for_status()
        async for piece in answer.aiter_raw():
            size += len(piece)
            first_s = first_s or time.perf_counter() - begun
    took = time.perf_counter() - begun
    return {
        "first_byte_ms": round(first_s * 1000, 1),
        "all_ms": round(took * 1000, 1),
        "mb": round(size / 1e6, 1),
        "cpu_ms": round((use(site.pid).cpu_s - before) * 1000, 1),
    }


async def _signed_in(site: Site) -> httpx.AsyncClient:
    """A browser with a session of its own."""
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    client = httpx.AsyncClient(limits=limits, timeout=60.0)
    headers = {"x-curtilage": "bench", "origin": site.address}
    told = await client.post(
        f"{site.address}/api/login", json={"name": NAME, "password": PASSWORD}, headers=headers
    )
    told.raise_for_status()
    return client


def _figures(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "count": len(ordered),
        "p50_s": round(statistics.median(ordered), 3),
        "p95_s": round(ordered[max(0, -(-len(ordered) * 95 // 100) - 1)], 3),
        "most_s": round(ordered[-1], 3),
    }
