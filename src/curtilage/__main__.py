"""``python -m curtilage`` is ``curtilage``."""

from curtilage.cli import main

main()
