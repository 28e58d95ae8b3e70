"""The process of one file among several, with the detector of ``tests.app.square``."""

from curtilage.app.analyze import worker
from tests.app.square import use_everywhere


def main() -> None:
    """Like the worker's own."""
    use_everywhere()
    worker.main()
