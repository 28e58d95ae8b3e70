"""The error of the detector's part."""

from curtilage.errors import InputError


class ModelError(InputError):
    """A model or its settings cannot be used; the sentence says which and what would be right."""
