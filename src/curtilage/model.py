"""The words that every part shares: packets, frames, detections, tracks, events. No logic, no I/O.

Coordinates are fractions of the frame, origin top left, x to the right, y down. Boxes are
``x0 y0 x1 y1``. Times are seconds as ``float`` inside the analytics (from the start of the
footage, or UTC seconds for a live camera); whoever speaks to the outside adds the epoch. Packets
and recordings count UTC nanoseconds as ``int`` (names end in ``_ns``).
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


class VideoCodec(StrEnum):
    """What a camera's picture is encoded with."""

    H264 = "h264"
    HEVC = "hevc"
    MJPEG = "mjpeg"


class AudioCodec(StrEnum):
    """What sound is encoded with, where the owner asked for sound."""

    AAC = "aac"
    PCM_MULAW = "pcm_mulaw"  # G.711 mu-law
    PCM_ALAW = "pcm_alaw"  # G.711 A-law


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a decoder must know before the first picture."""

    codec: VideoCodec
    width: int  # pixels, as coded in the parameter sets
    height: int
    config: bytes  # avcC or hvcC record (ISO/IEC 14496-15, without box header); empty for MJPEG


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a decoder must know before the first sound."""

    codec: AudioCodec
    rate: int  # samples per second
    channels: int
    config: bytes  # AudioSpecificConfig (ISO/IEC 14496-3) of AAC; empty for G.711


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What one stream of a camera carries, from one change of parameters to the next."""

    video: VideoInfo
    audio: AudioInfo | None = None  # None unless the owner asked for sound, with a purpose


class Medium(StrEnum):
    """Which of a stream's two tracks a packet belongs to."""

    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class Packet:
    """One encoded picture (access unit) or piece of sound, as the camera sent it.

    H.264 and H.265 come as NAL units, each after its length in four bytes (the form in ISO
    files and for decoders that were given the ``config``); parameter sets are in the ``config``,
    not in the data.
    """

    medium: Medium
    dts_ns: int  # UTC of the decoding time; grows within a session, also when clocks step back
    pts_ns: int  # UTC of the presentation; differs from ``dts_ns`` only with B-frames
    duration_ns: int  # nominal, 0 when unknown
    key: bool  # a decoder can begin here
    data: bytes


class GapReason(StrEnum):
    """Why nothing was recorded. Every second of a camera is recorded or has one of these."""

    UNREACHABLE = "camera unreachable"
    REFUSED = "camera refused us"  # wrong password, no such stream
    UNSUPPORTED = "format not supported"
    NO_KEYFRAME = "no keyframe"
    STALLED = "stalled"
    RESTARTING = "we were restarting"
    DISK_FULL = "disk full"
    DISK_FAILED = "disk failed"  # also: missing, read-only
    CLOCK_STEP = "clock step"
    DISABLED = "disabled by owner"
    EXPIRED = "retention ended"  # was recorded, and deleted as the owner set
    DAMAGED = "file damaged"  # was recorded; fsck moved it aside
    INDEX_LOST = "index lost"  # not recorded; why not stood in an index that was damaged


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
