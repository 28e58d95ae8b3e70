"""The report page: what it says, that it asks nobody for anything, and that it trusts nothing."""

import base64
import hashlib
import json
import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from curtilage.app.report import ReportError, write_index, write_report
from curtilage.app.report.pictures import thumbnail_uri
from curtilage.app.report.rows import MOST
from curtilage.errors import InputError
from tests.app.report_folder import change_summary, read_events, write_events, write_folder

EVIL = """<script>alert('x')</script>"><img src=http://evil.example/x onerror=alert(1)> $x^{2$"""
VOID = {"img", "input", "meta", "br", "link"}


class Page(HTMLParser):
    """A page taken apart: elements with their attributes, the script, the text one reads."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.script = ""
        self.words: list[str] = []
        self.feed(content)
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.script += data
        elif self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("made") / "out")


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))


def page(out: Path) -> Page:
    return Page(write_report(out).read_text(encoding="utf-8"))


def test_says_what_the_files_say(out: Path) -> None:
    text = page(out).text
    assert "3 people seen" in text
    assert "1 in · 2 out counted by door" in text or "2 in · 1 out counted by door" in text
    assert "3 visits to lawn" in text
    assert "2 at most at once in picture" in text
    assert re.search(r"gate line A→B [12] B→A [12]", text)
    assert "fence line A→B 0 B→A 0" in text
    assert "10 pictures a second looked at" in text
    assert "Curtilage 0.1.0" in text
    assert "tiny, numpy, f32, 64x48" in text
    assert "Nothing left this machine." in text


def test_asks_nobody_for_anything(out: Path) -> None:
    content = page(out)
    own = {
        "events.jsonl",
        "counts.csv",
        "occupancy.csv",
        "heatmap.png",
        "rules.yaml",
        "tracks.parquet",
    }
    for _, attributes in content.elements:
        for name, value in attributes.items():
            if name in {"src", "poster", "data", "action", "srcset"}:
                assert str(value).startswith("data:image/")
            if name in {"href", "xlink:href"}:
                assert str(value).startswith("#") or value in own
    markup = (out / "report.html").read_text(encoding="utf-8")
    assert "@import" not in markup
    assert not re.search(r"url\((?!#)", markup)


def test_the_policy_allows_the_one_script_and_nothing_else(out: Path) -> None:
    content = page(out)
    [policy] = [
        str(m["content"])
        for m in content.all("meta")
        if m.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = base64.b64encode(hashlib.sha256(content.script.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
        f"script-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert len(content.all("script")) == 1
    handlers = [n for _, attributes in content.elements for n in attributes if n.startswith("on")]
    assert not handlers


def test_names_of_the_folder_are_text_only(out: Path) -> None:
    events = read_events(out)
    for event in events:
        event |= {"rule": EVIL, "class": EVIL, "kind": EVIL, "direction": EVIL}
    write_events(out, events)
    change_summary(
        out,
        source=EVIL,
        camera=EVIL,
        warnings=[EVIL],
        version=EVIL,
        created=EVIL,
        detector={"name": EVIL, "backend": EVIL, "precision": EVIL, "input": EVIL},
    )
    content = page(out)
    assert len(content.all("script")) == 1
    assert "alert" not in content.script
    assert all(str(image["src"]).startswith("data:") for image in content.all("img"))
    assert "<script>alert('x')</script>" in content.text
    assert [e for e, attributes in content.elements if "onerror" in attributes] == []


def test_the_command_is_safe_to_paste(out: Path) -> None:
    change_summary(out, source="a'; rm -rf ~; echo '.mp4")
    assert """analyze PATH_TO/'a'"'"'; rm -rf ~; echo '"'"'.mp4' --rules""" in page(out).text


@pytest.mark.parametrize(
    "name",
    [
        "../secret.jpg",
        "/etc/hostname",
        "..",
        ".",
        "",
        "a/b.jpg",
        "missing.jpg",
        7,
        None,
        "text.jpg",
    ],
)
def test_thumbnails_come_from_their_folder_and_are_pictures(made: Path, name: object) -> None:
    shutil.copy(made / "still.jpg", made / "secret.jpg")
    (made / "thumbnails" / "text.jpg").write_text("<svg onload=alert(1)>")
    assert thumbnail_uri(made, "0.jpg")
    assert thumbnail_uri(made, name) is None


def test_a_row_without_a_picture(out: Path) -> None:
    events = read_events(out)
    rows = [e for e in events if e["kind"].endswith("Crossed")]
    rows[0]["thumbnail"] = "missing.jpg"
    write_events(out, rows)
    assert len([i for i in page(out).all("img") if i.get("decoding")]) == len(rows) - 1


def test_counts_without_events_are_drawn_per_minute(out: Path) -> None:
    """Hours and cool-downs make fewer events than a line counts."""
    assert "00:00:02 to 00:00:03: " in (write_report(out)).read_text()
    write_events(out, [e for e in read_events(out) if e["kind"].endswith("Inside")])
    text = write_report(out).read_text()
    assert "00:00:02 to 00:00:03: " not in text
    assert re.search(r"00:00:00 to 00:01:00: [12] in, [12] out", text)


def test_many_events_are_cut_and_it_says_so(out: Path) -> None:
    [crossing, *_] = [e for e in read_events(out) if e["kind"].endswith("Crossed")]
    crossing["thumbnail"] = None
    write_events(out, [crossing | {"time": i / 10} for i in range(MOST + 23)])
    content = page(out)
    assert (
        "The first 500 of 523 events are shown here; all of them are in events.jsonl"
        in content.text
    )
    assert sum("data-what" in row for row in content.all("tr")) == MOST


def test_a_counter_that_was_put_right_says_so(out: Path) -> None:
    assert "put right" not in page(out).text
    counter = {"rule": "door", "kind": "tns1:RuleEngine/CountAggregation/Counter", "time": 1.0}
    adjusted = [counter | {"details": {"change": change}} for change in ("negative", "reset")]
    write_events(out, [*read_events(out), *adjusted])
    assert "inside at the end, put right 2 times" in page(out).text


def test_an_interrupted_analysis_says_so(out: Path) -> None:
    change_summary(out, complete=False, warnings=["3 s could not be read."])
    text = page(out).text
    assert "The analysis was interrupted" in text
    assert "3 s could not be read." in text


def test_it_is_a_pure_function_of_the_folder(out: Path) -> None:
    first = write_report(out).read_bytes()
    assert write_report(out).read_bytes() == first


def test_ids_are_unique_and_pictures_have_words(out: Path) -> None:
    content = page(out)
    ids = [
        str(a["id"]) for tag, a in content.elements if "id" in a and tag not in {"path", "clippath"}
    ]
    assert max(Counter(ids).values()) == 1
    assert all(image.get("alt") for image in content.all("img"))
    named = [svg for svg in content.all("svg") if svg.get("role") == "img"]
    assert all(svg.get("aria-label") for svg in named)


def test_nobody_and_nothing(tmp_path: Path) -> None:
    out = write_folder(tmp_path / "out", walks=())
    for name in ("still.jpg", "dwell.csv", "paths.csv", "heatmap.npz", "counts.csv"):
        (out / name).unlink()
    content = page(out)
    assert "0 seen" in content.text
    assert "The rules noticed nothing." in content.text
    assert "Strength" not in content.text  # nothing to show, nothing to switch


def test_local_time_when_the_start_is_known(tmp_path: Path) -> None:
    rules = (
        "camera: {name: yard, start: 2026-05-01T08:00:00Z, timezone: Europe/Berlin}\n"
        "rules: [{id: gate, type: line_crossing, points: [[0.5, 0.2], [0.5, 0.95]]}]\n"
    )
    text = page(write_folder(tmp_path / "out", rules)).text
    assert "from 2026-05-01 10:00:00 (Europe/Berlin)" in text
    assert "2026-05-01 10:00:02" in text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("summary.json", None, "does not exist"),
        ("summary.json", "{", "is damaged"),
        ("summary.json", '{"size": [0, 3], "duration": 1}', "is damaged"),
        ("summary.json", '{"duration": 1}', "is damaged"),
        ("rules.yaml", "rules: 7", "rules.yaml, line 1"),
        ("rules.yaml", None, "does not exist"),
        ("events.jsonl", '{"time": 1}\n', "events.jsonl, line 1: is no event"),
        ("events.jsonl", "[]\n", "events.jsonl, line 1: is no event"),
        ("events.jsonl", "7 8\n", "events.jsonl, line 1: is no event"),
        ("occupancy.csv", "time,rule,count\n1,a,x\n", "occupancy.csv, line 2"),
        ("heatmap.npz", "no archive", "heatmap.npz: is damaged"),
        ("tracks.parquet", "PAR1", "tracks.parquet"),
    ],
)
def test_a_damaged_folder_is_named(
    out: Path, name: str, content: str | None, sentence: str
) -> None:
    (out / name).unlink()
    if content is not None:
        (out / name).write_text(content)
    with pytest.raises(InputError, match=re.escape(sentence)):
        write_report(out)


def test_a_folder_that_cannot_be_written(out: Path) -> None:
    (out / "report.html").mkdir()
    with pytest.raises(InputError, match=r"report\.html"):
        write_report(out)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"give the folder that `curtilage analyze --out` wrote"):
        write_report(tmp_path)


def test_the_index_lists_reports_and_links_to_them(made: Path, tmp_path: Path) -> None:
    names = ["front", 'a "b" <c> #1 & 100%']
    for name in names:
        shutil.copytree(made, tmp_path / name)
        change_summary(tmp_path / name, source=f"{name}.mp4")
    change_summary(tmp_path / "front", warnings=[EVIL], complete=False)
    content = Page(write_index(tmp_path, [tmp_path / name for name in names]).read_text())
    links = [str(a["href"]) for a in content.all("a")]
    assert links == ["front/report.html", "a%20%22b%22%20%3Cc%3E%20%231%20%26%20100%25/report.html"]
    assert 'a "b" <c> #1 & 100%.mp4' in content.text
    assert "interrupted" in content.text
    assert content.all("script") == []
    assert all(str(image["src"]).startswith("data:") for image in content.all("img"))


def test_events_without_optional_keys(out: Path) -> None:
    event = {"time": 1.0, "rule": "gate", "kind": "tns1:RuleEngine/LineDetector/Crossed"}
    (out / "events.jsonl").write_text(json.dumps(event) + "\n")
    assert "crossed the line" in page(out).text
