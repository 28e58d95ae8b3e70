"""``python -m build_pages``: builds the control room if it was built from other sources.

``python -m build_pages check`` runs its linters and unit tests instead.
"""

import sys
from pathlib import Path

from build_pages.build import PagesError, check_pages, ensure_pages

ROOT = Path(__file__).parents[1]

try:
    if sys.argv[1:] == ["check"]:
        check_pages(ROOT)
    elif sys.argv[1:]:
        sys.exit(f"curtilage: build_pages knows only `check`, not {' '.join(sys.argv[1:])}")
    else:
        ensure_pages(ROOT)
except PagesError as error:
    sys.exit(f"curtilage: {error}")
