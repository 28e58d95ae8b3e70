"""Names of codecs, as browsers take them."""

import pytest

from curtilage.model import VideoCodec, VideoInfo
from curtilage.web.live.codec import avc, hevc, media_type
from tests.record.mp4.clips import video


def test_h264_is_named_by_profile_constraints_and_level() -> None:
    assert avc(bytes.fromhex("0164001fffe1")) == "avc1.64001f"
    assert avc(bytes.fromhex("0142c00bffe1")) == "avc1.42c00b"


@pytest.mark.parametrize(
    ("config", "name"),
    [
        # ISO/IEC 14496-15, E.3: Main profile, level 3.1, progressive and frame-only
        ("010160000000b000000000005d", "hvc1.1.6.L93.b0"),
        # Main 10, high tier, level 5.1, no constraint
        ("01222000000000000000000099", "hvc1.2.4.H153"),
        # profile space A; a zero between constraints stays
        ("01416000000090000800000078", "hvc1.A1.6.L120.90.0.8"),
    ],
)
def test_h265_is_named_by_all_its_parts(config: str, name: str) -> None:
    assert hevc(bytes.fromhex(config)) == name


@pytest.mark.parametrize("codec", [VideoCodec.H264, VideoCodec.HEVC])
def test_real_streams_have_names(codec: VideoCodec) -> None:
    info, _ = video(codec, seconds=0.5)
    start = "avc1." if codec is VideoCodec.H264 else "hvc1.1.6.L"
    assert media_type(info).startswith(f'video/mp4; codecs="{start}')


def test_mjpeg_is_a_picture() -> None:
    assert media_type(VideoInfo(VideoCodec.MJPEG, 640, 480, b"")) == "image/jpeg"


@pytest.mark.parametrize("codec", [VideoCodec.H264, VideoCodec.HEVC])
def test_a_cut_record_is_told(codec: VideoCodec) -> None:
    with pytest.raises(ValueError, match="cut off"):
        media_type(VideoInfo(codec, 640, 480, b"\1\x64"))
