"""What the rules of a camera were told at a moment, and its way into the log of sightings.

The rules see boxes and scores as the log keeps them, so whoever tells other rules what was kept
(``analysis.trial``) tells them the same, bit by bit.
"""

from dataclasses import dataclass, replace
from typing import Final

from curtilage.model import Mask, Tracks
from curtilage.store.found.observations.log import ObservationLog, kept_box, kept_score

SLACK_S: Final = 1e-3  # times in single precision


@dataclass(frozen=True, slots=True)
class Look:
    """One moment of a camera's scene."""

    time_ns: int  # UTC
    before_ns: int | None  # of the look before; None: the first
    aspect: float  # width / height of the picture
    tracks: Tracks
    still: bool  # it was known that nothing had moved since the look before


def as_kept(tracks: Tracks) -> Tracks:
    """Tracks with boxes and scores as they are kept."""
    return replace(tracks, box=kept_box(tracks.box), score=kept_score(tracks.score))


def keep(log: ObservationLog, camera: str, look: Look) -> None:
    """Append a look. Of hidden tracks only that they became it: rules ask for nothing else."""
    tracks = look.tracks
    told = tracks.unseen == 0
    if look.before_ns is None:
        told[:] = True
    else:
        told |= tracks.unseen <= (look.time_ns - look.before_ns) * 1e-9 + SLACK_S
    if not told.all():
        tracks = _some(tracks, told)
    log.append_look(camera, look.time_ns, look.aspect, tracks, still=look.still)


def _some(tracks: Tracks, told: Mask) -> Tracks:
    return Tracks(
        tracks.id[told],
        tracks.box[told],
        tracks.class_id[told],
        tracks.score[told],
        tracks.hits[told],
        tracks.age[told],
        tracks.unseen[told],
        tracks.velocity[told],
    )
