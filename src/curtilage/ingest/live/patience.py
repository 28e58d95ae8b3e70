"""How long a live source waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits in seconds. The defaults keep the promises of the recorder; tests shorten them."""

    open_s: float = 10.0  # for a camera to answer and to describe itself
    stall_s: float = 4.0  # without a picture: the connection is given up
    keyframe_s: float = 10.0  # without a keyframe, or three times the longest distance seen
    retry_first_s: float = 1.0  # before the second attempt; doubles with each failure
    retry_most_s: float = 30.0
    good_s: float = 60.0  # of pictures, after which the next failure counts as the first
