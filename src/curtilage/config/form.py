"""What a form needs of a setting besides its type: a title, a unit, words for its choices.

JSON Schema has titles, descriptions and defaults; the rest stands under ``x-`` keys, which other
readers of the schema pass over.
"""

from collections.abc import Mapping
from typing import Final

from pydantic.config import JsonDict

SECONDS: Final = "s"
METRES: Final = "m"
HEIGHTS: Final = "box heights"
OF_HEIGHT: Final = "of the picture's height"


def form(
    title: str,
    *,
    unit: str | None = None,
    choices: Mapping[str, str] | None = None,
    draw: str | None = None,
    advanced: bool = False,
    default: list[str] | list[float] | None = None,
) -> JsonDict:
    """For ``json_schema_extra`` of a field.

    Args:
        title: a few words.
        unit: of a number: shown beside it.
        choices: a title for each value that may be chosen.
        draw: ``points``, ``line``, ``polygon``, ``polygons`` or ``zones``: drawn over the picture.
        advanced: most owners leave it as it is: shown on demand.
        default: what is used when nothing is said, where a factory makes it.

    """
    said: JsonDict = {"title": title}
    if unit is not None:
        said["x-unit"] = unit
    if choices is not None:
        said["x-choices"] = dict(choices)
    if draw is not None:
        said["x-draw"] = draw
    if advanced:
        said["x-advanced"] = True
    if default is not None:
        said["default"] = list(default)
    return said
