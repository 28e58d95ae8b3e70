"""Floor plans by the API: pictures of strangers, cameras on them, heat on them."""

import io
import json
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, PngImagePlugin
from starlette.testclient import TestClient

from curtilage.web.guard.rights import Right
from curtilage.web.plans.reencode import LONGEST, reencoded
from tests.web.api.found import seen
from tests.web.house import NS, WHEN_NS, House

ALL = [[0, 0], [1, 0], [1, 1], [0, 1]]
SPAN = "from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z"


def drawing(form: str = "PNG", size: tuple[int, int] = (120, 60), **options: object) -> bytes:
    picture = Image.new("RGB", size, "white")
    picture.paste("black", (10, 10, 50, 12))
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb() -> bytes:
    """A PNG of 60,000 x 60,000 pixels in some kilobytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(7501 * 2000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_pictures_that_are_taken(form: str) -> None:
    media_type, size, data = reencoded(drawing(form))
    assert size == (120, 60)
    assert media_type in ("image/png", "image/jpeg")
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (120, 60)


@pytest.mark.parametrize(
    "made",
    [
        lambda: b"",
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        lambda: b"GIF89a" + bytes(100),
        lambda: b"%PDF-1.4\n",
        lambda: drawing()[:100],
        lambda: drawing("JPEG")[:200],
        lambda: drawing("BMP"),
        lambda: drawing(size=(8, 8)),
        bomb,
    ],
)
def test_pictures_that_are_not(made: Callable[[], bytes]) -> None:
    with pytest.raises(ValueError, match=r"^(The picture|That is no)"):
        reencoded(made())


def test_nothing_but_the_pixels_goes_through() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "SECRETWORD")
    exif = Image.Exif()
    exif[0x010E] = "SECRETWORD"
    polyglots = [
        drawing(pnginfo=info),
        drawing("JPEG", exif=exif, comment=b"SECRETWORD"),
        drawing("JPEG") + b"PK\x03\x04 SECRETWORD <script>",
        drawing() + b"<html>SECRETWORD",
    ]
    for given in polyglots:
        assert b"SECRETWORD" in given
        assert b"SECRETWORD" not in reencoded(given)[2]


def test_a_large_one_is_made_smaller_and_a_turned_one_upright() -> None:
    assert reencoded(drawing(size=(5000, 100)))[1] == (LONGEST, 82)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert reencoded(drawing("JPEG", exif=exif))[1] == (60, 120)


def test_what_is_transparent_lies_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(reencoded(out.getvalue())[2])) as picture:
        assert picture.convert("RGB").getpixel((3, 3)) == (255, 255, 255)


def put(browser: TestClient, headers: dict[str, str], data: bytes, name: str = "ground") -> int:
    sent = {**headers, "content-type": "image/png"}
    answer = browser.put(f"/api/plans/{name}?title=Ground floor", content=data, headers=sent)
    return int(answer.status_code)


def test_a_plan_from_its_picture_to_the_heat_on_it(house: House, browser: TestClient) -> None:
    ada = house.as_session("ada")
    assert put(browser, ada, drawing()) == 200
    placed = {"picture": ALL, "plan": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}
    told = browser.put("/api/plans/ground/cameras/front", json=placed, headers=ada).json()
    assert told["title"] == "Ground floor"
    assert (told["width"], told["height"]) == (120, 60)
    assert told["cameras"][0]["residual"] == 0.0
    got = browser.get("/api/plans/ground", headers=ada)
    assert got.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(got.content)) as picture:
        assert picture.size == (120, 60)
    seen(house.database, "front", WHEN_NS - 3600 * NS)
    heat = browser.get(f"/api/plans/ground/heat?{SPAN}", headers=ada).json()
    assert (heat["columns"], heat["rows"]) == (128, 64)
    assert heat["total"] == pytest.approx(6.5, abs=0.05)
    right = sum(sum(row[64:]) for row in heat["seconds"])
    assert right == 0.0  # the camera's picture is the left half
    assert heat["cameras"] == [{"camera": "front", "total": 6.5, "outside": 0.0}]
    assert put(browser, ada, drawing(size=(60, 60))) == 200  # cameras stay
    [plan] = browser.get("/api/plans", headers=ada).json()
    assert (plan["width"], len(plan["cameras"])) == (60, 1)
    assert browser.delete("/api/plans/ground/cameras/front", headers=ada).status_code == 204
    assert browser.delete("/api/plans/ground", headers=ada).status_code == 204
    assert browser.delete("/api/plans/ground", headers=ada).status_code == 404
    assert browser.get("/api/plans/ground", headers=ada).status_code == 404


def test_a_hostile_picture_is_refused_in_words(house: House, browser: TestClient) -> None:
    ada = house.as_session("ada")
    sent = {**ada, "content-type": "image/png"}
    for data in (bomb(), b"<svg/>", b""):
        answer = browser.put("/api/plans/ground", content=data, headers=sent)
        assert answer.status_code == 422
        assert "picture" in answer.json()["detail"]
    assert put(browser, ada, bytes(17 << 20)) == 413
    assert put(browser, ada, drawing(), name="..") in (404, 405, 422)
    assert put(browser, ada, drawing(), name="A%20b") == 422


def test_points_that_place_nothing(house: House, browser: TestClient) -> None:
    ada = house.as_session("ada")
    put(browser, ada, drawing())
    line = [[0, 0], [0.1, 0.1], [0.2, 0.2], [0.3, 0.3]]
    for picture, plan in ((line, ALL), (ALL, line), (ALL, [*ALL, [0.5, 0.5]]), (ALL[:3], ALL[:3])):
        body = {"picture": picture, "plan": plan}
        told = browser.put("/api/plans/ground/cameras/front", json=body, headers=ada)
        assert told.status_code == 422, json.dumps(body)
    body = {"picture": ALL, "plan": ALL}
    assert browser.put("/api/plans/attic/cameras/front", json=body, headers=ada).status_code == 404


def test_a_plan_is_for_those_who_see_a_camera_on_it(house: House, browser: TestClient) -> None:
    ada, vera = house.as_session("ada"), house.as_session("vera")
    body = {"picture": ALL, "plan": ALL}
    for name, camera in (("ground", "front"), ("ground", "nursery"), ("attic", "nursery")):
        put(browser, ada, drawing(), name)
        browser.put(f"/api/plans/{name}/cameras/{camera}", json=body, headers=ada)
    told = browser.get("/api/plans", headers=vera)
    assert [one["plan"] for one in told.json()] == ["ground"]
    assert "nursery" not in told.text
    assert browser.get("/api/plans/ground", headers=vera).status_code == 200
    for path in ("attic", f"attic/heat?{SPAN}", "nowhere"):
        assert browser.get(f"/api/plans/{path}", headers=vera).status_code == 404
    heat = browser.get(f"/api/plans/ground/heat?{SPAN}", headers=vera)
    assert "nursery" not in heat.text
    assert put(browser, house.as_session("otto"), drawing()) == 403
    token = house.as_token("ada", [Right.FINDINGS], ["nursery"])
    assert [one["plan"] for one in browser.get("/api/plans", headers=token).json()] == [
        "attic",
        "ground",
    ]
