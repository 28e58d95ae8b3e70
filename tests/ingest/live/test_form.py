"""Forms: what comes out decodes with nothing but its description, and says its true size."""

from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from av.bitstream import BitStreamFilterContext
from av.video.codeccontext import VideoCodecContext
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.ingest.live import nal
from curtilage.ingest.live.form import form_of
from curtilage.model import VideoCodec
from tests.ingest.clips import write_clip

SIZES = [(160, 120), (322, 182), (98, 66)]  # the last two need cropping
CODECS = [("libx264", VideoCodec.H264), ("libx265", VideoCodec.HEVC)]
QUIET = {"x265-params": "log-level=none:keyint=5"}


def annexb(path: Path) -> Iterator[bytes]:
    """A file's pictures as a camera sends them, parameter sets before each keyframe."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        name = {"h264": "h264_mp4toannexb", "hevc": "hevc_mp4toannexb"}
        context = BitStreamFilterContext(name[stream.codec_context.name], stream)
        for packet in container.demux(stream):
            if packet.size:
                yield from (bytes(filtered) for filtered in context.filter(packet))


def decoded(codec: VideoCodec, config: bytes, pictures: list[bytes]) -> list[av.VideoFrame]:
    decoder = av.CodecContext.create(codec.value, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata = config
    frames = [f for data in pictures for f in decoder.decode(av.Packet(data))]
    return frames + decoder.decode(None)


@pytest.mark.parametrize(("encoder", "codec"), CODECS)
@pytest.mark.parametrize("size", SIZES)
def test_what_a_camera_sends_decodes_from_its_description(
    tmp_path: Path, encoder: str, codec: VideoCodec, size: tuple[int, int]
) -> None:
    clip = write_clip(tmp_path / "a.mp4", 12, codec=encoder, size=size, options={"g": "5"} | QUIET)
    form = form_of(codec, b"")
    assert form.info is None
    made = [form.convert(data) for data in annexb(clip)]
    info = form.info
    assert info is not None
    assert (info.width, info.height) == size
    assert made[0][1]
    assert 2 <= sum(key for _, key in made) <= 4
    frames = decoded(codec, info.config, [data for data, _ in made])
    assert len(frames) == 12
    assert {(f.width, f.height) for f in frames} == {size}


@pytest.mark.parametrize(("encoder", "codec"), CODECS)
def test_a_file_with_lengths_gives_the_same_as_a_camera(
    tmp_path: Path, encoder: str, codec: VideoCodec
) -> None:
    clip = write_clip(tmp_path / "a.mp4", 6, codec=encoder, options={"g": "3"} | QUIET)
    with av.open(str(clip)) as container:
        extradata = container.streams.video[0].codec_context.extradata
        assert extradata
        form = form_of(codec, bytes(extradata))
        of_file = [form.convert(bytes(p)) for p in container.demux(video=0) if p.size]
    assert form.info is not None
    camera = form_of(codec, b"")
    of_camera = [camera.convert(data) for data in annexb(clip)]
    assert [key for _, key in of_file] == [key for _, key in of_camera]
    assert camera.info is not None
    assert (camera.info.width, camera.info.height) == (form.info.width, form.info.height)
    if codec is VideoCodec.H264:  # an independent witness: the muxer's record
        assert camera.info.config == bytes(extradata)


def test_parameters_that_are_repeated_change_nothing(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", 12, options={"g": "3"})
    form = form_of(VideoCodec.H264, b"")
    pictures = list(annexb(clip))
    form.convert(pictures[0])
    first = form.info
    for data in pictures[1:]:
        form.convert(data)
    assert form.info is first


def test_other_parameters_are_another_description(tmp_path: Path) -> None:
    small = write_clip(tmp_path / "a.mp4", 2, size=(160, 120))
    large = write_clip(tmp_path / "b.mp4", 2, size=(320, 240))
    form = form_of(VideoCodec.H264, b"")
    for data in [*annexb(small), *annexb(large)]:
        form.convert(data)
    assert form.info is not None
    assert (form.info.width, form.info.height) == (320, 240)
    alone = form_of(VideoCodec.H264, b"")
    alone.convert(next(annexb(large)))
    assert form.info == alone.info  # nothing of the old one is left


def test_gradual_refresh_is_no_keyframe(tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "a.mp4",
        30,
        options={"x264-params": "intra-refresh=1:keyint=8:bframes=0"},
    )
    form = form_of(VideoCodec.H264, b"")
    keys = [form.convert(data)[1] for data in annexb(clip)]
    assert keys[0]
    assert not any(keys[1:])


def test_an_open_group_begins_at_its_recovery_point(tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "a.mp4", 30, options={"x264-params": "open-gop=1:keyint=8:bframes=2:scenecut=0"}
    )
    form = form_of(VideoCodec.H264, b"")
    assert sum(form.convert(data)[1] for data in annexb(clip)) >= 3


@settings(max_examples=200)
@given(st.data())
def test_damage_is_survived(data: st.DataObject) -> None:
    sps = bytes.fromhex("67640033ace802800b59")
    pps, slice_ = bytes.fromhex("68ee3c30"), b"\x65" + bytes(range(1, 40))
    whole = bytearray(b"".join(nal.START + unit for unit in (sps, pps, slice_)))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for codec in (VideoCodec.H264, VideoCodec.HEVC, VideoCodec.MJPEG):
        form_of(codec, cut).convert(cut)


def test_a_start_code_without_a_unit() -> None:
    for codec in (VideoCodec.H264, VideoCodec.HEVC):
        assert form_of(codec, b"").convert(nal.START) == (b"", False)


def test_jpeg_says_its_size(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.avi", 2, codec="mjpeg", size=(320, 176))
    form = form_of(VideoCodec.MJPEG, b"")
    with av.open(str(clip)) as container:
        for packet in container.demux(video=0):
            if packet.size:
                data, key = form.convert(bytes(packet))
                assert key
                assert data == bytes(packet)
    assert form.info is not None
    assert (form.info.width, form.info.height, form.info.config) == (320, 176, b"")
    assert form.convert(b"no picture") == (b"", False)
