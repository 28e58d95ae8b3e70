"""What can be wrong with rules that are well formed but do not fit their camera."""

from curtilage.errors import InputError


class SceneError(InputError):
    """A rule that cannot be applied to this camera; the sentence names the rule."""
