"""Settings: what an owner writes in YAML, checked, explained, and read back."""

from curtilage.config.load import SettingsError, load_settings, parse_settings
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
from curtilage.config.schema import settings_schema

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
    "load_settings",
    "parse_settings",
    "settings_schema",
]
