"""What can be wrong with the packet bus, said in one sentence."""

from curtilage.errors import InputError


class BusError(InputError):
    """An endpoint that cannot be used, or a publisher that speaks another version."""
