"""What the gate demands of a camera, from its first packet to years."""

import pytest

from curtilage.vision.gate import Demand, Gate, GateState, Reason
from tests.vision.gate.simulated import LIT, MOVING, STILL, Camera, known_gate


def test_it_begins_with_a_check_and_watches_pixels() -> None:
    camera, gate = Camera(), Gate("auto", separate_motion_stream=False)
    assert gate.packet(camera.time, 9000, key=True) is Demand.CHECK
    assert camera.run(gate, 5.0) is Demand.MOTION
    assert gate.report.reason is Reason.START
    assert camera.run(gate, 10.0) is Demand.MOTION
    assert gate.report.mode == "pixels"
    assert camera.run(gate, 0.2, moving=True) is Demand.ANALYSE


def test_where_sizes_tell_it_learns_to_sleep_on_them() -> None:
    camera = Camera()
    gate = known_gate(camera)
    report = gate.report
    assert report.mode == "sizes"
    assert report.state is GateState.ASLEEP
    assert report.separation.caught == report.separation.arrivals == 5
    assert 0.5 < report.separation.recall_lower < 1.0
    begun = camera.time
    camera.run(gate, 600.0)
    assert camera.share(Demand.NOTHING, begun) > 0.95


def test_constant_bit_rate_stays_with_pixels_and_says_so() -> None:
    camera = Camera(rise=0.0)
    gate = known_gate(camera, visits=8)
    assert gate.report.mode == "pixels"
    assert "only 0 of the last 8" in gate.report.why_mode
    assert gate.demand is Demand.MOTION
    assert camera.share(Demand.NOTHING, 0.0) == 0.0


def test_a_rise_that_rate_control_takes_back_is_no_proof() -> None:
    camera, gate = Camera(), Gate("auto", separate_motion_stream=False)
    for _ in range(8):
        camera.run(gate, 52.0)
        camera.run(gate, 0.3, moving=True)  # caught at once,
        camera.run(gate, 7.7, moving=True, rise=0.0)  # but the bits do not stay
    assert gate.report.separation.caught >= 7
    assert gate.report.mode == "pixels"


def test_asleep_an_arrival_wakes_it_with_its_first_packets() -> None:
    camera = Camera()
    gate = known_gate(camera)
    assert camera.run(gate, 2.01 / camera.fps, moving=True) is Demand.ANALYSE
    assert gate.back_ns >= 1_000_000_000


def test_who_creeps_in_is_noticed_and_decoded_from_the_beginning() -> None:
    camera = Camera(noise=60.0)
    gate = known_gate(camera)
    begun = camera.time
    for _ in range(60):
        if gate.packet(*_slightly_larger(camera)) is Demand.ANALYSE:
            break
    assert gate.demand is Demand.ANALYSE
    assert camera.time - gate.back_ns * 1e-9 <= begun


def _slightly_larger(camera: Camera) -> tuple[float, int, bool]:
    camera.time += 1.0 / camera.fps
    return camera.time, int(camera.rng.normal(camera.quiet + 120.0, camera.noise)), False


def test_a_size_above_all_wakes_it_at_once() -> None:
    camera = Camera()
    gate = known_gate(camera)
    assert gate.packet(camera.time + 0.07, 100_000, False) is Demand.ANALYSE
    assert gate.report.reason is Reason.SIZES


def test_it_falls_asleep_when_nothing_moves_and_not_before() -> None:
    camera = Camera()
    gate = known_gate(camera)
    camera.run(gate, 8.0, moving=True)
    assert camera.run(gate, 2.5) is Demand.ANALYSE
    assert camera.run(gate, 3.0) is Demand.NOTHING


def test_a_moving_track_keeps_it_awake_without_pixel_motion() -> None:
    camera = Camera()
    gate = known_gate(camera)
    camera.run(gate, 2.0, moving=True)
    for _ in range(100):
        camera.time += 0.1
        gate.packet(camera.time, 300, False)
        gate.moved(camera.time, STILL)
        assert gate.tracked(camera.time, 1, 0) is Demand.ANALYSE


def test_who_stands_still_is_held_and_checked_ever_more_rarely() -> None:
    camera = Camera()
    gate = known_gate(camera)
    camera.run(gate, 5.0, moving=True)
    camera.still, camera.checks = 1, 0
    camera.run(gate, 60.0)
    assert gate.report.state is GateState.HOLDING
    first = camera.checks
    camera.run(gate, 1200.0)
    assert 3 <= first <= 6
    assert 15 <= camera.checks - first <= 30


def test_who_stood_still_for_minutes_wakes_it_as_an_arrival_does() -> None:
    camera = Camera()
    gate = known_gate(camera)
    camera.run(gate, 5.0, moving=True)
    camera.still, camera.quiet = 1, 360.0  # breathing costs bits
    camera.run(gate, 300.0)
    assert gate.report.state is GateState.HOLDING
    assert camera.run(gate, 2.01 / camera.fps, moving=True) is Demand.ANALYSE


def test_a_check_that_fails_wakes_it() -> None:
    camera = Camera(found_all=False)
    gate = known_gate(camera)
    camera.run(gate, 5.0, moving=True)
    camera.still = 1
    camera.run(gate, 20.0)
    assert gate.report.reason is Reason.CHECK or any(
        demand is Demand.ANALYSE for time, demand in camera.demands if time > camera.time - 8.0
    )


def test_who_went_unnoticed_costs_the_trust() -> None:
    camera = Camera()
    gate = known_gate(camera)
    camera.run(gate, 5.0, moving=True)
    camera.still = 1
    camera.run(gate, 6.0)
    assert gate.report.state is GateState.HOLDING
    gate.checked(camera.time, found_all=False)
    camera.still = 0
    camera.run(gate, 10.0)
    assert gate.report.mode == "pixels"


def test_an_arrival_that_sizes_miss_takes_the_trust_at_once() -> None:
    camera = Camera()
    gate = known_gate(camera)
    begun = camera.time
    while camera.run(gate, 1.0) is not Demand.MOTION:  # a scheduled look
        assert camera.time < begun + 1000.0
    assert gate.report.reason is Reason.TURN
    camera.run(gate, 8.0, moving=True, rise=0.0)
    assert gate.report.mode == "pixels"
    camera.run(gate, 30.0)
    assert gate.demand is Demand.MOTION


def test_noise_that_grows_takes_the_trust_before_anybody_is_missed() -> None:
    camera = Camera()
    gate = known_gate(camera)
    for noise in (60.0, 120.0, 240.0, 480.0, 900.0):
        camera.noise = noise
        camera.quiet += noise
        camera.run(gate, 120.0)
    assert gate.report.mode == "pixels"
    assert gate.report.separation.caught == gate.report.separation.arrivals


def test_scheduled_looks_stay_within_their_budget() -> None:
    camera = Camera()
    gate = known_gate(camera)
    begun = camera.time
    camera.run(gate, 3600.0)
    assert 0.002 < camera.share(Demand.MOTION, begun) < 0.024


def test_forced_modes() -> None:
    camera = Camera()
    assert camera.run(Gate("always", separate_motion_stream=False), 60.0) is Demand.ANALYSE
    pixels = Gate("pixels", separate_motion_stream=True)
    camera.visits(pixels, 5)
    assert pixels.demand is Demand.MOTION
    sizes = Gate("sizes", separate_motion_stream=True)
    camera.run(sizes, 60.0)
    assert sizes.demand is Demand.NOTHING


def test_a_change_of_light_wakes_it_and_is_no_arrival() -> None:
    camera = Camera()
    gate = Gate("auto", separate_motion_stream=False)
    camera.run(gate, 30.0)
    before = gate.report.separation.arrivals
    camera.time += 0.1
    gate.packet(camera.time, 300, False)
    assert gate.moved(camera.time, LIT) is Demand.ANALYSE
    assert gate.report.reason is Reason.LIGHT
    camera.run(gate, 20.0)
    assert gate.report.separation.arrivals == before


def test_packets_of_the_small_stream_do_not_disturb() -> None:
    camera = Camera()
    gate = known_gate(camera)
    assert gate.packet(camera.time, 10**7, True, of_motion_stream=True) is Demand.NOTHING


@pytest.mark.parametrize("gap", [3.0, 60.0, 86_400.0])
def test_after_a_gap_it_looks(gap: float) -> None:
    camera = Camera()
    gate = known_gate(camera)
    assert gate.packet(camera.time + gap, 300, False) in (Demand.MOTION, Demand.ANALYSE)


def test_a_clock_set_back_is_a_new_beginning() -> None:
    camera = Camera()
    gate = known_gate(camera)
    assert gate.packet(camera.time - 3600.0, 300, True) is Demand.CHECK  # who is there?
    assert gate.demand is Demand.MOTION
    camera.time -= 3600.0
    assert camera.run(gate, 60.0) is Demand.NOTHING


def test_without_keyframes_it_does_not_sleep() -> None:
    camera = Camera(gop=10**9)
    gate = known_gate(camera, visits=5)
    assert gate.demand is Demand.MOTION
    assert gate.report.mode == "sizes"
    assert gate.report.reason is Reason.NO_KEYFRAMES


def test_motion_told_before_the_first_packet_is_passed_over() -> None:
    gate = Gate("auto", separate_motion_stream=False)
    assert gate.moved(5.0, MOVING) is Demand.ANALYSE
    assert gate.tracked(5.0, 1, 0) is Demand.ANALYSE
    assert gate.report.state is GateState.AWAKE


def test_who_left_before_it_began_to_watch_does_not_wake_it() -> None:
    camera, gate = Camera(gop=150), Gate("auto", separate_motion_stream=True)
    camera.run(gate, 20.0)
    camera.run(gate, 3.0, moving=True)
    assert camera.run(gate, 4.0) is Demand.MOTION
    assert gate.moved(camera.time - 5.0, MOVING) is Demand.MOTION  # since the last keyframe
