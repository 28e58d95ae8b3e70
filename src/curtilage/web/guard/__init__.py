"""Who may do what, checked in one place: declare routes with ``Guarded``, and nothing else.

``Right`` and ``Role`` are the words (``rights.py`` has the table), ``Who`` is who asks,
``CameraOf`` finds the camera of a thing that is not named by its camera.
"""

from curtilage.web.guard.declaration import CameraOf
from curtilage.web.guard.principal import Principal
from curtilage.web.guard.rights import Right, Role
from curtilage.web.guard.routes import Guarded, Who
from curtilage.web.refusal import Refused, not_found

__all__ = ["CameraOf", "Guarded", "Principal", "Refused", "Right", "Role", "Who", "not_found"]
