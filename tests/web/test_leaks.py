"""The real routes on a real socket: a camera that is not granted shows nowhere, in no answer.

``populate`` puts something of the hidden camera into every table that knows cameras by name; each
call that names a camera must answer for the hidden one exactly as for one that does not exist.
"""

import contextlib
import time
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Connection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from curtilage.store import health, notices
from curtilage.store.house import plans
from curtilage.store.house.plans import Placed, Plan
from curtilage.store.notices import Notice, NoticeKind
from curtilage.store.recorded import holds, streams
from curtilage.web.app import create_app
from curtilage.web.guard.rights import TOKEN_RIGHTS, Role
from curtilage.web.openapi import describe
from curtilage.web.reports import shelf
from curtilage.web.reports.making import FOLDER
from curtilage.web.reports.shelf import Kept
from curtilage.web.trial.desk import LONGEST_S, TURN_S
from tests.web.api.found import seen, walked
from tests.web.calls import SOCKET, Call, calls_of
from tests.web.house import House
from tests.web.serving import Served, serving

SEEN, UNSEEN, NOWHERE = "front", "nursery", "nowhere"
BOTH = "ground-floor"
MOST = 1 << 18
FOUND_NS = 1_795_428_001 * 10**9
"""2026-11-23 10:00:01, within the span that the calls ask for."""
SILENT_S = 1.0
"""A stream of events that has told what there was says nothing for this long."""
PATIENCE_S = TURN_S + LONGEST_S + 5.0
"""More than the slowest answer may take: that of a trial whose process has to start."""
CLIENT = httpx.Client(verify=False, timeout=httpx.Timeout(PATIENCE_S))  # noqa: S501 - no TLS here


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("site")
    with serving(folder) as running:
        for role in (Role.VIEWER, Role.OPERATOR):
            running.house.add(role, role, [SEEN])
        running.house.add("ada", Role.ADMINISTRATOR)
        running.house.database.now(lambda c: populate(c, running.house.clock.ns))
        add_findings(running.house)
        add_exports(running)
        add_plans(running.house)
        add_reports(running.house)
        yield running


def populate(connection: Connection, now_ns: int) -> None:
    for camera in (SEEN, UNSEEN):
        streams.known_stream(connection, camera, "main", now_ns)
        sentence = f"{camera} is not recording"
        notices.add(connection, Notice(now_ns, camera, "main", NoticeKind.NOT_RECORDING, sentence))
        holds.add(
            connection,
            camera=camera,
            from_ns=now_ns - 10**9,
            to_ns=now_ns,
            reason="an accident",
            by="ada",
            at_ns=now_ns,
        )


def add_findings(house: House) -> None:
    """Events, counts, occupancy, dwell, paths, heat, tracks; what processes said of the cameras."""
    for camera in (SEEN, UNSEEN):
        for at_ns in (FOUND_NS, house.clock.ns):
            seen(house.database, camera, at_ns)
            walked(house.database, camera, at_ns, 1)
    streams_said = [
        {"camera": camera, "stream": "main", "since_ns": 1, "end_ns": 2, "reason": "stalled",
         "sentence": f"{camera} sends nothing"}
        for camera in (SEEN, UNSEEN)
    ]  # fmt: skip
    cameras_said = {
        camera: {"lag_s": 0.1, "told": f"{camera} is awake"} for camera in (SEEN, UNSEEN)
    }
    facts: dict[str, dict[str, Any]] = {
        "recorder": {"streams": streams_said},
        "analyser-0": {"cameras": cameras_said},
    }
    for process, said in facts.items():
        house.database.now(
            partial(health.report, process=process, at_ns=time.time_ns() + 10**12, facts=said)
        )


def add_exports(served: Served) -> None:
    """Asked for by somebody who sees both; they fail, since nothing is recorded, and are listed."""
    headers = served.house.as_session("ada")
    for camera in (SEEN, UNSEEN):
        asked = {"camera": camera, "from": "2026-11-23T10:00:00Z", "to": "2026-11-23T10:01:00Z"}
        url = f"{served.address}/api/exports"
        assert CLIENT.post(url, json=asked, headers=headers).status_code == 202


def add_plans(house: House) -> None:
    """One with both cameras on it, and one with the hidden one alone."""
    square = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))

    def change(connection: Connection) -> None:
        for name, on_it in ((BOTH, (SEEN, UNSEEN)), (f"{UNSEEN}-room", (UNSEEN,))):
            plan = Plan(name, name, "image/png", 64, 48, house.clock.ns, cameras=())
            plans.put(connection, plan, b"PNG")
            for camera in on_it:
                plans.place(connection, name, Placed(camera, square, square))

    house.database.now(change)


def add_reports(house: House) -> None:
    """Of yesterday: made by schedule, of both cameras."""
    report = Kept("day-2026-11-22", "day", "Sunday", 1, 2, 3, (SEEN, UNSEEN), {"csv": 7})
    shelf.put(house.context.site.state / FOLDER, report, {"csv": UNSEEN.encode()})


@cache
def calls(house: House) -> list[Call]:
    return calls_of(describe(create_app(house.context).router.routes))


def said(served: Served, call: Call, headers: dict[str, str], camera: str) -> tuple[int, str]:
    """Status and the first of what is answered; a stream that stays silent has said nothing."""
    if call.method == SOCKET:
        return _said_by_socket(served, call, headers, camera)
    text = b""
    CLIENT.cookies.clear()
    url = served.address + call.url(camera)
    with CLIENT.stream(call.method, url, headers=headers, json=call.json(camera)) as answer:
        if "event-stream" in answer.headers.get("content-type", ""):
            answer.request.extensions["timeout"]["read"] = SILENT_S
        with contextlib.suppress(httpx.ReadTimeout):
            for piece in answer.iter_raw():
                text += piece
                if len(text) > MOST:
                    break
    return answer.status_code, text.decode("utf-8", "replace")


def _said_by_socket(
    served: Served, call: Call, headers: dict[str, str], camera: str
) -> tuple[int, str]:
    url = served.address.replace("http", "ws", 1) + call.url(camera)
    others = {name: value for name, value in headers.items() if name != "origin"}
    try:
        with connect(url, origin=Origin(headers["origin"]), additional_headers=others) as socket:
            return 101, str(socket.recv(timeout=1))
    except InvalidStatus as refused:
        return refused.response.status_code, (refused.response.body or b"").decode()
    except (ConnectionClosed, TimeoutError):
        return 101, ""


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_no_answer_names_a_camera_that_is_not_granted(served: Served, role: Role) -> None:
    headers = served.house.as_session(role)
    read = [call for call in calls(served.house) if call.method == "GET"]
    assert len(read) > 5
    for call in read:
        status, text = said(served, call, headers, SEEN)
        assert status < 500, (call, text)
        assert UNSEEN not in text, call


def test_a_token_of_some_cameras_hears_of_no_other(served: Served) -> None:
    """An administrator's, with every right that a token can have."""
    headers = served.house.as_token("ada", list(TOKEN_RIGHTS), [SEEN])
    slow = ("/api/discovery", "/api/cameras/{camera}/tracks/paths")  # tests of their own
    for call in calls(served.house):
        if call.method == "GET" and call.path not in slow:
            status, text = said(served, call, headers, SEEN)
            assert status < 500, (call, text)
            assert UNSEEN not in text, call
    for path in (
        "settings",
        "settings/versions",
        "settings/versions/1",
        "settings/versions/1/diff",
    ):
        told = CLIENT.get(f"{served.address}/api/{path}", headers=headers)
        assert (told.status_code, "of some" in told.text) == (403, True), path
    told = CLIENT.post(f"{served.address}/api/settings/versions/1/restore", headers=headers)
    assert told.status_code == 403


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_whatever_names_a_camera_answers_for_a_hidden_one_as_for_none(
    served: Served, role: Role
) -> None:
    for call in calls(served.house):
        if call.names_cameras:
            headers = served.house.as_session(role)
            hidden = said(served, call, headers, UNSEEN)
            none = said(served, call, headers, NOWHERE)
            assert hidden[0] == none[0], (call, hidden, none)
            assert hidden[1].replace(UNSEEN, "?") == none[1].replace(NOWHERE, "?"), call


def test_the_administrator_does_see_it(served: Served) -> None:
    """Else the tests above would find nothing whatever leaked."""
    headers = served.house.as_session("ada")
    for call in calls(served.house):
        if call.camera == "camera" and call.method == "GET":
            hidden = said(served, call, headers, UNSEEN)
            none = said(served, call, headers, NOWHERE)
            assert none[0] == 404, call
            assert hidden != none, call
    lists = ("events", "counts", "occupancy", "dwell", "paths", "exports", "holds", "notices")
    for path in (*lists, "plans", "reports", "storage"):
        call = next(one for one in calls(served.house) if str(one) == f"GET /api/{path}")
        assert UNSEEN in said(served, call, headers, UNSEEN)[1], call
    heat = "GET /api/cameras/{camera}/heatmaps/{rule}"
    call = next(one for one in calls(served.house) if str(one) == heat)
    assert said(served, call, headers, UNSEEN)[0] == 200


def test_plans_and_reports_of_a_hidden_camera_are_as_none(served: Served) -> None:
    for role in (Role.VIEWER, Role.OPERATOR):
        headers = served.house.as_session(role)

        def ask(path: str, headers: dict[str, str] = headers) -> tuple[int, str]:
            told = CLIENT.get(f"{served.address}/api/{path}", headers=headers)
            return told.status_code, told.text

        span = "from=2026-11-23T10:00:00Z&to=2026-11-23T11:00:00Z"
        assert ask(f"plans/{UNSEEN}-room") == ask("plans/no-room") == (404, ask("plans/no-room")[1])
        assert ask(f"plans/{UNSEEN}-room/heat?{span}") == ask(f"plans/no-room/heat?{span}")
        for path in ("plans", f"plans/{BOTH}/heat?{span}", f"plans/{BOTH}/heat?{span}&camera=x"):
            status, text = ask(path)
            assert status == 200, text
            assert UNSEEN not in text
        hidden = ask(f"plans/{BOTH}/heat?{span}&camera={UNSEEN}")
        assert hidden == ask(f"plans/{BOTH}/heat?{span}&camera={NOWHERE}")
        none = ask("reports/files/day-2000-01-01.csv")
        assert ask("reports/files/day-2026-11-22.csv") == none


def test_things_of_a_hidden_camera_are_as_things_that_are_not(served: Served) -> None:
    """Events, exports, holds by their ids: whoever has heard of one learns nothing with it."""
    house = served.house
    ada = house.as_session("ada")
    things = {"hold": "", "event": "", "export": ""}
    for name, path in (("hold", "holds"), ("event", "events"), ("export", "exports")):
        told = CLIENT.get(f"{served.address}/api/{path}", headers=ada).json()
        found = told["events"] if name == "event" else told
        things[name] = next(str(one["id"]) for one in found if one["camera"] == UNSEEN)
    nothing = {"hold": "4711", "event": str(UUID(int=1)), "export": str(UUID(int=2))}
    by_id = [call for call in calls(house) if call.camera == "found"]
    assert {word for call in by_id for word in things if f"{{{word}}}" in call.path} == set(things)
    for call in by_id:
        url = served.address + call.url(SEEN, things)
        none = served.address + call.url(SEEN, nothing)
        assert url != none, f"{call}: this test knows no thing of that kind"
        for role in (Role.VIEWER, Role.OPERATOR):
            headers = house.as_session(role)
            hidden = CLIENT.request(call.method, url, headers=headers, json=call.json(SEEN))
            other = CLIENT.request(call.method, none, headers=headers, json=call.json(SEEN))
            assert hidden.status_code in (403, 404), call
            assert (hidden.status_code, hidden.text) == (other.status_code, other.text), call
        if call.method == "GET" and "{name}" not in call.path:
            shown = CLIENT.get(url, headers=ada)
            # of an event, nothing may be recorded; that is said otherwise
            assert shown.status_code == 200 or shown.headers.get("x-reason"), call
