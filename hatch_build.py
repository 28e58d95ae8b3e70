"""Hatchling's hook: before a wheel is built (an editable one too), what is made of sources is made.

That is the detector's file (``build_model/``) and the control room (``build_pages/``). Both lie in
the package, not under version control; what is there already and is right is not made again.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ProductBuildHook(BuildHookInterface[Any]):
    """Makes ``vision/detector/weights/`` and ``web/built/`` in the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the files."""
        del version, build_data
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from build_model.errors import BuildError
            from build_model.product import ensure_product
            from build_pages.build import PagesError, ensure_pages
        finally:
            sys.path.remove(str(root))
        try:
            ensure_product(root / "src/curtilage/vision/detector/weights")
            ensure_pages(root)
        except (BuildError, PagesError) as error:
            raise SystemExit(f"curtilage: {error}") from None
