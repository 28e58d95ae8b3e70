"""The JSON Schema agrees with the settings: every example that one takes, the other takes."""

from importlib.resources import files

import jsonschema
import pytest
from ruamel.yaml import YAML

from curtilage.config import SettingsError, parse_settings, settings_schema
from tests.config.test_load import GOOD


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(settings_schema())


@pytest.mark.parametrize("source", ["specification", "demo"])
def test_good_files_pass_both(source: str) -> None:
    demo = files("curtilage.app.demo").joinpath("rules.yaml").read_text(encoding="utf-8")
    text = {"specification": GOOD, "demo": demo}[source]
    assert parse_settings(text).rules
    jsonschema.validate(YAML(typ="safe", pure=True).load(text), settings_schema())


@pytest.mark.parametrize(
    ("old", "new"), [("type: intrusion", "type: x"), ("time_threshold", "tt"), ("0.35]", "1.35]")]
)
def test_bad_files_fail_both(old: str, new: str) -> None:
    text = GOOD.replace(old, new, 1)
    with pytest.raises(SettingsError):
        parse_settings(text)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(YAML(typ="safe", pure=True).load(text), settings_schema())


def test_every_setting_is_explained() -> None:
    """A key without a word of help is a key that nobody can use."""
    definitions = settings_schema()["$defs"]
    obvious = {"id", "type", "line", "in", "points", "zones", "name", "days", "from", "to", "count"}
    bare = [
        f"{name}.{key}"
        for name, definition in definitions.items()
        for key, value in definition.get("properties", {}).items()
        if not value.get("description") and key not in obvious
    ]
    assert bare == []
