"""Makes the default detector's file, once: from the cache, or from the package that has it."""

import hashlib
import json
import os
import tempfile
import warnings
from pathlib import Path

from build_model import pins
from build_model.convert import ConversionError, convert
from build_model.errors import BuildError
from build_model.fetch import fetch_files
from build_model.tfjs import TfjsError, read_graph_model

NOTICE = """\
nanodet_g.onnx was converted from NanoDet-g when Curtilage was built.

NanoDet, https://github.com/RangiLyu/nanodet
Copyright 2020-2021 RangiLyu
Licensed under the Apache License, Version 2.0; you may obtain a copy of the License at
https://www.apache.org/licenses/LICENSE-2.0

The network was trained on COCO (Lin et al., "Microsoft COCO: Common Objects in Context").
It was taken from the npm package {package} {version}, whose own licence is:

{licence}
Changes: converted from TensorFlow.js to ONNX; normalisation moved into the graph; size and
number of pictures made free; of COCO's 80 classes these kept: {classes}.
"""


def ensure_product(folder: Path) -> Path:
    """The detector's file in ``folder``, with its NOTICE; made if it is not there.

    Raises ``BuildError`` with one sentence if it cannot be had or comes out different.
    """
    product = folder / pins.PRODUCT
    notice = folder / "NOTICE"
    if _is_product(product) and notice.exists():
        return product
    folder.mkdir(parents=True, exist_ok=True)
    cached = cache_folder() / pins.PRODUCT_SHA256
    if _is_product(cached / pins.PRODUCT) and (cached / "NOTICE").exists():
        content, text = (cached / pins.PRODUCT).read_bytes(), (cached / "NOTICE").read_text()
    else:
        content, text = make_product()
        _keep(cached, content, text)
    _write(notice, text.encode())
    _write(product, content)
    return product


def make_product() -> tuple[bytes, str]:
    """The detector's file and its NOTICE, from the package; checked against the pinned sum."""
    files = fetch_files()
    content = convert_files(files[pins.TOPOLOGY], files[pins.WEIGHTS])
    found = hashlib.sha256(content).hexdigest()
    if found != pins.PRODUCT_SHA256:
        raise BuildError(
            f"the converted detector has the SHA-256 {found}, expected {pins.PRODUCT_SHA256}: "
            "the versions of onnx and numpy in this build write another file"
        )
    notice = NOTICE.format(
        package=pins.PACKAGE,
        version=pins.VERSION,
        licence=files[pins.LICENCE].decode(),
        classes=", ".join(pins.KEPT_CLASSES),
    )
    return content, notice


def convert_files(topology: bytes, weights: bytes) -> bytes:
    """The ONNX file for the package's two files."""
    metadata = {
        "names": json.dumps(list(pins.KEPT_CLASSES)),
        "license": "Apache-2.0",
        "source": f"NanoDet-g of {pins.PACKAGE} {pins.VERSION}",
    }
    try:
        graph = read_graph_model(topology, weights)
        return convert(graph, list(pins.KEPT_CLASSES.values()), metadata)
    except (TfjsError, ConversionError) as error:
        raise BuildError(f"the detector cannot be converted: {error}") from error


def cache_folder() -> Path:
    """Where builds keep what they made, so that the next one needs no network."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "curtilage" / "build"


def _is_product(path: Path) -> bool:
    """Is this the very file that the pins promise?"""
    if not path.is_file():
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == pins.PRODUCT_SHA256


def _keep(folder: Path, content: bytes, notice: str) -> None:
    """Put the result into the cache; a cache that cannot be written is no reason to fail."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "NOTICE", notice.encode())
        _write(folder / pins.PRODUCT, content)
    except OSError as error:
        warnings.warn(f"the detector is not cached: {error}", stacklevel=2)


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: builds may run side by side."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)
