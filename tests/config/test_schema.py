"""The JSON Schema agrees with the settings: every example that one takes, the other takes."""

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from curtilage.config import SettingsError, parse_settings, settings_schema
from curtilage.config.schedule import DAYS
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


def _asked_for() -> list[tuple[str, str, dict[str, Any]]]:
    """Everything that a form of rules asks for."""
    models = settings_schema()["$defs"]
    names = [
        n for n in models if n.endswith("Rule") or n in ("CounterLine", "Hours", "Calibration")
    ]
    return [(n, key, value) for n in names for key, value in models[n]["properties"].items()]


def test_a_form_can_ask_for_every_setting_of_a_rule() -> None:
    """Titles of our own, descriptions, units of numbers, a default for what may be left out."""
    models = settings_schema()["$defs"]
    for name, key, value in _asked_for():
        where = f"{name}.{key}"
        assert value.get("title"), where
        assert value["title"] != key.replace("_", " ").title() or " " not in value["title"], where
        assert len(value.get("description", "")) > 10, where
        kinds = {part.get("type") for part in value.get("anyOf", [value])}
        if "number" in kinds:
            assert "x-unit" in value, where
        required = key in models[name].get("required", ())
        assert required or "default" in value or "const" in value, where


def test_every_choice_of_a_rule_has_words() -> None:
    for name, key, value in _asked_for():
        parts = value.get("anyOf", [value])
        options = [
            option
            for part in (*parts, *(p.get("items", {}) for p in parts))
            for option in part.get("enum", ())
        ]
        if options and "const" not in value:
            assert set(value["x-choices"]) >= set(options), f"{name}.{key}"


def test_what_a_schema_says_is_the_default_is_it() -> None:
    """Defaults that a factory makes are written twice; here they are compared."""
    polygon = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]
    text = f"rules: [{{id: a, type: dwell, polygon: {polygon}}}]"
    told = json.loads(parse_settings(text).model_dump_json(by_alias=True))
    schema = settings_schema()
    dwell = schema["$defs"]["DwellRule"]["properties"]
    for key in ("bins", "holes", "k", "grace"):
        assert told["rules"][0][key] == dwell[key]["default"], key
    assert told["classes"] == schema["properties"]["classes"]["default"]
    assert schema["$defs"]["Hours"]["properties"]["days"]["default"] == list(DAYS)


def test_rules_told_whole_are_good_rules() -> None:
    """What the API tells of a counter can be given back."""
    text = (
        "rules:\n- {id: gate, type: line_crossing, points: [[0, 0], [1, 1]]}\n"
        "- {id: hall, type: counter, lines: [{line: gate, in: a_to_b}]}\n"
    )
    whole = parse_settings(text).model_dump_json(by_alias=True)
    assert parse_settings(whole).model_dump_json(by_alias=True) == whole
    with pytest.raises(SettingsError, match="set cool_down at the lines"):
        parse_settings(text.replace("counter,", "counter, cool_down: 2,"))
