"""What is written is played by others: FFmpeg's libraries, ffprobe and a browser."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import av
import pytest

from curtilage.model import AudioCodec, VideoCodec
from curtilage.record.mp4 import extension
from tests.browser.chromium import chromium
from tests.record.mp4.clips import START_NS, stream
from tests.record.mp4.segments import segment

EVERY = [
    (VideoCodec.H264, None, 0),
    (VideoCodec.H264, None, 2),
    (VideoCodec.HEVC, None, 0),
    (VideoCodec.HEVC, None, 2),
    (VideoCodec.MJPEG, None, 0),
    (VideoCodec.H264, AudioCodec.AAC, 0),
    (VideoCodec.H264, AudioCodec.AAC, 2),
    (VideoCodec.H264, AudioCodec.PCM_MULAW, 0),
    (VideoCodec.HEVC, AudioCodec.PCM_ALAW, 2),
    (VideoCodec.MJPEG, AudioCodec.PCM_ALAW, 0),
]
NAMES = {VideoCodec.H264: "avc1", VideoCodec.HEVC: "hvc1"}


def made(
    folder: Path, codec: VideoCodec, sound: AudioCodec | None, b_frames: int, seconds: float = 3
) -> Path:
    info, packets = stream(codec, sound, seconds=seconds, b_frames=b_frames)
    return segment(folder / f"a{extension(info)}", info, packets)


@pytest.mark.parametrize(("codec", "sound", "b_frames"), EVERY)
def test_ffmpeg_decodes_every_picture_at_its_time(
    tmp_path: Path, codec: VideoCodec, sound: AudioCodec | None, b_frames: int
) -> None:
    path = made(tmp_path, codec, sound, b_frames)
    with av.open(str(path)) as movie:
        assert len(movie.streams) == 1 + (sound is not None)
        times = [frame.time for frame in movie.decode(video=0)]
    assert len(times) == 45
    assert all(
        time is not None and abs(time - index / 15) < 2 / 90_000 for index, time in enumerate(times)
    )


@pytest.mark.parametrize(("codec", "sound", "b_frames"), [e for e in EVERY if e[1] is not None])
def test_ffmpeg_decodes_the_sound_in_time_with_the_pictures(
    tmp_path: Path, codec: VideoCodec, sound: AudioCodec, b_frames: int
) -> None:
    path = made(tmp_path, codec, sound, b_frames)
    _, packets = stream(codec, sound, seconds=3, b_frames=b_frames)
    shown = min(p.pts_ns for p in packets if p.data and p.medium.value == "video")
    with av.open(str(path)) as movie:
        frames = list(movie.decode(audio=0))
    # Sound began 10 ms before the first picture's decoding; FFmpeg trims AAC to time 0.
    begun = frames[0].time
    assert begun is not None
    expected = (START_NS - 10_000_000 - shown) / 1e9
    assert abs(begun - (max(expected, 0) if sound is AudioCodec.AAC else expected)) < 0.001
    heard = sum(frame.samples for frame in frames) / frames[0].sample_rate
    assert 2.7 < heard <= 3.01


@pytest.mark.parametrize(("codec", "sound", "b_frames"), EVERY)
def test_ffprobe_finds_nothing_to_complain_of(
    tmp_path: Path, codec: VideoCodec, sound: AudioCodec | None, b_frames: int
) -> None:
    probe = shutil.which("ffprobe")
    if probe is None:
        pytest.skip("needs ffprobe (apt-get install ffmpeg)")
    path = made(tmp_path, codec, sound, b_frames)
    done = subprocess.run(
        [probe, "-v", "warning", "-count_frames", "-show_streams", "-show_format",
         "-of", "json", path],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    # ffprobe says this of MJPEG files that ffmpeg itself has written, too.
    said = [line for line in done.stderr.splitlines() if "EOI missing, emulating" not in line]
    assert said == []
    found = json.loads(done.stdout)
    picture = found["streams"][0]
    assert picture["codec_name"] == codec.value
    assert picture["codec_tag_string"] == NAMES.get(
        codec, "jpeg" if path.suffix == ".mov" else "mp4v"
    )
    assert picture["nb_read_frames"] == "45"
    assert float(picture["start_time"]) == 0
    assert abs(float(picture["duration"]) - 3) < 0.001
    assert found["format"]["tags"]["creation_time"].startswith("2026-09-21T")
    if sound is not None:
        assert found["streams"][1]["codec_name"] == sound.value


PAGE = """<!doctype html><video id="v" muted></video><script>
const bytes = Uint8Array.from(atob("%s"), c => c.charCodeAt(0));
const media = new MediaSource(), video = document.getElementById("v");
video.src = URL.createObjectURL(media);
media.addEventListener("sourceopen", () => {
  const buffer = media.addSourceBuffer('video/mp4; codecs="%s"');
  buffer.addEventListener("updateend", () => {
    if (media.readyState === "open") media.endOfStream(); });
  buffer.appendBuffer(bytes);
});
</script>"""

ASK = """const done = arguments[0], video = document.getElementById("v");
const tell = () => done({
  from: video.buffered.length ? video.buffered.start(0) : -1,
  to: video.buffered.length ? video.buffered.end(0) : -1,
  width: video.videoWidth, state: video.readyState, stretches: video.buffered.length,
  error: video.error && video.error.message});
video.addEventListener("seeked", tell); video.addEventListener("error", tell);
const look = () => video.readyState >= 1 && video.buffered.length ? video.currentTime = 2.5
  : setTimeout(look, 50); look(); setTimeout(tell, 15000);"""


@pytest.mark.parametrize(
    ("sound", "b_frames", "codecs"),
    [(None, 2, "avc1.42c00b"), (AudioCodec.AAC, 0, "avc1.42c00b,mp4a.40.2")],
)
def test_a_browser_plays_a_segment_as_media_source(
    tmp_path: Path, sound: AudioCodec | None, b_frames: int, codecs: str
) -> None:
    path = made(tmp_path, VideoCodec.H264, sound, b_frames)
    page = tmp_path / "page.html"
    page.write_text(PAGE % (base64.b64encode(path.read_bytes()).decode(), codecs))
    with chromium(tmp_path / "profile") as browser:
        browser.get(page.as_uri())
        found = browser.execute_async_script(ASK)
    assert found["error"] is None
    assert found["state"] >= 2
    assert found["width"] == 160
    assert found["stretches"] == 1
    assert found["from"] < 0.1
    assert 2.8 < found["to"] < 3.1
