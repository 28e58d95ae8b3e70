"""Builds the control room (``web/``) into the package, with the Node of a PyPI package.

Runs when a wheel is built (``hatch_build.py``), and as ``python -m build_pages``.
"""
