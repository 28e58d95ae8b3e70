"""Does the gate cost events? What a camera finds behind its gate, beside what it finds without.

The reference looks at every picture that the settings want (``gate: always``). Both are the
camera's analysis as it runs live, over the same packets, twice in a row: a camera's first minutes,
and what it is once its gate knows it. Rounds are no whole number of groups of pictures, so each has
the moments that are looked at fall on other pictures.

Where it is known when somebody is there (``presence``), it is told how many visits either noticed,
and how many events of the reference were of nobody: they count as all others in ``recall``.
"""

import json
import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.live import footage
from bench.live.clips import PETS, WALK, CameraClip, make, small_of
from bench.live.footage import Recipe
from bench.live.matching import TOLERANCE_S, Heard, Match, match, percentile
from bench.live.passage import SECOND_NS, Passage, Reel, Seen, run
from bench.live.presence import Span, again, presence
from bench.live.rules import ROOM, YARD, Rule
from bench.live.stage import Scene
from curtilage.config.site import SiteSettings
from curtilage.vision.detector import open_detector

FPS = 5.0
ROUNDS = 2
PROCESSES = 2
EMPTY = Scene("room")
TELL = 12  # of missed and extra events, at most


@dataclass(frozen=True, slots=True)
class Set:
    """One camera's footage, and what it watches for."""

    name: str
    clip: CameraClip | Recipe
    rules: Sequence[Rule]


SETS = (
    Set("one by one, quality", CameraClip(WALK, 768, 432, 10.0, 2.0), ROOM),
    Set("one by one, constant", CameraClip(WALK, 768, 432, 10.0, 2.0, None, 800), ROOM),
    Set("PETS, quality", CameraClip(PETS, 768, 576, 7.0, 2.0), YARD),
    Set("PETS, constant", CameraClip(PETS, 768, 576, 7.0, 2.0, None, 1200), YARD),
    Set("quiet, quality 10 fps, GOP 1 s", Recipe(EMPTY, 10.0, 1.0), ROOM),
    Set("quiet, quality 15 fps, GOP 2 s", Recipe(EMPTY, 15.0, 2.0), ROOM),
    Set("quiet, quality 25 fps, GOP 4 s", Recipe(EMPTY, 25.0, 4.0), ROOM),
    Set("quiet, quality 15 fps, GOP 10 s", Recipe(EMPTY, 15.0, 10.0), ROOM),
    Set("quiet, constant 15 fps, GOP 2 s", Recipe(EMPTY, 15.0, 2.0, "constant"), ROOM),
    Set("quiet, constant 10 fps, GOP 10 s", Recipe(EMPTY, 10.0, 10.0, "constant"), ROOM),
    Set("somebody stays 90 s", Recipe(Scene("stand", visit="stand", visits=(1, 2, 4, 5))), ROOM),
)
QUICK = (SETS[0], SETS[2])


def measure(quick: bool = False) -> dict[str, Any]:
    """Rows per footage, without a small stream and with one."""
    sets = QUICK if quick else SETS
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1 if quick else PROCESSES, mp_context=context) as pool:
        rows = [row for rows in pool.map(measure_set, sets) for row in rows]
    return {"fps": FPS, "rounds": ROUNDS, "tolerance_s": TOLERANCE_S, "rows": rows}


def measure_set(one: Set) -> list[dict[str, Any]]:
    """A footage without its small stream, and with it."""
    main, small = (Reel.of(path) for path in files(one.clip))
    detector = Seen(open_detector())
    # with the small stream named, as it would be: the reference does not care
    reference = run(site(one.rules, "always", small=False), main, None, detector, ROUNDS)
    visits = visits_of(one.clip, main)
    found = []
    for other in (None, small):
        gated = run(site(one.rules, "auto", small=other is not None), main, other, detector, ROUNDS)
        row = figures(one.name, other is not None, reference, gated)
        row |= noticed(visits, reference, gated)
        print(json.dumps(row), flush=True)
        found.append(row)
    return found


def files(clip: CameraClip | Recipe) -> tuple[Path, Path]:
    """The large stream and the small one."""
    if isinstance(clip, Recipe):
        made = footage.make(clip)
        return made.main, made.small
    return make(clip), make(small_of(clip))


def visits_of(clip: CameraClip | Recipe, main: Reel) -> list[Span] | None:
    """When somebody is in the picture, in all rounds (s); None: it is not known."""
    if not isinstance(clip, Recipe):
        return None
    return again(footage.make(clip).truth.visits, main.length_ns / SECOND_NS, ROUNDS)


def site(rules: Sequence[Rule], gate: str, *, small: bool) -> SiteSettings:
    """A site of one camera; nothing of it is ever written."""
    streams = [{"name": name, "url": "rtsp://127.0.0.1/none"} for name in ("main", "sub")]
    camera = {
        "name": "yard",
        "streams": streams if small else streams[:1],
        "rules": list(rules),
        "analysis": {"gate": gate, "fps": FPS},
    }
    said = {"state": "/none", "volumes": [{"path": "/none"}], "cameras": [camera]}
    return SiteSettings.model_validate(said)


def figures(name: str, small: bool, reference: Passage, gated: Passage) -> dict[str, Any]:
    """One row."""
    matched = match(reference.told(), gated.told())
    apart = [abs(d) for d in matched.differences]
    report = gated.report
    assert report is not None
    ours, theirs = counted(gated), counted(reference)
    return {
        "footage": name,
        "small_stream": small,
        "events": len(reference.events),
        "found": len(apart),
        "recall": matched.recall,
        "extra": len(matched.extra),
        "apart_p50_s": percentile(apart, 0.5),
        "apart_most_s": max(apart, default=0.0),
        "counts": theirs,
        "counts_gated": ours,
        "counts_differ": sum(
            abs(ours.get(key, 0) - theirs.get(key, 0)) for key in ours.keys() | theirs.keys()
        ),
        "occupied_s": round(occupied(reference), 2),
        "occupied_gated_s": round(occupied(gated), 2),
        "share_decoded": gated.decoded / gated.packets,
        "share_small_decoded": gated.small_decoded / gated.packets,
        "pictures": reference.looked_at,
        "pictures_gated": gated.looked_at,
        "mode": report.mode,
        "why_mode": report.why_mode,
        "arrivals": report.separation.arrivals,
        "arrivals_caught": report.separation.caught,
        "recall_lower": report.separation.recall_lower,
        "wakes": sum(state == "awake" for _, state, _ in gated.states),
        "missed_events": told(matched.missed, gated),
        "extra_events": told(matched.extra, gated),
        "late_events": late(matched, TOLERANCE_S / 2),
    }


def noticed(visits: list[Span] | None, reference: Passage, gated: Passage) -> dict[str, Any]:
    """Visits that either noticed, events of the reference without a visitor; None: not known."""
    if visits is None:
        names = "visits", "visits_ungated", "visits_gated", "nobody", "nobody_missed"
        return dict.fromkeys(names)
    ours, theirs = (presence(visits, one.told()) for one in (reference, gated))
    missed = match(reference.told(), gated.told()).missed
    return {
        "visits": ours.visits,
        "visits_ungated": ours.noticed,
        "visits_gated": theirs.noticed,
        "nobody": len(ours.nobody),
        "nobody_missed": len(presence(visits, missed).nobody),
    }


def counted(passage: Passage) -> dict[str, int]:
    """Ins and outs of every rule that counts."""
    sums: dict[str, int] = {}
    rows = passage.results.counts if passage.results is not None else ()
    for row in rows:
        for end, count in (("in", row.ins), ("out", row.outs)):
            sums[f"{row.rule} {end}"] = sums.get(f"{row.rule} {end}", 0) + count
    return sums


def occupied(passage: Passage) -> float:
    """Person-seconds inside, of all zones that are watched for it."""
    rows = passage.results.occupancy if passage.results is not None else ()
    return sum(row.total for row in rows)


def told(events: Iterable[Heard], gated: Passage) -> list[str]:
    """Each with the gate's state then, and how long before or after it was looked."""
    said = []
    for event in list(events)[:TELL]:
        before = max((t for t in gated.looked if t <= event.time), default=float("nan"))
        after = min((t for t in gated.looked if t > event.time), default=float("nan"))
        said.append(
            f"{event.time:.2f} s {event.rule} {event.phase} {event.direction or ''}:"
            f" gate {gated.state_at(event.time)}, looked at {before:.2f} and {after:.2f} s"
        )
    return said


def late(matched: Match, least: float) -> int:
    """How many were found more than ``least`` (s) off."""
    return sum(abs(d) > least for d in matched.differences)
