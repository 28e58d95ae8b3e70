"""Each fault is what it is called, seen from outside; all cameras play at the same time."""

import pytest

from tests.cameras import CameraServer, Fault, Kind
from tests.cameras.watching import Seen, watch, watch_all

PICTURE = 6000  # 90 kHz
GIVEN = {
    "well": "stall@99",
    "jump-ahead": "jump=3600@1",
    "jump-back": "jump=-1@1",
    "wrap": "wrap=1",
    "stall": "stall@1+1.5",
    "freeze": "freeze@1",
    "drop": "drop@1",
    "nokey": "nokey@0.5",
    "loss": "loss=0.3",
    "order": "order=0.5",
    "truncate": "truncate=0.3",
    "desync": "desync=0.2",
    "change": "change=small@1",
    "swap": "swap=small@1",
    "late": "late@1+1",
    "flap": "flap=1",
    "sdp-sprop": "sdp=sprop",
    "sdp-nosprop": "sdp=nosprop",
    "sdp-control": "sdp=control",
    "sdp-garbage": "sdp=garbage",
    "sdp-empty": "sdp=empty",
    "refuse": "refuse",
    "missing": "missing",
    "busy": "busy",
    "slow": "slow=0.3",
    "mute": "mute",
    "http": "http",
    "garbage": "garbage",
    "down": "down",
    "middle": "middle",
}


@pytest.fixture(scope="module")
def seen() -> dict[str, Seen]:
    """What a client sees in 3.5 s of each."""
    with CameraServer("tiny") as server:
        for path, fault in GIVEN.items():
            server.fault(path, fault)
        return watch_all({path: server.url(path) for path in GIVEN}, 3.5)


def test_a_camera_whose_fault_has_not_come_plays_well(seen: dict[str, Seen]) -> None:
    assert set(seen["well"].steps) == {PICTURE}
    assert seen["well"].broken == 0


def test_time_jumps_ahead(seen: dict[str, Seen]) -> None:
    assert sorted(set(seen["jump-ahead"].steps)) == [PICTURE, 3600 * 90_000 + PICTURE]


def test_time_jumps_back(seen: dict[str, Seen]) -> None:
    odd = set(seen["jump-back"].steps) - {PICTURE}
    assert {step % 2**32 for step in odd} == {(-90_000 + PICTURE) % 2**32}


def test_a_wrap_is_no_jump(seen: dict[str, Seen]) -> None:
    assert set(seen["wrap"].steps) == {PICTURE}
    assert seen["wrap"].packets > 30


def test_a_stall_is_a_silence_and_the_clock_goes_on(seen: dict[str, Seen]) -> None:
    assert seen["stall"].longest_wait_s > 1.3
    assert 20 * PICTURE < max(seen["stall"].steps) < 26 * PICTURE
    assert not seen["stall"].ended


def test_a_frozen_camera_stays_silent(seen: dict[str, Seen]) -> None:
    assert 10 < seen["freeze"].packets < 25


@pytest.mark.parametrize("path", ["drop", "swap", "flap", "desync"])
def test_the_connection_ends(seen: dict[str, Seen], path: str) -> None:
    assert seen[path].ended
    assert seen[path].packets < 50


def test_without_keyframes(seen: dict[str, Seen]) -> None:
    assert seen["nokey"].keys == 1
    assert seen["nokey"].packets > 30


@pytest.mark.parametrize("path", ["loss", "truncate"])
def test_damaged_pictures(seen: dict[str, Seen], path: str) -> None:
    well, ill = seen["well"], seen[path]
    assert ill.broken or ill.decoded < well.decoded - 3 or set(ill.steps) != {PICTURE}


def test_packets_in_a_wrong_order_still_come(seen: dict[str, Seen]) -> None:
    assert seen["order"].packets > 30


def test_size_changes_in_the_stream(seen: dict[str, Seen]) -> None:
    assert seen["change"].sizes == [(320, 180), (640, 360)]


def test_late_pictures_come_in_a_rush_with_their_own_times(seen: dict[str, Seen]) -> None:
    assert seen["late"].longest_wait_s > 0.7
    assert set(seen["late"].steps) == {PICTURE}


@pytest.mark.parametrize("path", ["sdp-sprop", "sdp-nosprop", "sdp-control", "slow"])
def test_what_clients_can_live_with(seen: dict[str, Seen], path: str) -> None:
    assert seen[path].decoded > 30
    assert seen[path].broken == 0


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("sdp-garbage", "HTTPOtherClientError"),
        ("sdp-empty", "InvalidDataError"),
        ("refuse", "HTTPUnauthorizedError"),
        ("missing", "HTTPNotFoundError"),
        ("busy", "HTTPOtherClientError"),
        ("http", "InvalidDataError"),
        ("garbage", "InvalidDataError"),
        ("down", "InvalidDataError"),
        ("mute", "InvalidDataError"),
    ],
)
def test_what_they_cannot(seen: dict[str, Seen], path: str, error: str) -> None:
    assert seen[path].error == error


def test_a_client_comes_in_the_middle_of_a_group(seen: dict[str, Seen]) -> None:
    assert seen["middle"].packets > 30
    assert seen["middle"].decoded < seen["middle"].packets


def test_after_a_swap_the_other_clip_plays() -> None:
    with CameraServer("tiny") as server:
        server.fault("cam0", "swap=tiny-hevc@0.3")
        assert watch(server.url(), 2.0).ended
        after = watch(server.url(), 1.0)
    assert after.decoded > 5
    assert after.broken == 0


def test_faults_end_when_told() -> None:
    with CameraServer("tiny") as server:
        server.fault("cam0", "missing")
        assert watch(server.url(), 0.3).error
        server.clear("cam0")
        assert watch(server.url(), 0.3).packets > 1


def test_a_flapping_camera_flaps_again_and_again() -> None:
    with CameraServer("tiny") as server:
        server.fault("cam0", Fault(Kind.FLAP, value=0.5))
        for _ in range(3):
            assert watch(server.url(), 20.0).ended


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("stall", Fault(Kind.STALL)),
        ("jump", Fault(Kind.JUMP, 3600.0)),
        ("jump=-100@5", Fault(Kind.JUMP, -100.0, after_s=5.0)),
        ("nokey@4+12", Fault(Kind.NOKEY, after_s=4.0, for_s=12.0)),
        ("change=hd", Fault(Kind.CHANGE, name="hd")),
        ("sdp", Fault(Kind.SDP, name="sprop")),
    ],
)
def test_the_language_of_faults(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


@pytest.mark.parametrize("text", ["", "bogus", "stall@", "jump=x", "stall+", "=3"])
def test_what_is_no_fault(text: str) -> None:
    with pytest.raises(ValueError, match="no fault"):
        Fault.parse(text)
