"""What the store says when it cannot do what was asked: a sentence, never a traceback."""

from curtilage.errors import InputError


class StoreError(InputError):
    """The index could not be opened, read or written; ``str(error)`` says why and what to do."""


class PathTakenError(StoreError):
    """The index already has a segment of this path on this volume."""


class UnavailableError(StoreError):
    """The file, its disk or its lock is the cause: the same change may succeed later."""
