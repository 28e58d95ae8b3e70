"""All layouts, and which one a model has."""

from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.layouts import (
    nanodet,
    nanodet_plus,
    picodet,
    rtdetr,
    rtdetr_raw,
    yolox,
)
from curtilage.vision.detector.layouts.layout import Layout, Shapes, Signature

LAYOUTS: tuple[Layout, ...] = (
    nanodet.LAYOUT,
    nanodet_plus.LAYOUT,
    picodet.LAYOUT,
    yolox.LAYOUT,
    yolox.LAYOUT_2021,
    rtdetr.LAYOUT,
    rtdetr_raw.LAYOUT,
)
BY_NAME: dict[str, Layout] = {layout.name: layout for layout in LAYOUTS} | {
    "dfine": rtdetr.LAYOUT,
    "dfine-raw": rtdetr_raw.LAYOUT,
}


def choose_layout(source: str, shapes: Shapes, named: str | None) -> tuple[Layout, Signature]:
    """The layout of a model (``named``, or told from its outputs), and what the outputs tell.

    ``source`` names the model. Raises ``ModelError`` if the outputs do not fit the named layout,
    or without a name fit none or several.
    """
    if named is not None:
        layout = _by_name(named)
        signature = layout.recognise(shapes)
        if signature is None:
            raise ModelError(
                f"{source} does not have the outputs of layout {named}; it has {_told(shapes)}"
            )
        return layout, signature
    fitting = [
        (layout, signature)
        for layout in LAYOUTS
        if not layout.only_named and (signature := layout.recognise(shapes)) is not None
    ]
    if len(fitting) != 1:
        among = [layout.name for layout, _ in fitting] or list(BY_NAME)
        raise ModelError(
            f"{source}: its outputs ({_told(shapes)}) do not tell which layout it has; name it "
            f"in `layout`: one of {', '.join(among)}"
        )
    return fitting[0]


def _by_name(named: str) -> Layout:
    layout = BY_NAME.get(named)
    if layout is None:
        raise ModelError(f"layout: '{named}' is none of {', '.join(BY_NAME)}")
    return layout


def _told(shapes: Shapes) -> str:
    """The outputs for a sentence."""
    return ", ".join(
        f"{output.name} [{', '.join('?' if n is None else str(n) for n in output.shape)}]"
        for output in shapes.outputs
    )
