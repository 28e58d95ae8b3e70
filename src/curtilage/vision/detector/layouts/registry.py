"""All layouts, and which one a model has."""

from collections.abc import Sequence
from pathlib import Path

from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.layouts import nanodet
from curtilage.vision.detector.layouts.layout import Layout, OutputShape

LAYOUTS: tuple[Layout, ...] = (nanodet.LAYOUT,)
BY_NAME: dict[str, Layout] = {layout.name: layout for layout in LAYOUTS}


def choose_layout(
    path: Path, outputs: Sequence[OutputShape], named: str | None
) -> tuple[Layout, tuple[str, ...]]:
    """The layout (``named``, or told from the outputs) and the outputs' names in its order.

    Raises ``ModelError`` if the outputs do not fit the named layout, or fit none or several.
    """
    if named is not None and named not in BY_NAME:
        raise ModelError(f"layout: '{named}' is none of {', '.join(BY_NAME)}")
    asked = LAYOUTS if named is None else (BY_NAME[named],)
    fitting = [(layout, names) for layout in asked if (names := layout.recognise(outputs))]
    if len(fitting) == 1:
        return fitting[0]
    what = ", ".join(f"{output.name} {list(output.shape)}" for output in outputs)
    if named is not None:
        raise ModelError(f"{path} does not have the outputs of layout {named}; it has {what}")
    among = ", ".join(layout.name for layout, _ in fitting) or ", ".join(BY_NAME)
    raise ModelError(
        f"{path}: its outputs ({what}) do not tell which layout it has; name it in `layout`: "
        f"one of {among}"
    )
