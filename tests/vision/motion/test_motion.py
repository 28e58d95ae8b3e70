"""What is motion and what is noise, light or a thing that stands."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from curtilage.vision.motion import Motion, MotionDetector

Gray = npt.NDArray[np.uint8]
STEP = 0.2  # s


class Room:
    """A textured room with sensor noise, 320 x 180."""

    def __init__(self, noise: float = 3.0) -> None:
        self.rng = np.random.default_rng(3)
        coarse = self.rng.integers(60, 200, (9, 16)).astype(np.uint8)
        self.base = cv2.resize(coarse, (320, 180), interpolation=cv2.INTER_CUBIC).astype(float)
        self.noise, self.time = noise, 0.0
        self.detector = MotionDetector()

    def picture(self, gain: float = 1.0, box: tuple[int, int, int, int] | None = None) -> Gray:
        out = self.base * gain
        if box is not None:
            x0, y0, x1, y1 = box
            out[y0:y1, x0:x1] = 20.0
        noisy = out + self.rng.normal(0.0, self.noise, out.shape)
        return np.asarray(np.clip(noisy, 0, 255), np.uint8)

    def see(self, picture: Gray) -> Motion:
        self.time += STEP
        return self.detector.update(picture, self.time)

    def rest(self, seconds: float) -> list[Motion]:
        return [self.see(self.picture()) for _ in range(round(seconds / STEP))]


@pytest.mark.parametrize("noise", [0.0, 2.0, 6.0, 14.0])
def test_noise_is_no_motion(noise: float) -> None:
    room = Room(noise)
    room.rest(30.0)  # learns it
    assert not any(motion.moving for motion in room.rest(20.0))


def test_a_person_is_seen_within_two_pictures_where_they_are() -> None:
    room = Room()
    room.rest(5.0)
    found = [room.see(room.picture(box=(100 + 6 * i, 60, 120 + 6 * i, 120))) for i in range(2)]
    assert found[-1].moving
    x0, y0, x1, y1 = found[-1].regions[0]
    assert x0 <= 106 / 320 < 126 / 320 <= x1
    assert y0 <= 61 / 180 < 119 / 180 <= y1
    assert found[-1].fraction == pytest.approx(20 * 60 / (320 * 180), rel=0.7)


def test_somebody_small_and_far_is_seen() -> None:
    room = Room()
    room.rest(5.0)
    found = [room.see(room.picture(box=(100 + 2 * i, 60, 105 + 2 * i, 72))) for i in range(5)]
    assert found[-1].moving


def test_somebody_slow_is_seen() -> None:
    room = Room()
    room.rest(5.0)
    found = [room.see(room.picture(box=(0, 60, 2 + i // 5, 150))) for i in range(50)]
    assert sum(motion.moving for motion in found[20:]) > 20


def test_who_stops_is_no_motion_any_more_and_is_again_when_walking_on() -> None:
    room = Room()
    room.rest(5.0)
    stays = [room.see(room.picture(box=(100, 60, 130, 150))) for _ in range(100)]
    assert stays[1].moving
    assert not any(motion.moving for motion in stays[60:])
    walks = [room.see(room.picture(box=(104 + 4 * i, 60, 134 + 4 * i, 150))) for i in range(3)]
    assert walks[-1].moving


def test_exposure_that_drifts_is_no_motion() -> None:
    room = Room()
    room.rest(5.0)
    found = [room.see(room.picture(gain=1.0 + 0.002 * i)) for i in range(100)]
    assert not any(motion.moving for motion in found)


def test_a_light_switched_on_is_told_apart_and_soon_over() -> None:
    room = Room()
    room.base *= np.linspace(0.3, 0.9, 320)[None, :]
    room.rest(5.0)
    shape = np.linspace(2.4, 1.0, 320)[None, :]  # brighter on the lamp's side
    room.base = np.clip(room.base * shape, 0, 255)
    first = room.see(room.picture())
    assert first.moving
    assert first.light
    room.rest(1.4)
    assert not any(motion.moving for motion in room.rest(3.0))


def test_what_flickers_all_the_time_is_learned() -> None:
    room = Room()
    calm = []
    for _ in range(1500):
        picture = room.picture()
        picture[20:60, 200:260] = (
            room.rng.integers(60, 160, (5, 8)).repeat(8, 0).repeat(8, 1)[:40, :60]
        )
        calm.append(room.see(picture).moving)
    assert sum(calm[:50]) > 25
    assert sum(calm[-250:]) < 25
    found = [room.see(room.picture(box=(60 + 5 * i, 60, 80 + 5 * i, 120))) for i in range(3)]
    assert found[-1].moving


def test_after_a_gap_and_with_another_size_the_picture_is_the_background() -> None:
    room = Room()
    room.rest(5.0)
    room.time += 60.0
    assert not room.see(room.picture(box=(50, 50, 150, 150))).moving
    smaller: Gray = room.picture()[:90, :160]
    assert not room.see(smaller).moving
    room.time -= 100.0
    assert not room.see(smaller).moving


def test_a_time_that_repeats_teaches_nothing() -> None:
    room = Room()
    room.rest(5.0)
    before = room.detector.state()["motion_noise"]
    room.detector.update(room.picture(), room.time)
    np.testing.assert_array_equal(room.detector.state()["motion_noise"], before)


def test_noise_is_kept_over_a_restart() -> None:
    room = Room(14.0)
    room.rest(60.0)
    saved = room.detector.state()
    room.detector = MotionDetector()
    room.detector.restore(saved)
    assert not any(motion.moving for motion in room.rest(5.0))
    with pytest.raises(ValueError, match="motion_noise"):
        room.detector.restore({"motion_noise": np.zeros(3)})


def test_odd_sizes() -> None:
    detector = MotionDetector()
    picture = np.zeros((61, 83), np.uint8)
    for i in range(5):
        motion = detector.update(picture, i * 0.2)
    picture[10:30, 40:60] = 255
    detector.update(picture, 1.0)
    motion = detector.update(picture, 1.2)
    assert motion.moving
    assert motion.cells.shape == (8, 11)
