"""``annotated.mp4``: the footage with everything that was seen and counted drawn into it."""

from curtilage.app.annotate.video import annotate

__all__ = ["annotate"]
