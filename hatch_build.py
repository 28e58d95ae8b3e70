"""Hatchling's hook: before a wheel is built (an editable one too), the detector's file is made.

See ``build_model/``. The file lies in the package's ``weights`` folder, which is not under
version control; if it is there already and is the right one, nothing is fetched.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DetectorBuildHook(BuildHookInterface[Any]):
    """Makes ``src/curtilage/vision/detector/weights/nanodet_g.onnx`` and its NOTICE."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the files."""
        del version, build_data
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from build_model.errors import BuildError
            from build_model.product import ensure_product
        finally:
            sys.path.remove(str(root))
        try:
            ensure_product(root / "src/curtilage/vision/detector/weights")
        except BuildError as error:
            raise SystemExit(f"curtilage: {error}") from None
