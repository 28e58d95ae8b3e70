"""Reports: by the API and by schedule; numbers only, of cameras that are seen."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from curtilage.config.reports import SiteReports
from curtilage.web.guard.rights import Role
from curtilage.web.reports import shelf
from curtilage.web.reports.desk import ReportDesk
from curtilage.web.reports.drawn import drawn
from curtilage.web.reports.making import FOLDER, worked_out
from curtilage.web.reports.period import PeriodKind, last_over
from tests.web.api.found import seen
from tests.web.house import NS, WHEN_NS, House, house_in

DAY_NS = 86_400 * NS
UTC = ZoneInfo("UTC")
YESTERDAY = last_over(PeriodKind.DAY, WHEN_NS, UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_in(tmp_path) as house:
        house.add("ada", Role.ADMINISTRATOR)
        house.add("vera", Role.VIEWER, ["front"])
        for camera in ("front", "nursery"):
            for hour in (3, 3, 7):
                seen(house.database, camera, YESTERDAY.from_ns + hour * 3600 * NS)
        yield house


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_table_of_yesterday(house: House) -> None:
    told = house.client().get("/api/reports/day.csv", headers=house.as_session("vera"))
    assert told.status_code == 200
    assert YESTERDAY.name in told.headers["content-disposition"]
    assert "nursery" not in told.text
    found = rows(told.text)
    ins = [int(row["value"]) for row in found if row["measure"] == "in"]
    assert len(ins) == 24
    assert (ins[3], ins[7], sum(ins)) == (2, 1, 3)
    stays = {r["measure"]: r["value"] for r in found if r["measure"].startswith("presences")}
    assert stays == {"presences of 0 s to 5 s": "18", "presences of 5 s and more": "6"}
    [events] = [row for row in found if row["measure"].startswith("events ")]
    assert (events["rule"], events["value"]) == ("gate", "3")


def test_a_pdf_of_a_week_and_a_picture_of_a_month(house: House) -> None:
    client, headers = house.client(), house.as_session("ada")
    day = YESTERDAY.first.isoformat()
    pdf = client.get(f"/api/reports/week.pdf?date={day}", headers=headers)
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    assert pdf.content.startswith(b"%PDF-")
    png = client.get(f"/api/reports/month.png?date={day}", headers=headers)
    with Image.open(io.BytesIO(png.content)) as picture:
        assert picture.format == "PNG"
        assert picture.width > 600


def test_what_is_no_report(house: House) -> None:
    client, headers = house.client(), house.as_session("ada")
    for path in ("year.csv", "day.exe", "day.csv?date=1066-10-14", "day.csv?date=never"):
        assert client.get(f"/api/reports/{path}", headers=headers).status_code == 422, path
    assert client.get("/api/reports/day.csv?camera=none", headers=headers).status_code == 404


def test_many_rules_go_on_over_pages(house: House) -> None:
    sheet = worked_out(house.context, YESTERDAY, ["front"])
    flows = [replace(sheet.flows[0], rule=f"gate{n}$^_{n}") for n in range(30)]
    data = json.loads(json.dumps(asdict(replace(sheet, flows=flows))))
    assert drawn(data, "pdf").count(b"/Type /Page ") >= 3
    nothing = json.loads(json.dumps(asdict(replace(sheet, flows=[], occupied=[], stays=[]))))
    assert drawn(nothing, "pdf").count(b"/Type /Page ") == 1


def scheduled(house: House, **wanted: object) -> ReportDesk:
    settings = SiteReports.model_validate(wanted)
    house.context.site = house.context.site.model_copy(update={"reports": settings})
    return ReportDesk(house.context)


def test_reports_by_schedule_are_made_once_and_listed(house: House) -> None:
    desk = scheduled(house, daily=["csv", "pdf"], monthly=["csv"], at="00:00")
    assert desk.look() == 2
    assert desk.look() == 0
    client, headers = house.client(), house.as_session("ada")
    listed = client.get("/api/reports", headers=headers).json()
    assert {one["kind"] for one in listed} == {"day", "month"}
    [day] = [one for one in listed if one["kind"] == "day"]
    assert [one["form"] for one in day["files"]] == ["csv", "pdf"]
    assert day["cameras"] == ["front", "nursery"]
    for one in day["files"]:
        got = client.get(f"/api/reports/files/{one['name']}", headers=headers)
        assert len(got.content) == one["bytes"]
    folder = house.context.site.state / FOLDER
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    desk.stop()


def test_days_on_which_nothing_ran_are_made_afterwards(house: House) -> None:
    desk = scheduled(house, daily=["csv"], at="00:00")
    assert desk.look() == 1  # none of before there were any
    house.clock.go_on(4 * 86_400)
    assert desk.look() == 4
    house.clock.go_on(500 * 86_400)
    desk.look()
    kept = shelf.found(house.context.site.state / FOLDER)
    assert YESTERDAY.name not in {one.name for one in kept}  # 400 days are over
    desk.stop()


def test_a_report_of_a_hidden_camera_is_not_there(house: House) -> None:
    desk = scheduled(house, daily=["csv"])
    desk.look()
    client, headers = house.client(), house.as_session("vera")
    assert client.get("/api/reports", headers=headers).json() == []
    hidden = client.get(f"/api/reports/files/{YESTERDAY.name}.csv", headers=headers)
    none = client.get("/api/reports/files/day-2000-01-01.csv", headers=headers)
    assert (hidden.status_code, hidden.text) == (none.status_code, none.text) == (404, none.text)
    desk.stop()
    mine = scheduled(house, daily=["csv"], cameras=["front", "gone"])
    house.clock.go_on(86_400)
    mine.look()
    assert len(client.get("/api/reports", headers=headers).json()) == 1
    mine.stop()


def test_names_that_are_paths_are_no_names(house: House) -> None:
    scheduled(house, daily=["csv"]).look()
    folder = house.context.site.state / FOLDER
    for name in ("../curtilage.db", "..%2Fcurtilage.db", f"{YESTERDAY.name}.json", ".csv"):
        assert shelf.file_of(folder, name) is None
    (folder / "odd.json").write_text("{")
    assert len(shelf.found(folder)) == 1
