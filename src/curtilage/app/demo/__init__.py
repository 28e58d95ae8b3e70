"""The demo: real footage, found on this machine or from public sources, analysed and reported."""

from curtilage.app.demo.footage import FootageNotFoundError, find_footage
from curtilage.app.demo.run import demo

__all__ = ["FootageNotFoundError", "demo", "find_footage"]
