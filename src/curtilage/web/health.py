"""Whether the web answers at all: for whoever watches this machine, and for nobody's curiosity."""

from typing import Literal

from pydantic import BaseModel

from curtilage.web.guard.routes import Guarded

router = Guarded("/api", tags=["site"])


class Alive(BaseModel):
    """It answers."""

    status: Literal["ok"] = "ok"


@router.open("GET", "/health")
async def health() -> Alive:
    """Answers if the web does; how each part does is behind a sign-in."""
    return Alive()
