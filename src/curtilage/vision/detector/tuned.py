"""Networks that were tuned to the owner's cameras: kept beside a manifest, found at start.

A folder for each model and input size holds OpenVINO's two files and ``manifest.json`` with
their SHA-256. A file that is not the one of the manifest is never run: it is named in the log,
and the untuned network runs instead.
"""

import json
import logging
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.folders import tuned_folder
from curtilage.vision.detector.model_file import ModelFile, file_sha256
from curtilage.vision.detector.protocol import InputSize

NETWORK = "model.xml"
FILES = (NETWORK, "model.bin")
MANIFEST = "manifest.json"
FORMAT = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a tuned network was made from, and how it did."""

    format: int
    model: str  # SHA-256 of the model that was tuned
    width: int
    height: int
    files: dict[str, str]  # name: SHA-256
    agreement: float  # person AP50 against the untuned model's confident boxes
    held_back_boxes: int
    f32_ms: float  # a picture, on one core of the machine that tuned
    int8_ms: float
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Tuned:
    """A tuned network that may be run."""

    folder: Path
    manifest: Manifest

    @property
    def network(self) -> Path:
        """OpenVINO's file."""
        return self.folder / NETWORK


def find_tuned(model: ModelFile, size: InputSize) -> Tuned | None:
    """The tuned network of a model at a size, None if there is none that may be run."""
    folder = _folder(model.sha256, size)
    if not (folder / MANIFEST).exists():
        return None
    try:
        tuned = read_tuned(folder)
    except ModelError as error:
        log.warning("%s; the untuned network runs instead", error)
        return None
    manifest = tuned.manifest
    if (manifest.model, manifest.width, manifest.height) != (model.sha256, size.width, size.height):
        log.warning("%s was tuned from another model; the untuned network runs instead", folder)
        return None
    return tuned


def read_tuned(folder: Path) -> Tuned:
    """The tuned network in a folder; ``ModelError`` if it is damaged or of another version."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**content)
        files = {name: manifest.files[name] for name in FILES}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(
            f"the tuned network in {folder} has no readable {MANIFEST} ({error}); "
            "run `curtilage models tune` again"
        ) from error
    if manifest.format != FORMAT:
        raise ModelError(
            f"the tuned network in {folder} is of format {manifest.format}, this version reads "
            f"{FORMAT}; run `curtilage models tune` again"
        )
    for name, promised in files.items():
        if file_sha256(folder / name) != promised:
            raise ModelError(
                f"{folder / name} is not the file that was tuned (its SHA-256 is another); "
                "run `curtilage models tune` again"
            )
    return Tuned(folder, manifest)


def all_tuned() -> list[Path]:
    """The folders of all tuned networks, good or not."""
    return sorted(path.parent for path in tuned_folder().glob(f"*/{MANIFEST}"))


def keep_tuned(model: ModelFile, size: InputSize, files: Path, manifest: Manifest) -> Path:
    """Put the files of a tuned network (in folder ``files``) and its manifest in their place.

    The folder is exchanged whole, so that a start at the same moment finds the old one or none.
    """
    folder = _folder(model.sha256, size)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as fresh:
        new = Path(fresh) / "network"
        new.mkdir()
        for name in FILES:
            shutil.copyfile(files / name, new / name)
        (new / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
        if folder.exists():
            folder.rename(Path(fresh) / "old")
        new.rename(folder)
    return folder


def _folder(sha256: str, size: InputSize) -> Path:
    return tuned_folder() / f"{sha256[:16]}-{size}-int8"
