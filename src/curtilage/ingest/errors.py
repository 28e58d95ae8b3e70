"""What can be wrong with a file of footage, said in one sentence."""

from curtilage.errors import InputError


class FootageError(InputError):
    """A file, folder or pattern that gives no footage; the sentence names it and says why."""
