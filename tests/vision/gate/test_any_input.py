"""Whatever cameras send: the gate neither raises nor sleeps for ever, and survives a restart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curtilage.vision.gate import Demand, Gate, Mode
from tests.vision.gate.simulated import LIT, MOVING, STILL, Camera, known_gate

STEPS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.0, 0.04, 0.066, 0.2, 1.0, 3.0, 90.0, 1e6, -0.02, -5.0, -1e6]),
        st.integers(-5, 10**7),
        st.booleans(),
        st.sampled_from(["none", "still", "moving", "light", "tracks", "found", "lost", "small"]),
    ),
    max_size=150,
)
MODES = st.sampled_from(["auto", "sizes", "pixels", "always"])


def drive(gate: Gate, steps: list[tuple[float, int, bool, str]], time: float) -> list[Demand]:
    """Every answer of the gate."""
    answers = []
    for passed, size, key, told in steps:
        time += passed
        answers.append(gate.packet(time, size, key, of_motion_stream=told == "small"))
        if told in ("still", "moving", "light"):
            motion = {"still": STILL, "moving": MOVING, "light": LIT}[told]
            answers.append(gate.moved(time, motion))
        elif told == "tracks":
            answers.append(gate.tracked(time, size % 2, size % 3))
        elif told in ("found", "lost"):
            answers.append(gate.checked(time, told == "found"))
    return answers


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, mode=MODES, small=st.booleans())
def test_no_input_makes_it_raise(
    steps: list[tuple[float, int, bool, str]], mode: Mode, small: bool
) -> None:
    gate = Gate(mode, small)
    drive(gate, steps, 1e6)
    assert gate.demand is not Demand.CHECK
    assert gate.back_ns >= 0
    report = gate.report
    assert 0.0 <= report.separation.recall_lower <= 1.0
    assert report.share_asleep + report.share_watching + report.share_awake <= 1.0 + 1e-9


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_after_anything_it_still_wakes_up(steps: list[tuple[float, int, bool, str]]) -> None:
    camera = Camera()
    gate = known_gate(camera, visits=3)
    drive(gate, steps, camera.time)
    camera.time += 2e7  # the times of the steps may have gone as far
    camera.run(gate, 30.0)
    assert gate.packet(camera.time + 0.07, 10**8, False) is Demand.ANALYSE or (
        gate.demand is Demand.MOTION and gate.moved(camera.time, MOVING) is Demand.ANALYSE
    )


@settings(max_examples=25, deadline=None)
@given(steps=STEPS, more=STEPS)
def test_saved_and_restored_it_goes_on_bit_by_bit(
    steps: list[tuple[float, int, bool, str]], more: list[tuple[float, int, bool, str]]
) -> None:
    camera = Camera()
    gate = known_gate(camera, visits=1)
    drive(gate, steps, camera.time)
    other = Gate("auto", separate_motion_stream=False, saved=gate.state())
    assert drive(gate, more, camera.time) == drive(other, more, camera.time)
    for name, array in gate.state().items():
        np.testing.assert_array_equal(array, other.state()[name], err_msg=name)


def test_a_clock_that_stands_wakes_it() -> None:
    camera = Camera()
    gate = known_gate(camera)
    for _ in range(60):
        gate.packet(camera.time, 300, False)
    assert gate.demand is not Demand.NOTHING


def test_times_that_are_no_numbers_are_passed_over() -> None:
    camera = Camera()
    gate = known_gate(camera)
    gate.packet(float("nan"), 300, False)
    gate.packet(float("inf"), 300, True)
    gate.moved(float("nan"), STILL)
    camera.run(gate, 10.0)
    assert camera.run(gate, 0.2, moving=True) is Demand.ANALYSE


@pytest.mark.parametrize("name", ["gate_life", "gate_sizes", "gate_watch", "gate_arrivals"])
def test_a_state_that_is_none_is_refused(name: str) -> None:
    saved = Gate("auto", separate_motion_stream=False).state()
    with pytest.raises(ValueError, match="gate"):
        Gate("auto", False, {**saved, name: np.zeros(3)})
    del saved[name]
    with pytest.raises(KeyError):
        Gate("auto", False, saved)
