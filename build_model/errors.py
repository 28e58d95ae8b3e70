"""The error of the build."""


class BuildError(Exception):
    """The detector's file cannot be made; the sentence says why and what would help."""
