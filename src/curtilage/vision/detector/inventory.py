"""What models there are on this machine and whether they do what they should: data, no printing."""

from dataclasses import dataclass
from pathlib import Path

from curtilage.config.detector import DetectorSettings
from curtilage.vision.detector.choice import (
    Measured,
    candidates_for,
    measure_all,
    recorded_choices,
)
from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.machine import threads_or_all
from curtilage.vision.detector.model_file import open_model
from curtilage.vision.detector.protocol import InputSize
from curtilage.vision.detector.tuned import Tuned, all_tuned, find_tuned, read_tuned


@dataclass(frozen=True, slots=True)
class Choice:
    """What was measured at a first start, and taken since."""

    model: str  # SHA-256
    size: str
    threads: int
    setting: str
    backend: str
    ms: float | None  # a picture


@dataclass(frozen=True, slots=True)
class TunedEntry:
    """A tuned network on this machine; ``problem`` says why it is not used, empty if it is."""

    folder: Path
    tuned: Tuned | None
    problem: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """The model of the settings, and all that this machine knows about models."""

    name: str
    path: Path
    sha256: str
    layout: str
    labels: tuple[str, ...]
    sizes: tuple[InputSize, ...]
    tuned: tuple[TunedEntry, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SizeCheck:
    """How each back end did at one input size."""

    size: InputSize
    backends: tuple[Measured, ...]

    @property
    def passed(self) -> bool:
        """Is there a back end that may be used?"""
        return any(backend.passed for backend in self.backends)


def list_models(settings: DetectorSettings | None = None) -> Inventory:
    """The model of the settings, tuned networks, and what was chosen; runs nothing.

    Raises ``ModelError`` if the settings' model cannot be used.
    """
    model = open_model(settings or DetectorSettings())
    return Inventory(
        model.name,
        model.path,
        model.sha256,
        model.layout.name,
        model.labels,
        model.sizes,
        tuple(_tuned_entry(folder) for folder in all_tuned()),
        tuple(_choices()),
    )


def check_model(settings: DetectorSettings | None = None) -> list[SizeCheck]:
    """Run the model of the settings on every back end at every size, and compare and time it.

    Raises ``ModelError`` if the model cannot be used or its outputs are not those of its layout.
    """
    settings = settings or DetectorSettings()
    model = open_model(settings)
    threads = threads_or_all(settings.threads)
    checks = []
    for size in model.sizes:
        candidates = candidates_for(model, size, settings.backend, threads, find_tuned(model, size))
        checks.append(SizeCheck(size, tuple(measure_all(model, size, candidates, threads))))
    return checks


def _tuned_entry(folder: Path) -> TunedEntry:
    try:
        return TunedEntry(folder, read_tuned(folder), "")
    except ModelError as error:
        return TunedEntry(folder, None, str(error))


def _choices() -> list[Choice]:
    """What was written down at first starts, as far as it can be understood."""
    found = []
    for record in recorded_choices():
        try:
            key, backend = record["key"], record["choice"]
            times = {row["name"]: row["ms"] for row in record["measured"]}
            found.append(
                Choice(
                    key["model"],
                    key["size"],
                    key["threads"],
                    key["setting"],
                    backend,
                    times.get(backend),
                )
            )
        except (KeyError, TypeError):
            continue
    return found
