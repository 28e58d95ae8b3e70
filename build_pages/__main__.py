"""``python -m build_pages``: builds the control room if it was built from other sources."""

import sys
from pathlib import Path

from build_pages.build import PagesError, ensure_pages

try:
    ensure_pages(Path(__file__).parents[1])
except PagesError as error:
    sys.exit(f"curtilage: {error}")
