"""Say what is wrong with settings: pydantic's findings as one sentence with the line."""

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel, ValidationError

from curtilage.config.scene import Rule
from curtilage.config.schema import settings_schema, site_schema

Location: TypeAlias = tuple[int | str, ...]

LONGEST_SHOWN = 40  # characters
PRIVATE = re.compile("://|[@=]")
"""What an address looks like. Longer texts and such ones are never repeated in a sentence."""

RULE_MODELS: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model
    for model in get_args(get_args(Rule)[0])
}


def first_problem(name: str, tree: Any, error: ValidationError, root: type[BaseModel]) -> str:
    """The first problem in the order of the file, and how many more there are.

    ``tree`` is what ruamel.yaml read (it knows the lines), ``root`` the model that refused it.
    """
    found = [(_path(detail), detail) for detail in error.errors()]
    above = {loc[:depth] for loc, _ in found for depth in range(len(loc))}  # there may be thousands
    problems = sorted(
        ((_line(tree, loc), loc, detail) for loc, detail in found if loc not in above),
        key=lambda problem: problem[0],
    )
    line, loc, detail = problems[0]
    key = _dotted(loc)
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    sentence = f"{key + ': ' if key else ''}{_reason(tree, loc, detail, root)}"
    return f"{name}, line {line}: {_discreet(sentence, tree)}{more}"


def _discreet(sentence: str, tree: Any) -> str:
    """``sentence`` without any text of the file that may hold a password.

    A key without a value may be what YAML made of a password with a comma in ``{url: …}``.
    """
    private: set[str] = set()
    for part in _parts(tree):
        if isinstance(part, dict):
            private |= {str(key) for key, value in part.items() if value is None}
    private = {text for text in private if not is_key(text)}
    private |= {text for part in _parts(tree) if isinstance(part, str) for text in _telling(part)}
    for text in sorted(private, key=len, reverse=True):
        for spelling in (repr(text), text):
            pattern = rf"(?<!\w){re.escape(spelling)}(?!\w)"
            sentence = re.sub(pattern, "a text", sentence)
    return sentence


def _telling(text: str) -> set[str]:
    return {text, text.strip()} if len(text) > LONGEST_SHOWN or PRIVATE.search(text) else set()


def _parts(tree: Any) -> Iterator[Any]:
    """All of a file, keys too; an alias may lead back, so each part is seen once."""
    seen: set[int] = set()
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, dict | list | set | tuple):
            if id(node) in seen:
                continue
            seen.add(id(node))
            left.extend(node)
            left.extend(node.values() if isinstance(node, dict) else ())
        yield node


def _path(detail: Any) -> Location:
    """Pydantic's location without the names of union members, which are in no file."""
    loc: Location = tuple(detail["loc"])
    if detail["type"] == "reference":
        return (*loc, "rules", detail["ctx"]["rule"])
    at = next((i for i in range(len(loc) - 2) if _is_rule(loc[: i + 2])), None)
    return loc if at is None else (*loc[: at + 2], *loc[at + 3 :])


def _is_rule(loc: Location) -> bool:
    """Whether a rule stands there: in a rules file, or in a site's camera."""
    return loc[-2:-1] == ("rules",) and isinstance(loc[-1], int)


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


def _reason(tree: Any, loc: Location, detail: Any, root: type[BaseModel]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unlike(str(loc[-1]), list(_fields(tree, loc[:-1], root)), "is no key here")
    if kind == "missing":
        return f"is missing; {_known(tree, loc[:-1], str(loc[-1]), root)}"
    if kind == "union_tag_not_found":
        return f"has no `type`; it must be one of {', '.join(RULE_MODELS)}"
    if kind == "union_tag_invalid":
        return _unlike(str(context.get("tag")), RULE_MODELS, "is no type of rule")
    if kind == "literal_error":
        expected = [
            part.strip(" '") for part in context["expected"].replace(" or ", ",").split(",")
        ]
        return _unlike(str(detail["input"]), expected, "is not allowed here")
    if kind in ("reference", "address"):
        return str(context["sentence"]) if "sentence" in context else flat(detail["msg"])
    if kind == "value_error":
        return str(context["error"])
    given = detail["input"]
    shown = f", not {given!r}" if isinstance(given, int | float | str | bool) else ""
    return flat(detail["msg"]).replace("Input should", "must") + shown


def _known(tree: Any, loc: Location, key: str, root: type[BaseModel]) -> str:
    model = _model(tree, loc, root)
    field = model.model_fields.get(key) or model.model_fields.get(f"{key}_") if model else None
    help_ = (field.description or "") if field else ""
    return f"it must be given{': ' + help_[0].lower() + help_[1:] if help_ else ''}".rstrip(".")


def _fields(tree: Any, loc: Location, root: type[BaseModel]) -> Iterator[str]:
    model = _model(tree, loc, root)
    for name, field in model.model_fields.items() if model else ():
        yield field.alias or name


def _model(tree: Any, loc: Location, root: type[BaseModel]) -> type[BaseModel] | None:
    """The settings model that stands at ``loc``."""
    model: type[BaseModel] | None = root
    node = tree
    for i, step in enumerate(loc):
        node = node[step]
        if isinstance(step, int):
            if _is_rule(loc[: i + 1]):
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


def is_key(text: str) -> bool:
    """Whether settings know a key of that name, anywhere."""
    return text in _keys()


@cache
def _keys() -> frozenset[str]:
    found: set[str] = set()
    left: list[Any] = [settings_schema(), site_schema()]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            found.update(node.get("properties", {}))
        left.extend(node.values() if isinstance(node, dict) else node)
        left = [one for one in left if isinstance(one, dict | list)]
    return frozenset(found)


def flat(text: str | None) -> str:
    """`text` on one line."""
    return " ".join((text or "unreadable").split())
