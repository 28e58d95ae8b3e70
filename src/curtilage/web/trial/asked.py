"""What the web asks its trial process for, one line of JSON each."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from curtilage.config.scene import SceneSettings


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path  # of the sightings
    camera: str
    from_ns: int
    to_ns: int
    budget_s: float


class TryRules(_Asked):
    """Rules to be tried."""

    what: Literal["rules"] = "rules"
    settings: SceneSettings
    interval: float  # s, between looks as wanted


class DrawWays(_Asked):
    """Ways to be drawn."""

    what: Literal["ways"] = "ways"
    most: int


Asked = Annotated[TryRules | DrawWays, Field(discriminator="what")]
ASKED: TypeAdapter[TryRules | DrawWays] = TypeAdapter(Asked)
