"""The report in a real browser: quiet, alone, and its switches work."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curtilage.app.report import write_index, write_report
from tests.app.report_folder import change_summary, read_events, write_events, write_folder
from tests.browser.chromium import chromium, open_page, requests


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(write_folder(tmp_path_factory.mktemp("made") / "out"))


def style(browser: Any, selector: str, name: str) -> str:
    return str(
        browser.execute_script(
            "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]",
            selector,
            name,
        )
    )


def column(browser: Any, number: int) -> list[str]:
    cells = browser.execute_script(
        "return [...document.querySelectorAll('#events tbody tr:not([hidden])')]"
        ".map((row) => row.cells[arguments[0]].innerText.trim())",
        number,
    )
    return [str(cell) for cell in cells]


@pytest.mark.parametrize("width", [360, 1280, 3840])
@pytest.mark.parametrize("dark", [False, True])
def test_quiet_and_alone(browser: Any, report: Path, width: int, dark: bool) -> None:
    open_page(browser, report, width, dark=dark)
    assert browser.get_log("browser") == []
    assert requests(browser) == [report.as_uri()]
    # nothing sticks out to the side
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    pictures = browser.execute_script("return [...document.images].map((i) => i.naturalWidth)")
    assert pictures
    assert min(pictures) > 0


def test_dark_and_light_differ(browser: Any, report: Path) -> None:
    open_page(browser, report)
    light = style(browser, "body", "backgroundColor")
    open_page(browser, report, dark=True)
    assert style(browser, "body", "backgroundColor") != light


def test_layers_go_on_and_off(browser: Any, report: Path) -> None:
    open_page(browser, report)
    for name, selector, shown in (
        ("heat", "img.heat", True),
        ("shapes", "svg.shapes", True),
        ("shapes", ".names", True),
        ("walks", "svg.walks", False),
    ):
        box = browser.find_element("css selector", f"[data-toggle={name}]")
        assert (style(browser, selector, "visibility") == "visible") is shown
        box.click()
        assert (style(browser, selector, "visibility") == "visible") is not shown
        box.click()


def test_heat_can_be_faded_and_exchanged(browser: Any, report: Path) -> None:
    open_page(browser, report)
    browser.execute_script(
        "const s = document.getElementById('strength'); s.value = 30;"
        "s.dispatchEvent(new Event('input'))"
    )
    assert style(browser, "img.heat", "opacity") == "0.3"
    select = browser.find_element("id", "which-heat")
    select.find_element("css selector", "option[value='1']").click()
    assert style(browser, "img.heat[data-layer='0']", "display") == "none"
    assert style(browser, "img.heat[data-layer='1']", "display") != "none"
    assert "visits per cell" in browser.find_element("css selector", ".side").text


def test_names_stay_on_the_picture(browser: Any, report: Path) -> None:
    for width in (360, 1280):
        open_page(browser, report, width)
        outside = browser.execute_script(
            "const v = document.getElementById('view').getBoundingClientRect();"
            "return [...document.querySelectorAll('.name')].filter((n) => {"
            " const b = n.getBoundingClientRect();"
            " return b.left < v.left - 1 || b.right > v.right + 1 || b.top < v.top - 1; }).length"
        )
        assert outside == 0


def test_events_are_filtered(browser: Any, report: Path) -> None:
    open_page(browser, report)
    every = len(column(browser, 3))
    select = browser.find_element("css selector", "[data-filter=rule]")
    select.find_element("xpath", "option[.='gate']").click()
    assert column(browser, 3) == ["gate"] * 3
    assert browser.find_element("id", "shown").text == f"3 of {every} events"
    way = browser.find_element("css selector", "[data-filter=direction]")
    way.find_element("xpath", "option[.='A → B']").click()
    assert len(column(browser, 3)) == 1
    select.find_element("xpath", "option[.='all']").click()
    way.find_element("xpath", "option[.='all']").click()
    assert browser.find_element("id", "shown").text == f"{every} events"


def test_events_are_sorted_by_keyboard(browser: Any, report: Path) -> None:
    open_page(browser, report)
    times = column(browser, 1)
    assert times == sorted(times)
    button = browser.find_element("css selector", "[data-sort=time]")
    button.send_keys("\ue007")
    assert column(browser, 1) == times[::-1]
    head = browser.find_element("css selector", "th[aria-sort=descending]")
    assert head.text.startswith("Time")
    browser.find_element("css selector", "[data-sort=rule]").send_keys("\ue00d")
    assert column(browser, 3) == sorted(column(browser, 3))


def test_every_text_can_be_read(browser: Any, report: Path) -> None:
    """Contrast of at least 4.5 : 1 (WCAG 2.2, 1.4.3), day and night."""
    for dark in (False, True):
        open_page(browser, report, dark=dark)
        assert browser.execute_script(FAINT) == []


def test_hostile_names_do_nothing(browser: Any, tmp_path: Path) -> None:
    evil = "<img src=x onerror=document.title='gone'><script>document.title='gone'</script>"
    out = write_folder(tmp_path / "out")
    write_events(out, [event | {"rule": evil, "class": evil} for event in read_events(out)])
    change_summary(out, source=evil, camera=evil, warnings=[evil])
    for page in (write_report(out), write_index(tmp_path, [out])):
        open_page(browser, page)
        assert browser.title != "gone"
        assert browser.get_log("browser") == []
        assert requests(browser) == [page.as_uri()]


FAINT = """
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => {
  const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
};
const behind = (node) => {
  for (; node; node = node.parentElement) {
    const colour = numbers(getComputedStyle(node).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const faint = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let text; (text = walker.nextNode());) {
  const node = text.parentElement;
  if (!text.data.trim() || node.closest("script, style, option, svg, .unseen, .skip")) continue;
  const colours = [numbers(getComputedStyle(node).color), behind(node)].map(light).sort();
  const contrast = (Math.max(...colours) + 0.05) / (Math.min(...colours) + 0.05);
  if (contrast < 4.5) faint.push(`${text.data.trim()}: ${contrast.toFixed(2)}`);
}
for (const text of document.querySelectorAll("svg.chart text")) {
  const colours = [numbers(getComputedStyle(text).fill), behind(text.closest(".card"))].map(light);
  const contrast = (Math.max(...colours) + 0.05) / (Math.min(...colours) + 0.05);
  if (contrast < 4.5) faint.push(`chart ${text.textContent}: ${contrast.toFixed(2)}`);
}
return faint;
"""
