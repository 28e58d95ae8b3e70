"""Which cameras a question is about: those named, or all; never more than are seen."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from curtilage.web.context import WebContext
from curtilage.web.guard.principal import Principal
from curtilage.web.refusal import Refused, not_found

Cameras = Annotated[
    list[str] | None, Query(alias="camera", description="Names; all that you see if left out.")
]
Rules = Annotated[list[str] | None, Query(alias="rule", description="Ids; all if left out.")]
Labels = Annotated[
    list[str] | None, Query(alias="class", description="person, car, …; all if left out.")
]

Seq = Annotated[int | None, Query(ge=0, le=2**63 - 1)]
"""A number of the index: 64 bits."""


def chosen(context: WebContext, who: Principal, named: Sequence[str] | None) -> list[str]:
    """The cameras asked for. One that is not seen is refused as one that does not exist."""
    if named is None:
        return who.visible(sorted(context.known))
    for camera in named:
        if not who.sees(camera) or not context.knows(camera):
            raise not_found()
    return list(dict.fromkeys(named))


def must_see_all(who: Principal, what: str) -> None:
    """Refuses with 403 a token of some cameras: ``what`` ("The log is") is not told in parts."""
    if who.cameras is not None:
        raise Refused(403, f"{what} of all cameras, and this token is of some.")
