"""``curtilage models``: which detectors there are, a check, tuning to this machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from curtilage.errors import InputError

if TYPE_CHECKING:
    from curtilage.vision.detector import DetectorSettings

Model = Annotated[Path | None, typer.Option("--model", help="A detector of your own, ONNX.")]
Sha256 = Annotated[str | None, typer.Option("--sha256", help="SHA-256 of that model's file.")]
Layout = Annotated[
    str | None, typer.Option("--layout", help="Its output layout, where it cannot be told.")
]
Backend = Annotated[
    Literal["auto", "openvino", "onnxruntime"],
    typer.Option("--backend", help="What runs the detector; auto: the faster one here."),
]

app = typer.Typer(help="Detectors: list, check, tune to this machine.", no_args_is_help=True)
console = Console()


def detector_settings(
    model: Path | None, sha256: str | None, layout: str | None, backend: str
) -> "DetectorSettings":
    """Settings of the options that commands share.

    Raises:
        InputError: options that do not go together, or a sum that is none.
    """
    from curtilage.config.detector import BackendSetting
    from curtilage.vision.detector import DetectorSettings

    try:
        return DetectorSettings(
            model=model, sha256=sha256, layout=layout, backend=BackendSetting(backend)
        )
    except ValidationError as error:
        first = error.errors()[0]
        key = f"--{first['loc'][0]}: " if first["loc"] else ""
        raise InputError(key + first["msg"].removeprefix("Value error, ")) from None


@app.command(name="list")
def list_() -> None:
    """Show the detector, its tuned forms, and what this machine chose."""
    from curtilage.vision.detector.inventory import list_models

    found = list_models()
    console.print(f"{found.name}: layout {found.layout}, SHA-256 {found.sha256}", highlight=False)
    console.print(f"  sizes   {', '.join(str(size) for size in found.sizes)}", highlight=False)
    console.print(f"  labels  {', '.join(found.labels)}", highlight=False)
    for entry in found.tuned:
        state = f"not used: {entry.problem}" if entry.problem else "good"
        console.print(f"  tuned   {entry.folder} ({state})", highlight=False, markup=False)
    for choice in found.choices:
        speed = f", {choice.ms:.1f} ms a picture" if choice.ms is not None else ""
        console.print(f"  chosen  {choice.size}: {choice.backend}{speed}", highlight=False)


@app.command()
def check(
    model: Model = None, sha256: Sha256 = None, layout: Layout = None, backend: Backend = "auto"
) -> None:
    """Run the detector on every back end, compare and time them."""
    from curtilage.vision.detector.inventory import check_model

    checks = check_model(detector_settings(model, sha256, layout, backend))
    table = Table("size", "back end", "ms a picture", "difference", "")
    for size in checks:
        for measured in size.backends:
            table.add_row(
                str(size.size),
                measured.name,
                "" if measured.ms is None else f"{measured.ms:.1f}",
                "" if measured.difference is None else f"{measured.difference:.4f}",
                "good" if measured.passed else measured.reason,
            )
    console.print(table)
    failed = [str(size.size) for size in checks if not size.passed]
    if failed:
        raise InputError(f"no back end runs this model correctly at {', '.join(failed)}")


@app.command()
def tune(
    videos: Annotated[list[str], typer.Argument(metavar="VIDEO", help="Footage of yours.")],
    model: Model = None,
    sha256: Sha256 = None,
    layout: Layout = None,
) -> None:
    """Quantise the detector to INT8 on your own footage; keep it only if it agrees."""
    from curtilage.app.tune import tune_detector

    settings = detector_settings(model, sha256, layout, "auto")
    with console.status("reading") as status:
        results = tune_detector(videos, settings, lambda what: status.update(what))
    for result in results:
        console.print(result.sentence, highlight=False)
        if result.f32_ms and result.int8_ms:
            console.print(
                f"  float32 {result.f32_ms:.1f} ms a picture on one core, INT8 "
                f"{result.int8_ms:.1f} ms: {result.f32_ms / result.int8_ms:.1f} times as fast",
                highlight=False,
            )
    if not any(result.kept for result in results):
        raise InputError("nothing was tuned; the detector stays as it is")
