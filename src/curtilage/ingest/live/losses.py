"""What a camera left out, told to the owner once a minute while it goes on. No I/O but the log."""

import logging

LOG = logging.getLogger(__name__)
EVERY_S = 60.0


class Losses:
    """Counts of one connection, made into a note.

    Args:
        name: of the camera.
        otherwise: the note when nothing is lost.

    """

    def __init__(self, name: str, otherwise: str | None) -> None:
        self._name, self._otherwise = name, otherwise
        self._note = otherwise
        self._lost = self._damaged = 0
        self._told_at: float | None = None

    def told(self, lost: int, damaged: int, now_s: float) -> str | None:
        """The note, from what was counted since the connection began."""
        if self._told_at is not None and now_s - self._told_at < EVERY_S:
            return self._note
        packets, pictures = lost - self._lost, damaged - self._damaged
        if not packets and not pictures:
            self._note, self._told_at = self._otherwise, None
            return self._note
        self._lost, self._damaged, self._told_at = lost, damaged, now_s
        self._note = (
            f"camera {self._name} left out {packets} packets; {pictures} damaged pictures are "
            "not recorded; its network may be too slow for its bit rate"
        )
        LOG.warning("%s", self._note)
        return self._note
