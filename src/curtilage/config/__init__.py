"""Settings: what an owner writes in YAML, checked, explained, and read back."""

from curtilage.config.load import (
    SettingsError,
    is_site,
    load_settings,
    load_site,
    parse_settings,
    parse_site,
)
from curtilage.config.scene import (
    CounterRule,
    DwellRule,
    GatheringRule,
    HeatmapRule,
    IntrusionRule,
    LineCrossingRule,
    LoiteringRule,
    OccupancyRule,
    PathsRule,
    RegionEntranceRule,
    RegionExitRule,
    Rule,
    SceneSettings,
)
from curtilage.config.schema import settings_schema, site_schema
from curtilage.config.site import SiteCamera, SiteSettings, StreamSettings, VolumeSettings

__all__ = [
    "CounterRule",
    "DwellRule",
    "GatheringRule",
    "HeatmapRule",
    "IntrusionRule",
    "LineCrossingRule",
    "LoiteringRule",
    "OccupancyRule",
    "PathsRule",
    "RegionEntranceRule",
    "RegionExitRule",
    "Rule",
    "SceneSettings",
    "SettingsError",
    "SiteCamera",
    "SiteSettings",
    "StreamSettings",
    "VolumeSettings",
    "is_site",
    "load_settings",
    "load_site",
    "parse_settings",
    "parse_site",
    "settings_schema",
    "site_schema",
]
