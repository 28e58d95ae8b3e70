"""Detections from any model into Curtilage, and tracks back out: NumPy arrays, supervision.

Others count in pixels; here boxes are fractions of the frame, so each function takes the size of
the picture. Labels outside the closed vocabulary (``curtilage.model.LABELS``) are dropped.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from curtilage.model import CLASS_ID, LABELS, Detections, Tracks

if TYPE_CHECKING:
    import supervision as sv

Size = tuple[int, int]  # width, height in pixels


def from_pixels(
    boxes: npt.ArrayLike,
    scores: npt.ArrayLike,
    size: Size,
    labels: Sequence[str] | None = None,
) -> Detections:
    """Detections from boxes in pixels.

    Args:
        boxes: ``[N, 4]`` x0 y0 x1 y1, pixels; parts outside the frame are cut off.
        scores: ``[N]``, 0..1.
        size: width and height of the picture, pixels.
        labels: ``[N]`` names; all are persons if left out.

    Raises:
        ValueError: shapes that do not fit, numbers that are not finite, a size that is no size.
    """
    width, height = size
    if width <= 0 or height <= 0:
        raise ValueError(f"size must be width and height in pixels, not {size}")
    box = np.asarray(boxes, np.float32).reshape(-1, 4) if np.size(boxes) else np.empty((0, 4))
    score = np.asarray(scores, np.float32).reshape(-1)
    names = [LABELS[0]] * len(box) if labels is None else list(labels)
    if not len(box) == len(score) == len(names):
        raise ValueError(
            f"{len(box)} boxes, {len(score)} scores and {len(names)} labels: each box needs one"
        )
    if not (np.isfinite(box).all() and np.isfinite(score).all()):
        raise ValueError("boxes and scores must be finite numbers")
    class_id = np.array([CLASS_ID.get(name, -1) for name in names], np.int16)
    scale = np.array([width, height, width, height], np.float32)
    inside = np.clip(box / scale, 0.0, 1.0).astype(np.float32)
    solid = (inside[:, 2] > inside[:, 0]) & (inside[:, 3] > inside[:, 1])
    keep = (class_id >= 0) & solid
    return Detections(inside[keep], np.clip(score[keep], 0.0, 1.0), class_id[keep])


def from_supervision(detections: "sv.Detections", size: Size) -> Detections:
    """Detections from ``supervision.Detections``.

    Labels are taken from ``detections.data["class_name"]`` where the model gave names; without
    names everything is a person, so filter by your model's class numbers before.

    Raises:
        ValueError: as ``from_pixels``.
    """
    count = len(detections)
    confidence = detections.confidence
    names = detections.data.get("class_name")
    return from_pixels(
        detections.xyxy,
        np.ones(count, np.float32) if confidence is None else confidence,
        size,
        None if names is None else [str(name) for name in names],
    )


def to_supervision(tracks: Tracks, size: Size) -> "sv.Detections":
    """The tracks seen now as ``supervision.Detections``, for its annotators.

    Raises:
        ImportError: supervision is not installed.
    """
    import supervision as sv

    seen = tracks.unseen == 0
    scale = np.array([*size, *size], np.float32)
    class_id = tracks.class_id[seen].astype(int)
    return sv.Detections(
        xyxy=tracks.box[seen] * scale,
        confidence=tracks.score[seen],
        class_id=class_id,
        tracker_id=tracks.id[seen].astype(int),
        data={"class_name": cast(Any, np.array([LABELS[i] for i in class_id]))},
    )
