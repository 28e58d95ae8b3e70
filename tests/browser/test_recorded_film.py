"""Recorded film in a real browser: Media Source Extensions take it, gaps are gaps, clips play."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curtilage.web.guard.rights import Role
from tests.browser.chromium import chromium
from tests.record.mp4.clips import NS, START_NS, video
from tests.web.api.found import seen
from tests.web.playback.taped import Tape, at
from tests.web.serving import Served, serving

PLAY = """
// moments: ms of UTC; what is told: s after the first of them
const [path, moments, done] = arguments;
const play = async () => {
  const answer = await fetch(path);
  if (!answer.ok) return { fault: await answer.text() };
  const kind = answer.headers.get("content-type");
  if (!MediaSource.isTypeSupported(kind)) return { fault: `cannot play ${kind}` };
  const source = new MediaSource(), video = document.createElement("video");
  video.muted = true;
  video.src = URL.createObjectURL(source);
  await new Promise((open) => source.addEventListener("sourceopen", open, { once: true }));
  const buffer = source.addSourceBuffer(kind);
  const ended = new Promise((end, fail) => {
    buffer.addEventListener("updateend", end, { once: true });
    buffer.addEventListener("error", () => fail(new Error("the film was refused")), { once: true });
  });
  buffer.appendBuffer(await answer.arrayBuffer());
  await ended;
  const shift = (Date.parse(answer.headers.get("x-start")) - moments[0]) / 1000;
  const ranges = [];
  for (let n = 0; n < buffer.buffered.length; n++) {
    ranges.push([buffer.buffered.start(n) + shift, buffer.buffered.end(n) + shift]);
  }
  const shown = [];
  for (const moment of moments) {
    const wanted = (moment - moments[0]) / 1000 - shift;
    let frame = null; // the last one that was shown
    const told = (_, about) => { frame = about.mediaTime; video.requestVideoFrameCallback(told); };
    video.requestVideoFrameCallback(told);
    video.currentTime = wanted;
    const near = () => frame !== null && Math.abs(wanted - frame) < 0.1;
    for (let n = 0; n < 200 && !near(); n++) await new Promise((go) => setTimeout(go, 50));
    if (frame === null) return { fault: `nothing is shown at ${wanted}`, ranges };
    shown.push(frame + shift);
  }
  return { ranges, shown };
};
play().then(done, (fault) => done({ fault: String(fault) }));
"""
CLIP = """
const [path, done] = arguments;
const video = document.createElement("video");
video.muted = true;
video.addEventListener("error", () => done({ fault: video.error.message }));
video.addEventListener("loadeddata", () => {
  const told = (_, about) => done({ duration: video.duration, at: about.mediaTime });
  video.requestVideoFrameCallback(told);
  video.currentTime = 2.5;
});
video.src = path;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def served(browser: Any, tmp_path: Path) -> Iterator[Served]:
    """A site whose user is signed in, in the browser."""
    with serving(tmp_path) as one:
        one.house.add("ada", Role.ADMINISTRATOR)
        browser.get(f"{one.address}/api/health")
        browser.add_cookie({"name": one.house.cookie, "value": one.house.session("ada")})
        yield one


@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_gap_is_a_gap_in_what_is_buffered(browser: Any, served: Served, b_frames: int) -> None:
    info, packets = video(seconds=4, b_frames=b_frames)
    tape = Tape.of(served.house)
    for begin, serial in ((0.0, "a"), (4.0, "a"), (14.0, "c")):
        tape.add(info, packets, begin, serial=serial * 32)
    path = f"/api/cameras/front/recordings/media?from={at(2)}&to={at(18)}"
    late = (packets[0].pts_ns - packets[0].dts_ns) / NS
    seconds = [2.51, 5.51, 15.01]
    moments = [(START_NS + second * NS) / 1e6 for second in seconds]
    told = browser.execute_async_script(PLAY, path, moments)
    assert "fault" not in told, told
    # with B-frames, what was shown at the second asked for began a keyframe earlier
    begin = 2.0 if not b_frames else late
    (first, second) = told["ranges"]
    assert first == pytest.approx([begin - 2.51, 8.0 + late - 2.51], abs=0.08)
    assert second == pytest.approx([14.0 + late - 2.51, 18.0 - 2.51], abs=0.08)
    shown = [got + 2.51 for got in told["shown"]]
    assert all(-0.01 < at - got < 0.08 for at, got in zip(seconds, shown, strict=True)), shown


def test_a_clip_plays_from_its_address_and_can_be_searched(browser: Any, served: Served) -> None:
    info, packets = video(seconds=4)
    tape = Tape.of(served.house)
    for number in range(4):
        tape.add(info, packets, 4.0 * number)
    event = seen(served.house.database, "front", START_NS + 6 * NS)
    told = browser.execute_async_script(CLIP, f"/api/events/{event.id}/clip")
    assert "fault" not in told, told
    assert told["duration"] == pytest.approx(10.2, abs=0.1)
    assert told["at"] == pytest.approx(2.5, abs=0.08)
