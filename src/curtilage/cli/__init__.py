"""The command line: each command reads its arguments and calls one function of ``app``."""

from curtilage.cli.main import main

__all__ = ["main"]
