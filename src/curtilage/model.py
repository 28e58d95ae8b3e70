"""The words that every part shares: frames, detections, tracks, events. No logic, no I/O.

Coordinates are fractions of the frame, origin top left, x to the right, y down. Boxes are
``x0 y0 x1 y1``. Times are seconds as ``float`` inside the analytics (from the start of the
footage, or UTC seconds for a live camera); whoever speaks to the outside adds the epoch.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Boxes: TypeAlias = npt.NDArray[np.float32]  # [N, 4]: x0 y0 x1 y1, 0..1
Points: TypeAlias = npt.NDArray[np.float64]  # [N, 2]: x y
Floats: TypeAlias = npt.NDArray[np.float32]  # [N]
Times: TypeAlias = npt.NDArray[np.float64]  # [N], seconds
Ids: TypeAlias = npt.NDArray[np.int64]  # [N]
Classes: TypeAlias = npt.NDArray[np.int16]  # [N]: index into LABELS
Counts: TypeAlias = npt.NDArray[np.int32]  # [N]
Mask: TypeAlias = npt.NDArray[np.bool_]  # [N]
Image: TypeAlias = npt.NDArray[np.uint8]  # [H, W, 3], BGR

LABELS: tuple[str, ...] = (
    "person",
    "bicycle",
    "car",
    "motorcycle",
    "bus",
    "truck",
    "dog",
    "cat",
    "bird",
    "horse",
    "sheep",
    "cow",
    "bear",
    "backpack",
    "handbag",
    "suitcase",
)
"""The closed vocabulary: everything that Curtilage can ever call a thing it sees."""

CLASS_ID: dict[str, int] = {label: i for i, label in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture."""

    time: float  # s, from the start of the footage
    index: int  # number of the frame in decoding order, 0 first
    image: Image


@dataclass(frozen=True, slots=True)
class Detections:
    """What a detector saw in one frame, struct of arrays."""

    boxes: Boxes  # [N, 4]
    score: Floats  # [N], 0..1
    class_id: Classes  # [N]

    def __len__(self) -> int:
        return len(self.score)

    @classmethod
    def empty(cls) -> "Detections":
        """No detection."""
        return cls(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.int16))


@dataclass(frozen=True, slots=True)
class Tracks:
    """All living tracks of one camera at one moment, struct of arrays.

    A track is *seen* when ``unseen == 0``; otherwise its box is a prediction (coasting).
    Young tracks (``hits`` below the number that confirms) are included: rules wait for the
    confirmation and then replay what they have seen.
    """

    id: Ids  # [N], unique for the life of the tracker, never reused
    box: Boxes  # [N, 4]
    class_id: Classes  # [N], voted over the life of the track
    score: Floats  # [N], of the last detection, 0..1
    hits: Counts  # [N], sightings so far, 1 at birth
    age: Floats  # [N], s since the first sighting
    unseen: Floats  # [N], s since the last sighting, 0 when seen now
    velocity: Floats  # [N, 2], of the foot point, frame widths and heights per second

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def empty(cls) -> "Tracks":
        """No track."""
        return cls(
            np.empty(0, np.int64),
            np.empty((0, 4), np.float32),
            np.empty(0, np.int16),
            np.empty(0, np.float32),
            np.empty(0, np.int32),
            np.empty(0, np.float32),
            np.empty(0, np.float32),
            np.empty((0, 2), np.float32),
        )


class Kind(StrEnum):
    """Event topics, in the words of ONVIF's rule engine (Analytics Service Specification)."""

    LINE_CROSSED = "tns1:RuleEngine/LineDetector/Crossed"
    COUNTER = "tns1:RuleEngine/CountAggregation/Counter"
    OBJECTS_INSIDE = "tns1:RuleEngine/FieldDetector/ObjectsInside"
    LOITERING = "tns1:RuleEngine/LoiteringDetector/ObjectIsLoitering"
    GATHERING = "tns1:RuleEngine/CrowdDetector/Gathering"
    OCCUPANCY = "tns1:RuleEngine/CountAggregation/Occupancy"
    DWELL = "tns1:RuleEngine/FieldDetector/Dwell"
    PATH = "tns1:RuleEngine/FieldDetector/Path"


class Phase(StrEnum):
    """Where an event stands in its life."""

    START = "start"
    END = "end"
    INSTANT = "instant"


class Direction(StrEnum):
    """Of a crossing: A is the left side going from the first point to the last, as seen."""

    A_TO_B = "a_to_b"
    B_TO_A = "b_to_a"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a rule noticed. ``details`` holds what is special to the rule's type."""

    time: float  # s, when it happened (not when it was noticed)
    rule: str  # id of the rule
    kind: Kind
    phase: Phase
    direction: Direction | None = None
    track: int | None = None  # never set by rules about crowds
    label: str | None = None
    duration: float | None = None  # s, at the end of a presence
    box: tuple[float, float, float, float] | None = None  # x0 y0 x1 y1, 0..1, for the snapshot
    details: dict[str, Any] = field(default_factory=dict)
