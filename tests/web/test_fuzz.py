"""Every route with parameters and bodies as nobody should send them: an answer, never a fault.

The routes and what they take come from the OpenAPI document; odd values come from a list and a
seeded generator, so that a run that fails can be had again.
"""

import asyncio
import json
import random
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from curtilage.config.versions import FIRST, Versions
from curtilage.ingest.onvif import discovery
from curtilage.web.api import pictures
from curtilage.web.app import create_app
from curtilage.web.openapi import describe
from tests.web.api.found import seen
from tests.web.calls import SOCKET, Call, calls_of
from tests.web.direct import Answer, call
from tests.web.house import House

ROUNDS: Final = 16
"""Calls of each route."""
PASSWORD: Final = "hunter2-of-the-camera"  # noqa: S105 - nobody's
TEXT: Final = f"""\
state: state
volumes: [{{path: recordings}}]
cameras:
  - name: front
    url: rtsp://me:{PASSWORD}@192.0.2.7/one
    purpose: The door
  - name: nursery
    url: rtsp://me:{PASSWORD}@192.0.2.8/one
"""
ODD_TIMES: Final = (
    "2026-11-23T10:00:00", "2026-11-24T10:00:00+01:00", "2026-02-30T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00",
    "1600-01-01T00:00:00Z", "1677-01-01T00:00:00Z", "2261-01-01T00:00:00Z", "2263-01-01T00:00:00Z",
    "2400-01-01T00:00:00Z", "1e18", "-1e9", "1700000000", "2026-11-23T10:00:00+23:59",
)  # fmt: skip
ODD_NUMBERS: Final = (
    "-1", "0", "1", "1.5", "1e999", "NaN", "Infinity", str(2**31), str(2**63 - 1), str(2**63),
    str(-(2**63)),
    "9" * 40, "9" * 5000, "true", "null", "٣", "1_000", "+5",
)  # fmt: skip
ODD_TEXTS: Final = (
    "", " ", "\x00", "a\x00b", "..", "../../etc/passwd", "..%2f..%2f", "%00", "\\..\\", "front/",
    "nowhere",
    "💥", "é", "\u202e", "﷽" * 20, "'; drop table events; --", "%", "%ff", "%ed%a0%80", "{}", "[]",
    "None", "__class__", "x" * 3000, "\r\nx-evil: 1", "front,nursery", "minute", "day", "month",
    "gate",
    "presence", "yard", "person", "main", *ODD_NUMBERS[:4], *ODD_TIMES[:4],
)  # fmt: skip
ODD_JSON: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1.5, 1e308, 2**63, 10**30, float("nan"), float("inf"), -0.0, [], {},
    [[]], [None],
    [{}], {"": None}, {"__class__": 1}, {"a.b.c": 1}, {"__proto__": {"x": 1}}, "\ud800", "a\x00b",
    {"\ud800": "\udfff"}, {"name": {}}, {"name": []}, [1, "a", None, {}],
    {str(n): n for n in range(500)},
    [[0.1, 0.2]] * 2000,
)  # fmt: skip
ODD_BODIES: Final = (
    b"", b"{", b"null", b'"', b"\xff\xfe", b"[" * 31 + b"]" * 31, b'{"a":' * 31 + b"1" + b"}" * 31,
    b"9" * 5000, b'{"camera":' + b"9" * 5000 + b"}", b"1e9999", b"{}", b"[]", b'{"a":1}{"b":2}',
    b"\x00" * 100,
    b'{"purpose":"x","name":"a","url":' + b"1" * 4400 + b"}",
)  # fmt: skip


@pytest.fixture
def fuzzed(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(pictures, "LIVE_S", 0.02)  # nothing is on the bus
    monkeypatch.setattr(discovery, "own_networks", list)  # nobody real is asked
    file = tmp_path / "curtilage.yaml"
    file.write_text(TEXT)
    Versions(house.context.site.state).keep(TEXT, file, FIRST)
    for camera in ("front", "nursery"):
        seen(house.database, camera, house.clock.ns)
    return house


def test_no_call_however_odd_meets_a_fault_of_ours(fuzzed: House, tmp_path: Path) -> None:
    app = create_app(fuzzed.context)
    calls = [one for one in calls_of(describe(app.router.routes)) if one.method != SOCKET]
    faults: dict[str, str] = {}

    async def attack() -> None:
        for number, one in enumerate(calls):
            odd = Odd(random.Random(number))  # noqa: S311 - the same calls each time
            headers = fuzzed.as_session("ada")
            for _ in range(ROUNDS):
                target, body = odd.target(one), odd.body(one)
                answer = await call(app, one.method, target, headers, body)
                if answer.status == 401:
                    headers = fuzzed.as_session("ada")
                problem = wrong(answer, tmp_path)
                if problem:
                    faults[f"{one}: {target[:200]} {body[:200]!r}"] = problem

    asyncio.run(attack())
    assert faults == {}


def wrong(answer: Answer, folder: Path) -> str:
    if answer.status >= 500:
        return f"{answer.status} {answer.text[:300]}"
    for leak in ("Traceback", 'File "/', ".py", str(folder), PASSWORD, "sqlalchemy", "sqlite3"):
        if leak in answer.text:
            return f"{leak} in {answer.text[:600]}"
    if "x-evil" in answer.headers:
        return "a header of the client's"
    return ""


class Odd:
    """Odd calls, the same ones for the same seed."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def target(self, one: Call) -> str:
        path, query = one.path, []
        for parameter in one.parameters:
            plain = one.plain(parameter)
            odd = self._rng.random() < 0.5
            value = self._odd(parameter["schema"]) if odd else plain
            if parameter["in"] == "path":
                text = quote(value, safe="") or "%20"
                path = path.replace(f"{{{parameter['name']}}}", text)
            elif parameter["in"] == "query" and self._rng.random() < 0.7:
                query += [f"{parameter['name']}={quote(value, safe='')}"] * self._rng.choice(
                    (1, 1, 2)
                )
        return path + ("?" + "&".join(query) if query else "")

    def _odd(self, schema: Mapping[str, Any]) -> str:
        """Wrong in the way of its type, or in any."""
        if self._rng.random() < 0.2:
            return self._rng.choice(ODD_TEXTS)
        told = str(schema)
        if "date-time" in told:
            return self._rng.choice(ODD_TIMES)
        return self._rng.choice(ODD_NUMBERS if "integer" in told else ODD_TEXTS)

    def body(self, one: Call) -> bytes:
        if one.body is None:
            return b""
        if self._rng.random() < 0.15:
            return self._rng.choice(ODD_BODIES)
        made = one.json("front")
        for _ in range(self._rng.randint(0, 2)):
            made = self._bent(made)
        return json.dumps(made).encode()

    def _bent(self, value: Any) -> Any:
        """``value`` with something in it replaced, or something more in it."""
        rng = self._rng
        if isinstance(value, dict) and value and rng.random() < 0.85:
            key = rng.choice(sorted(value))
            return {**value, key: self._bent(value[key])}
        if isinstance(value, dict) and rng.random() < 0.7:
            return {**value, rng.choice(ODD_TEXTS): rng.choice(ODD_JSON)}
        if isinstance(value, list) and value and rng.random() < 0.7:
            return [self._bent(value[0]), *value[1:]]
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
            return rng.choice(ODD_TIMES)
        return rng.choice(ODD_JSON) if rng.random() < 0.7 else rng.choice(ODD_TEXTS)
