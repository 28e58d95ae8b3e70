"""Real exchanges with cameras of many makers say what they say. They are not in the repository."""

from pathlib import Path

import pytest

from curtilage.ingest.live.h264 import read_sps
from curtilage.ingest.live.hevc import kind
from curtilage.ingest.live.hevc import read_sps as read_sps_265
from curtilage.ingest.rtsp.auth import read_challenges
from curtilage.ingest.rtsp.headers import Session, read_rtp_info, read_session, read_transport
from curtilage.ingest.rtsp.message import Response, parse_response
from curtilage.ingest.rtsp.sdp import Description, base_url, parse
from tests.footage import need

FOLDER = "audit/samples"
REQUESTED = "rtsp://camera.example/asked"
GW = "rtsp://192.168.1.110:{}/H264?channel=1&subtype={}&unicast=true&proto=Onvif"


def response(name: str) -> Response:
    return parse_response(need(f"{FOLDER}/{name}.txt").read_bytes())


def description(name: str) -> Description:
    data = need(f"{FOLDER}/{name}.txt").read_bytes()
    if data.startswith(b"v="):
        return parse(data, REQUESTED)
    said = parse_response(data)
    headers = said.headers
    base = base_url(REQUESTED, headers.get("Content-Base"), headers.get("Content-Location"))
    return parse(said.body, base)


# name, session's URL, then per medium: encoding, clock rate, channels, control URL
WOWZA = "rtsp://wowzaec2demo.streamlock.net/vod/mp4:BigBuckBunny_115k.mov/"
BUNNY = (
    WOWZA,
    [("MPEG4-GENERIC", 12000, 2, WOWZA + "trackID=1"), ("H264", 90000, None, WOWZA + "trackID=2")],
)
DAHUA = "rtsp://cam-driveway/cam/realmonitor?channel=1&subtype=2/"
FOSCAM = "rtsp://192.168.5.107:65534/videoMain/"
REOLINK = "rtsp://192.168.5.206/h264Preview_01_main/"
HIKVISION = "rtsp://10.45.12.141:554/h264/ch1/main/av_stream/"
OFFERS: dict[str, tuple[str, list[tuple[str, int, int | None, str]]]] = {
    "retina/anpviz_sdp": (
        REQUESTED,
        [
            ("H264", 90000, None, REQUESTED + "/trackID=1"),
            ("MPEG4-GENERIC", 16000, 2, REQUESTED + "/trackID=2"),
        ],
    ),
    "retina/bunny_describe": BUNNY,
    "retina/response": BUNNY,
    "retina/dahua_describe_h265_pcma": (
        DAHUA,
        [("H265", 90000, None, DAHUA + "trackID=0"), ("PCMA", 8000, 1, DAHUA + "trackID=1")],
    ),
    "retina/foscam_describe": (
        FOSCAM,
        [("H264", 90000, None, FOSCAM + "track1"), ("PCMU", 8000, 1, FOSCAM + "track2")],
    ),
    "retina/gw_main_describe": (
        GW.format(5050, 0),
        [
            ("H264", 90000, None, GW.format(5050, 0) + "/video"),
            ("PCMU", 8000, 1, GW.format(5050, 0) + "/audio"),
        ],
    ),
    "retina/gw_sub_describe": (
        GW.format(5049, 1),
        [("H264", 90000, None, GW.format(5049, 1) + "/video")],
    ),
    "retina/macrovideo_describe": (REQUESTED, [("H264", 90000, None, REQUESTED + "/track1")]),
    "retina/reolink_describe": (
        REOLINK,
        [
            ("H264", 90000, None, REOLINK + "trackID=1"),
            ("MPEG4-GENERIC", 16000, 1, REOLINK + "trackID=2"),
        ],
    ),
    "retina/ubiquiti_sdp": (
        REQUESTED,
        [
            ("MPEG4-GENERIC", 48000, 1, REQUESTED + "/trackID=0"),
            ("OPUS", 48000, 2, REQUESTED + "/trackID=1"),
            ("H264", 90000, None, REQUESTED + "/trackID=2"),
        ],
    ),
    "rtsp_misc/genuine_hikvision_h265_describe": (
        HIKVISION,
        [("H265", 90000, None, HIKVISION + "trackID=1")],
    ),
    "rtsp_misc/genuine_hikvision_pcma_audio_describe": (
        REQUESTED,
        [
            ("H264", 90000, None, REQUESTED + "/trackID=1"),
            ("PCMA", 8000, 1, REQUESTED + "/trackID=2"),
        ],
    ),
}


@pytest.mark.parametrize("name", OFFERS)
def test_what_a_camera_offers(name: str) -> None:
    offer = description(name)
    control, media = OFFERS[name]
    assert offer.control == control
    assert [(m.encoding, m.clock_rate, m.channels, m.control) for m in offer.media] == media


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("retina/anpviz_sdp", (704, 576)),
        ("retina/bunny_describe", (240, 160)),
        ("retina/foscam_describe", (1280, 720)),
        ("retina/gw_main_describe", (1920, 1080)),
        ("retina/gw_sub_describe", (720, 480)),
        ("retina/macrovideo_describe", (1280, 720)),
        ("retina/reolink_describe", (2560, 1440)),
        ("retina/ubiquiti_sdp", (1920, 1080)),
        ("rtsp_misc/genuine_hikvision_pcma_audio_describe", (1280, 720)),
    ],
)
def test_parameter_sets_of_h264(name: str, size: tuple[int, int]) -> None:
    (video,) = description(name).of_kind("video")
    sps, pps = video.parameter_sets
    said = read_sps(sps)
    assert (said.width, said.height) == size
    assert pps[0] & 0x1F == 8
    assert not pps.endswith(b"\0\0\0\1")


@pytest.mark.parametrize(
    ("name", "kinds", "size"),
    [
        ("retina/dahua_describe_h265_pcma", [32, 33, 34], (704, 480)),
        ("rtsp_misc/genuine_hikvision_h265_describe", [33, 34], (1920, 1080)),
    ],
)
def test_parameter_sets_of_h265(name: str, kinds: list[int], size: tuple[int, int]) -> None:
    (video,) = description(name).of_kind("video")
    assert [kind(unit) for unit in video.parameter_sets] == kinds
    said = read_sps_265(video.parameter_sets[kinds.index(33)])
    assert (said.width, said.height) == size


@pytest.mark.parametrize(
    ("name", "session"),
    [
        ("bunny_setup", Session("1642021126", 60)),
        ("dahua_play", Session("634214684047", 60)),
        ("gw_main_setup_audio", Session("9a90de54", 60)),
        ("gw_sub_setup", Session("9b0d0e54", 60)),
        ("h264dvr_play", Session("231970", 60)),
        ("h264dvr_setup_video", Session("231970", 60)),
        ("hikvision_play", Session("708345999", 60)),
        ("hikvision_setup_ssrc_space", Session("708886412", 60)),
        ("laureii_play", Session("1234567890", 60)),
        ("luckfox_rkipc_setup_tcp", Session("12345678", 60)),
        ("reolink_play", Session("F8F8E425", 60)),
        ("reolink_teardown", None),
    ],
)
def test_sessions(name: str, session: Session | None) -> None:
    said = response(f"retina/{name}")
    value = said.headers.get("Session")
    assert said.status == 200
    assert (None if value is None else read_session(value)) == session


@pytest.mark.parametrize(
    ("name", "protocol", "channels", "ssrc"),
    [
        ("bunny_setup", "RTP/AVP/TCP", (0, 1), None),
        ("gw_main_setup_audio", "RTP/AVP/TCP", (2, 3), None),
        ("gw_sub_setup", "RTP/AVP/TCP", (0, 1), None),
        ("h264dvr_setup_video", "RTP/AVP", None, 0),
        ("hikvision_setup_ssrc_space", "RTP/AVP/TCP", (0, 1), 0xD6D6627),
        ("luckfox_rkipc_setup_tcp", "RTP/AVP/TCP", (0, 1), 0x22345684),
    ],
)
def test_transports(
    name: str, protocol: str, channels: tuple[int, int] | None, ssrc: int | None
) -> None:
    value = response(f"retina/{name}").headers.get("Transport")
    assert value is not None
    said = read_transport(value)
    assert (said.protocol, said.channels, said.ssrc) == (protocol, channels, ssrc)


@pytest.mark.parametrize(
    ("name", "tracks"),
    [
        (
            "dahua_play",
            [
                ("trackID=0", 47121, 3475222385, None),
                ("trackID=1", 45186, 2234446919, None),
                ("trackID=4", 36583, 816418535, None),
            ],
        ),
        (
            "hikvision_play",
            [
                (
                    "rtsp://192.168.5.106:554/Streaming/Channels/101/trackID=1"
                    "?transportmode=unicast&profile=Profile_1",
                    24104,
                    1270711678,
                    None,
                )
            ],
        ),
        ("laureii_play", [("rtsp://192.168.1.19:554/0/main/trackID=0", 0, 0, None)]),
        (
            "reolink_play",
            [
                ("trackID=1", 16852, 1070938629, 0xDCC4A0D8),
                ("trackID=2", 39409, 3075976528, 0x9FC9FFF8),
            ],
        ),
    ],
)
def test_rtp_info(name: str, tracks: list[tuple[str, int, int, int | None]]) -> None:
    value = response(f"retina/{name}").headers.get("RTP-Info")
    assert value is not None
    assert [(t.url, t.seq, t.rtptime, t.ssrc) for t in read_rtp_info(value)] == tracks


def test_headers_in_any_case() -> None:
    assert response("retina/h264dvr_play").cseq == 6  # Cseq


def test_every_sample_is_read() -> None:
    """Also those that somebody adds: nothing in the folders may be refused."""
    for folder in ("retina", "rtsp_misc"):
        for path in sorted(need(f"{FOLDER}/{folder}").glob("*.txt")):
            data = path.read_bytes()
            body = data if data.startswith(b"v=") else parse_response(data).body
            if body:
                assert parse(body, REQUESTED).of_kind("video"), path.name


def test_realms() -> None:
    realms: list[tuple[str, str]] = []
    for line in need(f"{FOLDER}/http401/realms.txt").read_text().splitlines():
        realms += [(c.scheme, c.realm) for c in read_challenges([line]) if c.scheme != "the"]
    assert ("digest", "IP Camera(D8291)") in realms
    assert ("digest", "Login to 3EPAA7EF4DC8055") in realms
    assert ("basic", "device") in realms


def test_samples_are_where_they_are_looked_for() -> None:
    assert isinstance(need(FOLDER), Path)
