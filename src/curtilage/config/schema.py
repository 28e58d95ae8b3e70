"""JSON Schema of the settings, for editors and for the control room."""

from typing import Any

from curtilage.config.scene import SceneSettings
from curtilage.config.site import SiteSettings

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def settings_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a rules file."""
    schema = SceneSettings.model_json_schema(by_alias=True)
    return {"$schema": DRAFT, **schema}


def site_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a site's settings."""
    return {"$schema": DRAFT, **SiteSettings.model_json_schema()}
