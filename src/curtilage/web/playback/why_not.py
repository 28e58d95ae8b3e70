"""Why there is no picture of a moment, in a sentence for whoever asked."""

from typing import Final

from curtilage.store.recorded.ledger import intervals
from curtilage.web.context import WebContext
from curtilage.web.refusal import Refused

NOT_YET: Final = "not on the disk yet"
UNREADABLE: Final = "cannot be read"
UNKNOWN: Final = "not known"
REASON: Final = "X-Reason"
"""Header with the reason, as ``GET …/recordings`` says it, or one of the words above."""
TAIL_NS: Final = 20_000_000_000
"""So far behind now is the disk at most; what is older and cannot be read is damaged."""


def nothing_of(context: WebContext, camera: str, stream: str | None, at_ns: int) -> Refused:
    """The 404 for a moment (UTC) of which nothing can be shown."""
    now_ns = context.now_ns()
    found = None
    if stream is not None:
        with context.database.read() as connection:
            known = intervals(connection, camera, stream, at_ns, at_ns + 1, now_ns)
        found = known[0] if known else None
    if found is None:
        if at_ns > now_ns:
            return _refused("That moment is still to come.", UNKNOWN)
        return _refused("Nothing is known of that moment.", UNKNOWN)
    if found.reason is not None:
        more = f" ({found.sentence})" if found.sentence else ""
        return _refused(f"Nothing was recorded at that moment: {found.reason}{more}.", found.reason)
    if now_ns - at_ns < TAIL_NS:
        refused = _refused("That moment is not on the disk yet; ask again.", NOT_YET)
        refused.headers["Retry-After"] = "2"
        return refused
    return _refused("The recording of that moment cannot be read.", UNREADABLE)


def _refused(sentence: str, reason: str) -> Refused:
    return Refused(404, sentence, {REASON: str(reason)})
