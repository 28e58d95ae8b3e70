"""Read settings from YAML, and say what is wrong in one sentence that names file and line."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from curtilage.config.scene import Rule, SceneSettings
from curtilage.errors import InputError

Location: TypeAlias = tuple[int | str, ...]

RULE_MODELS: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model
    for model in get_args(get_args(Rule)[0])
}
LARGEST_FILE = 1_000_000  # bytes; a rules file of a person is below ten thousand


class SettingsError(InputError):
    """A settings file that cannot be used; the sentence names file, line and key."""


def load_settings(path: Path) -> SceneSettings:
    """Read the rules file at ``path``.

    Raises:
        SettingsError: the file cannot be read, is not YAML, or breaks a rule of the settings.

    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SettingsError(f"{path}: larger than 1 MB, so this is no rules file")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: is not UTF-8 text; a rules file is YAML") from None
    return parse_settings(text, str(path))


def parse_settings(text: str, name: str = "rules") -> SceneSettings:
    """Read settings from YAML ``text``; ``name`` stands for the file in messages.

    Raises:
        SettingsError: as ``load_settings``.

    """
    yaml = YAML(typ="rt", pure=True)
    try:
        tree = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark else ""
        raise SettingsError(f"{name}{where}: is not YAML ({_flat(error.problem)})") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise SettingsError(f"{name}: is not YAML ({_flat(str(error))})") from None
    if not isinstance(tree, dict):
        raise SettingsError(f"{name}: must be a mapping with the key `rules`")
    try:
        return SceneSettings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(_sentence(name, tree, error)) from None


def _sentence(name: str, tree: Any, error: ValidationError) -> str:
    """The first problem in the order of the file, and how many more there are."""
    problems = sorted(
        ((_line(tree, loc), loc, detail) for detail in error.errors() for loc in [_path(detail)]),
        key=lambda problem: problem[0],
    )
    line, loc, detail = problems[0]
    key = _dotted(loc)
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{name}, line {line}{': ' + key if key else ''}: {_reason(tree, loc, detail)}{more}"


def _path(detail: Any) -> Location:
    """Pydantic's location without the names of union members, which are in no file."""
    if detail["type"] == "reference":
        return ("rules", detail["ctx"]["rule"])
    loc: Location = tuple(detail["loc"])
    if len(loc) > 2 and loc[0] == "rules" and isinstance(loc[1], int):
        loc = (*loc[:2], *loc[3:])
    return loc


def _line(tree: Any, loc: Location) -> int:
    """Line (1 first) of the deepest part of ``loc`` that the file holds."""
    line, node = 1, tree
    for step in loc:
        marks = getattr(node, "lc", None)
        try:
            if isinstance(node, dict) and marks is not None:
                line = marks.key(step)[0] + 1
            elif isinstance(node, Sequence) and marks is not None:
                line = marks.item(step)[0] + 1
            node = node[step]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return int(line)


def _dotted(loc: Location) -> str:
    text = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _reason(tree: Any, loc: Location, detail: Any) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(tree, loc)
    if kind == "missing":
        return f"is missing; {_known(tree, loc[:-1], str(loc[-1]))}"
    if kind == "union_tag_not_found":
        return f"has no `type`; it must be one of {', '.join(RULE_MODELS)}"
    if kind == "union_tag_invalid":
        return _unlike(str(context.get("tag")), RULE_MODELS, "is no type of rule")
    if kind == "literal_error":
        expected = [
            part.strip(" '") for part in context["expected"].replace(" or ", ",").split(",")
        ]
        return _unlike(str(detail["input"]), expected, "is not allowed here")
    if kind == "reference":
        return str(context["sentence"])
    if kind == "value_error":
        return str(context["error"])
    given = detail["input"]
    shown = f", not {given!r}" if isinstance(given, int | float | str | bool) else ""
    return _flat(detail["msg"]).replace("Input should", "must") + shown


def _unknown_key(tree: Any, loc: Location) -> str:
    known = list(_fields(tree, loc[:-1]))
    return _unlike(str(loc[-1]), known, "is no key here")


def _known(tree: Any, loc: Location, key: str) -> str:
    model = _model(tree, loc)
    field = model.model_fields.get(key) or model.model_fields.get(f"{key}_") if model else None
    help_ = (field.description or "") if field else ""
    return f"it must be given{': ' + help_[0].lower() + help_[1:] if help_ else ''}".rstrip(".")


def _fields(tree: Any, loc: Location) -> Iterator[str]:
    model = _model(tree, loc)
    for name, field in model.model_fields.items() if model else ():
        yield field.alias or name


def _model(tree: Any, loc: Location) -> type[BaseModel] | None:
    """The settings model that stands at ``loc``."""
    model: type[BaseModel] | None = SceneSettings
    node = tree
    for i, step in enumerate(loc):
        node = node[step]
        if isinstance(step, int):
            if loc[:i] == ("rules",):
                model = RULE_MODELS.get(str(node.get("type")))
            continue
        if model is None:
            return None
        field = model.model_fields.get(step) or model.model_fields.get(f"{step}_")
        model = _model_within(field.annotation) if field else None
    return model


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_within(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _unlike(given: str, known: Iterator[str] | Sequence[str] | dict[str, Any], what: str) -> str:
    names = list(known)
    near = difflib.get_close_matches(given, names, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(names)}"
    return f"{given!r} {what}; {hint}"


def _flat(text: str | None) -> str:
    return " ".join((text or "unreadable").split())
