"""From tracks to events: one file per rule, and the scene that runs a camera's rules."""

from curtilage.scene.errors import SceneError
from curtilage.scene.scene import Scene
from curtilage.scene.sightings import Sightings

__all__ = ["Scene", "SceneError", "Sightings"]
