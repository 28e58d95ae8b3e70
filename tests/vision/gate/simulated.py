"""A camera without pictures: packet sizes and what pixels would say, to try the gate on."""

from dataclasses import dataclass, field

import numpy as np

from curtilage.vision.gate import Demand, Gate
from curtilage.vision.motion import Motion

EMPTY = np.empty((0, 4), np.float32)
CELLS = np.zeros((2, 2), np.bool_)
STILL = Motion(0.0, False, False, EMPTY, CELLS)
MOVING = Motion(0.02, True, False, EMPTY, CELLS)
LIT = Motion(1.0, True, True, EMPTY, CELLS)


@dataclass(slots=True)
class Camera:
    """Constant quality: predicted pictures of ``quiet`` bytes, larger by ``rise`` in visits."""

    fps: float = 15.0
    gop: int = 30
    quiet: float = 300.0
    noise: float = 30.0
    rise: float = 3000.0
    seed: int = 1
    time: float = 1_000_000.0
    number: int = 0
    demands: list[tuple[float, Demand]] = field(default_factory=list)
    checks: int = 0
    still: int = 0
    found_all: bool = True
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)

    def run(self, gate: Gate, seconds: float, moving: bool = False, rise: float = -1.0) -> Demand:
        """So many seconds of the camera, obeying the gate; what is demanded in the end."""
        demand = gate.demand
        more = (self.rise if rise < 0 else rise) if moving else 0.0
        for _ in range(round(seconds * self.fps)):
            self.time += 1.0 / self.fps
            key = self.number % self.gop == 0
            self.number += 1
            size = int(max(self.rng.normal(self.quiet + more, self.noise), 1))
            demand = gate.packet(self.time, 9000 if key else size, key)
            if demand is Demand.CHECK:
                self.checks += 1
                demand = gate.checked(self.time, self.found_all)
            if demand in (Demand.MOTION, Demand.ANALYSE):
                demand = gate.moved(self.time, MOVING if moving else STILL)
            if demand is Demand.ANALYSE:
                demand = gate.tracked(self.time, int(moving), 0 if moving else self.still)
            self.demands.append((self.time, demand))
        return demand

    def visits(self, gate: Gate, count: int, rise: float = -1.0) -> None:
        """Quiet minutes with somebody for eight seconds in each."""
        for _ in range(count):
            self.run(gate, 52.0)
            self.run(gate, 8.0, moving=True, rise=rise)
        self.run(gate, 30.0)

    def share(self, demand: Demand, since: float) -> float:
        """Of the packets since ``since`` (s)."""
        lately = [found for time, found in self.demands if time >= since]
        return lately.count(demand) / len(lately)


def known_gate(camera: Camera, visits: int = 5) -> Gate:
    """A gate that has learned that this camera's sizes tell."""
    gate = Gate("auto", separate_motion_stream=False)
    camera.visits(gate, visits)
    return gate
