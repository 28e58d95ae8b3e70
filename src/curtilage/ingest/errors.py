"""What can be wrong with a file of footage or a camera, said in one sentence."""

from curtilage.errors import InputError
from curtilage.model import GapReason


class FootageError(InputError):
    """A file, folder or pattern that gives no footage; the sentence names it and says why."""


class CameraError(InputError):
    """A camera gives nothing; the sentence says why and the reason is for the gap ledger."""

    def __init__(self, reason: GapReason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
