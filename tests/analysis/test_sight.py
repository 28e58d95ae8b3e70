"""Which pictures of a camera are looked at, wherever its decoding begins."""

from collections.abc import Iterable

import pytest

from curtilage.analysis.frames.sight import Aim, Job, Sight
from curtilage.model import Packet, VideoInfo
from tests.analysis.blocks import FPS, film
from tests.analysis.recordings import BEGIN_NS, SECOND_NS, packets

GOP = 16  # no multiple of the three frames between pictures that are looked at


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> tuple[VideoInfo, list[Packet]]:
    """12 s in which nobody comes."""
    return packets(film(tmp_path_factory.mktemp("yard") / "yard.mp4", 12.0, gop=GOP))


def looked_at(
    stream: tuple[VideoInfo, list[Packet]], courses: Iterable[tuple[Aim, int, int]]
) -> list[list[int]]:
    """Numbers of the frames that each course takes; of an aim, from one frame up to another."""
    info, pictures = stream
    sight = Sight(5.0, lambda width, height: (width, height), measure_motion=False)
    taken = []
    for aim, first, end in courses:
        taken.append(
            [
                round((sample.time_ns - BEGIN_NS) * FPS / SECOND_NS)
                for number in range(first, end)
                for sample in sight.look(
                    Job(aim, pictures[number], info, first=number == first), 0, False
                )
            ]
        )
    return taken


def test_a_camera_that_wakes_up_looks_at_the_pictures_that_it_would_have_looked_at(
    stream: tuple[VideoInfo, list[Packet]],
) -> None:
    # whom the detector sees in every other picture is found or not by the rhythm alone
    (always,) = looked_at(stream, [(Aim.ANALYSE, 0, 180)])
    assert always == list(range(0, 180, 3))
    gated = [(Aim.MOTION, 0, 32), (Aim.ANALYSE, 32, 70), (Aim.ANALYSE, 80, 150)]
    _, first, second = looked_at(stream, gated)
    # the keyframe itself may be one more, as its neighbour would be
    assert [frame for frame in first if frame != 32] == list(range(33, 70, 3))
    assert [frame for frame in second if frame != 80] == list(range(81, 150, 3))


def test_a_rhythm_goes_on_after_the_clock_was_set_back(
    stream: tuple[VideoInfo, list[Packet]],
) -> None:
    first, second = looked_at(stream, [(Aim.ANALYSE, 96, 180), (Aim.ANALYSE, 0, 60)])
    assert first == list(range(96, 180, 3))
    assert second == list(range(0, 60, 3))
