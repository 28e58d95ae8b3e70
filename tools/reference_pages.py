"""Write the reference pages that are made from the code: settings files and command line.

Run ``python -m tools.reference_pages`` after a change; a test compares the pages with the code.
"""

from pathlib import Path
from typing import Any

import typer
import typer.main
from typer.core import TyperGroup

from curtilage.cli.main import app
from curtilage.config import settings_schema, site_schema
from tools.api_page import api_page, openapi_text

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"
SITE_PARTS = (
    "SiteCamera", "StreamSettings", "CameraAnalysis", "Retention", "VolumeSettings",
    "SiteAnalysis", "DetectorSettings", "Keeping", "WebSettings",
    "SiteReports",
)  # fmt: skip
MADE = "<!-- Made by `python -m tools.reference_pages`; change the code, not this page. -->\n\n"


def pages() -> dict[str, str]:
    """The pages by file name."""
    return {
        "rules-file.md": rules_file_page(),
        "site-file.md": site_file_page(),
        "cli.md": command_line_page(),
        "api.md": MADE + api_page(),
        "openapi.json": openapi_text(),
    }


def rules_file_page() -> str:
    """Every key of a rules file, from its JSON Schema."""
    schema = settings_schema()
    definitions: dict[str, Any] = schema["$defs"]
    order = [ref["$ref"].rsplit("/", 1)[1] for ref in _rule_refs(schema)]
    rest = [name for name in definitions if name not in order]
    text = MADE + (
        "# Rules file\n\nYAML. `curtilage config check FILE` checks one, `curtilage config schema` "
        "prints its JSON Schema for editors. Points are fractions of the frame, origin top left; "
        "durations are seconds. What each rule means exactly: [Rules](../design/rules.md).\n\n"
        "## The file\n\n" + _table(schema)
    )
    for name in order:
        kind = definitions[name]["properties"]["type"]["const"]
        text += (
            f"\n## `{kind}`\n\n{definitions[name]['description']}\n\n{_table(definitions[name])}"
        )
    for name in rest:
        text += f"\n## {name}\n\n{definitions[name]['description']}\n\n{_table(definitions[name])}"
    return text


def site_file_page() -> str:
    """Every key of a site's settings, from its JSON Schema."""
    schema = site_schema()
    text = MADE + (
        "# Settings of a site\n\nYAML, `curtilage.yaml` by default. `curtilage config check FILE` "
        "checks one, `curtilage config schema site` prints its JSON Schema for editors. Sizes are "
        "written as `200GB` or `1.5TB`. Guide: [Recording](../guide/recording.md).\n\n"
        "## The file\n\n" + _table(schema)
    )
    for name in SITE_PARTS:
        text += _section(name, schema["$defs"][name])
    return text


def command_line_page() -> str:
    """Every command with its help, from the command line's own definition."""
    root = typer.main.get_command(app)
    text = MADE + (
        "# Command line\n\nExit codes: 0 done, 2 bad input (one sentence says what), 130 stopped.\n"
    )
    for path, command in _commands(root, ("curtilage",)):
        name = " ".join(path)
        usage = command.get_help(typer.Context(command, info_name=name, terminal_width=96))
        text += f"\n## `{name}`\n\n```text\n{usage.strip()}\n```\n"
    return text


def _section(title: str, model: dict[str, Any]) -> str:
    return f"\n## {title}\n\n{model['description']}\n\n{_table(model)}"


def _rule_refs(schema: dict[str, Any]) -> list[dict[str, str]]:
    refs: list[dict[str, str]] = schema["properties"]["rules"]["items"]["oneOf"]
    return refs


def _table(model: dict[str, Any]) -> str:
    required = set(model.get("required", ()))
    rows = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for key, value in model.get("properties", {}).items():
        default = "required" if key in required else _default(value)
        meaning = str(value.get("description", "")).replace("|", "\\|")
        rows.append(f"| `{key}` | {_type(value)} | {default} | {meaning} |")
    return "\n".join(rows) + "\n"


def _default(value: dict[str, Any]) -> str:
    return f"`{value['default']}`" if value.get("default") is not None else ""


def _type(value: dict[str, Any]) -> str:
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join(f"`{option}`" for option in value["enum"])
    if "anyOf" in value:
        return " or ".join(_type(part) for part in value["anyOf"] if part.get("type") != "null")
    if "$ref" in value:
        return str(value["$ref"].rsplit("/", 1)[1])
    if value.get("type") == "array":
        items = value.get("items")
        if items is None:
            return f"{len(value.get('prefixItems', ()))} numbers"
        if items.get("type") == "array":
            return "list of points" if "prefixItems" in items else "list of lists of points"
        if "enum" in items:
            return "list of labels" if len(items["enum"]) > 7 else f"list of {_type(items)}"
        return "list of rules" if "oneOf" in items else f"list of {_type(items)}"
    low, high = value.get("minimum"), value.get("maximum")
    bounds = f" {low:g}..{high:g}" if low is not None and high is not None else ""
    return str(value.get("type", "")) + bounds


def _commands(command: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    if not isinstance(command, TyperGroup):
        return [(path, command)]
    found = []
    for name, sub in command.commands.items():
        found += _commands(sub, (*path, name))
    return found


if __name__ == "__main__":
    for file_name, page in pages().items():
        (REFERENCE / file_name).write_text(page, encoding="utf-8")
