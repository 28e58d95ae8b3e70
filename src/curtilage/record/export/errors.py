"""What can be wrong with an export, said in one sentence."""

from curtilage.errors import InputError


class ExportError(InputError):
    """An export that cannot be made; the sentence names the range or file and says why."""
