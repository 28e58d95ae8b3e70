"""When a recording goes on in a new file. Pure; what the file is called is in ``names``.

Segments are cut at the first keyframe at or after a full UTC minute, so that each can be played
alone and "what happened at 14:03" is one file.
"""

from curtilage.model import Medium, Packet

MINUTE_NS = 60_000_000_000
"""How long segments are, if nothing else is said."""

LONGEST_NS = 5 * MINUTE_NS
"""A segment that has met no keyframe for so long is cut without one."""


def begins_segment(packet: Packet, start_ns: int, every_ns: int = MINUTE_NS) -> bool:
    """Whether this packet must be the first of a new segment, the present one's start given.

    True for the first video keyframe at or after a multiple of ``every_ns`` in UTC. Cameras whose
    keyframes are farther apart have longer segments, up to ``LONGEST_NS`` (or five of ``every_ns``,
    if that is more): then they are cut at any picture, because what is never cut can never be
    deleted. Such a segment can be played after the one before it. Other reasons to begin anew
    (parameters changed, clock stepped) come as ``Opened``.
    """
    if packet.medium is not Medium.VIDEO:
        return False
    now_ns = packet.dts_ns
    if packet.key:
        return now_ns // every_ns != start_ns // every_ns
    return now_ns - start_ns >= max(LONGEST_NS, 5 * every_ns)
