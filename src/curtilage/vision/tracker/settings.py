"""The settings of the tracker: few, in seconds and box heights, one set of defaults for all."""

from pydantic import BaseModel, ConfigDict, Field


class TrackerSettings(BaseModel):
    """Settings of one tracker; the defaults serve every scene and frame rate we measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score_high: float = Field(0.6, ge=0.0, le=1.0)
    """Score from which a detection is sure (0..1). Sure ones are matched first. Higher: fewer
    matches by mistake, more left to the second, stricter round."""

    score_low: float = Field(0.3, ge=0.0, le=1.0)
    """Score below which a detection is ignored (0..1). Lower: occluded objects are kept longer,
    but ghosts may keep a track alive."""

    score_new: float = Field(0.7, ge=0.0, le=1.0)
    """Score from which a detection may begin a track (0..1). Higher: fewer false tracks, later
    beginnings."""

    confirm_hits: int = Field(3, ge=1, le=10)
    """Sightings after which a track is believed. Higher: fewer false tracks, short ones lost."""

    max_age: float = Field(2.0, gt=0.0, le=30.0)
    """Seconds unseen after which a confirmed track ends. Higher: longer occlusions are bridged,
    more often with the wrong object."""

    young_age: float = Field(0.5, gt=0.0, le=30.0)
    """The same for a track that is not yet confirmed (s); one missed frame is always forgiven."""

    reach: float = Field(0.9, gt=0.0, le=3.0)
    """Association cost (about 1 - IoU) above which a sure detection is not taken. Higher: faster
    and jumpier objects are held, neighbours are swapped more easily."""

    reach_low: float = Field(0.6, gt=0.0, le=3.0)
    """The same for detections between ``score_low`` and ``score_high``."""

    agility: float = Field(0.1, gt=0.0, le=10.0)
    """How fast velocity may change, box heights per second per root second. Higher: turns and
    camera movements are followed sooner, predictions through occlusions get noisier."""
