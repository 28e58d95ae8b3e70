"""The settings of the tracker: few, in seconds and box heights, one set of defaults for all."""

from pydantic import BaseModel, ConfigDict, Field


class TrackerSettings(BaseModel):
    """Settings of one tracker; the defaults serve every scene and frame rate we measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score_sure: float = Field(0.65, ge=0.0, le=1.0)
    """Score from which a detection is sure (0..1). Sure ones are matched first and in a wider
    circle. Higher: fewer mistaken matches, but jumps are lost; lower: the reverse."""

    score_new: float = Field(0.5, ge=0.0, le=1.0)
    """Score from which a detection may begin a track (0..1). Higher: fewer false tracks; things
    that the detector never sees better than this are missed."""

    score_low: float = Field(0.2, ge=0.0, le=1.0)
    """Score below which a detection is passed over (0..1). Between it and ``score_sure`` it may
    only continue a track. Lower: half-hidden things are followed longer, ghosts too."""

    confirm_hits: int = Field(3, ge=1, le=10)
    """Sightings of a high score after which a track is believed; weak ones count for less.
    Higher: fewer false tracks, short visits are lost."""

    max_age: float = Field(2.0, gt=0.0, le=30.0)
    """Seconds unseen after which a confirmed track ends. Higher: longer occlusions are bridged,
    more often to the wrong object."""

    young_age: float = Field(0.2, gt=0.0, le=30.0)
    """The same for a track not yet confirmed (s); one frame without it is always forgiven.
    Higher: rarely seen things are confirmed, and more ghosts."""

    reach: float = Field(0.75, gt=0.0, le=1.0)
    """Association cost (0 same box .. 1 apart, see ``cost.py``) up to which a sure detection is
    taken. Higher: jumps are followed, neighbours are swapped more easily."""

    reach_unsure: float = Field(0.5, gt=0.0, le=1.0)
    """The same for detections below ``score_sure``."""

    widen: float = Field(0.35, ge=0.0, le=1.0)
    """How far boxes are pushed out before they are compared, in their own width and height.
    Higher: thin and fast things still overlap at low frame rates; neighbours are confused."""

    widen_per_second: float = Field(0.33, ge=0.0, le=5.0)
    """How much more for each second unseen. Higher: lost tracks are found again farther off."""

    agility: float = Field(0.15, gt=0.0, le=10.0)
    """How fast velocity may change: box heights per second, after one second. Higher: turns are
    followed sooner; predictions through occlusions get wilder."""
