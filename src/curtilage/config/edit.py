"""Change a site's settings text: cameras, their rules, keys of the site; all else stays as it is.

``edit(text, change) -> text``. A change works on plain data (what YAML says, without comments);
``splice.become`` then brings the text to it line by line, so comments, order and spelling of what
does not change are the owner's. What comes out has been checked to be good settings.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from curtilage.config.address import HIDDEN, Address
from curtilage.config.load import parse_site
from curtilage.config.splice import become, plain_tree
from curtilage.errors import InputError

Tree: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Tree], None]
DEEPEST = 8  # dots in a key


class EditError(InputError):
    """A change that cannot be made: no such camera or rule, or one of that name is there."""


def edit(text: str, change: Change, name: str = "settings") -> str:
    """``text`` after ``change``.

    Args:
        text: Good settings of a site.
        change: One of the changes below, or any function that changes the plain data.
        name: Stands for the file in messages.

    Raises:
        EditError: the change cannot be made.
        SettingsError: the text is wrong, or would be afterwards; the sentence names line and key.

    """
    parse_site(text, name)
    wanted = plain_tree(text)
    change(wanted)
    after = become(text, wanted)
    parse_site(after, name)
    return after


def all_of(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(tree: Tree) -> None:
        for one in changes:
            one(tree)

    return change


def add_camera(camera: Mapping[str, Any]) -> Change:
    """A new camera, behind the others."""

    def change(tree: Tree) -> None:
        cameras = tree["cameras"] = tree.get("cameras") or []
        if any(one.get("name") == camera.get("name") for one in cameras):
            raise EditError(f"camera {camera.get('name')!r} is there already; change that one")
        _no_hidden(camera, {})
        cameras.append(_plain(camera))

    return change


def replace_camera(name: str, camera: Mapping[str, Any]) -> Change:
    """Other settings for a camera, all of them; addresses whose password is hidden keep it."""

    def change(tree: Tree) -> None:
        old = _camera(tree, name)
        new = _no_hidden(_plain(camera), old)
        old.clear()
        old.update(new)

    return change


def change_camera(name: str, keys: Mapping[str, Any]) -> Change:
    """Some keys of a camera, as in ``{"enabled": False, "analysis.fps": 2}``; None removes one."""

    def change(tree: Tree) -> None:
        camera = _camera(tree, name)
        old = _plain(camera)
        _set_all(camera, keys)
        camera.update(_no_hidden(camera, old))

    return change


def remove_camera(name: str) -> Change:
    """A camera less. Its recordings stay until their time is over."""

    def change(tree: Tree) -> None:
        tree["cameras"].remove(_camera(tree, name))

    return change


def set_rules(camera: str, rules: Sequence[Mapping[str, Any]]) -> Change:
    """All rules of a camera."""

    def change(tree: Tree) -> None:
        _set(_camera(tree, camera), "rules", _plain(rules) or None)

    return change


def put_rule(camera: str, rule: Mapping[str, Any]) -> Change:
    """A rule of a camera: in the place of the one with its id, else behind the others."""

    def change(tree: Tree) -> None:
        settings = _camera(tree, camera)
        rules = settings["rules"] = settings.get("rules") or []
        at = next((n for n, one in enumerate(rules) if one.get("id") == rule.get("id")), len(rules))
        rules[at : at + 1] = [_plain(rule)]

    return change


def remove_rule(camera: str, rule: str) -> Change:
    """A rule less."""

    def change(tree: Tree) -> None:
        settings = _camera(tree, camera)
        rules = settings.get("rules") or []
        left = [one for one in rules if one.get("id") != rule]
        if len(left) == len(rules):
            raise EditError(f"camera {camera!r} has no rule {rule!r}")
        _set(settings, "rules", left or None)

    return change


def set_site(keys: Mapping[str, Any]) -> Change:
    """Keys of the site, as in ``{"mode": "away", "web.port": 8961}``; None removes one."""

    def change(tree: Tree) -> None:
        _set_all(tree, keys)

    return change


def _camera(tree: Tree, name: str) -> Tree:
    for one in tree.get("cameras") or []:
        if one.get("name") == name:
            found: Tree = one
            return found
    raise EditError(f"no camera is called {name!r}")


def _set_all(tree: Tree, keys: Mapping[str, Any]) -> None:
    for key, value in keys.items():
        if key.count(".") > DEEPEST:
            raise EditError(f"no key has more than {DEEPEST} dots")
        _set(tree, key, value)


def _set(tree: Tree, dotted: str, value: Any) -> None:
    """Set a key; None removes it, and what is empty then."""
    first, _, rest = dotted.partition(".")
    if rest:
        inner = tree[first] = tree.get(first) or {}
        if not isinstance(inner, dict):
            raise EditError(f"{first} has no keys of its own; set it as a whole")
        _set(inner, rest, value)
        if not inner:
            del tree[first]
    elif value is None:
        tree.pop(first, None)
    else:
        tree[first] = _plain(value)


def _plain(value: Any) -> Any:
    """A copy of lists and dicts, whatever they were."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _no_hidden(camera: Mapping[str, Any], old: Mapping[str, Any]) -> Tree:
    """``camera`` with the passwords that it hides taken from ``old``.

    Raises:
        EditError: a password is hidden that ``old`` does not have.

    """
    known = {str(Address(url)): url for url in _urls(old)}

    def shown(url: Any) -> Any:
        if not isinstance(url, str) or HIDDEN not in url or url in known.values():
            return url
        if url not in known:
            raise EditError("the address was changed while its password is hidden; give both")
        return known[url]

    new = _plain(camera)
    for place in (new, *(new.get("streams") or [])):
        if isinstance(place, dict) and "url" in place:
            place["url"] = shown(place["url"])
    return dict(new)


def _urls(camera: Mapping[str, Any]) -> list[str]:
    places = [camera, *(camera.get("streams") or [])]
    return [place["url"] for place in places if isinstance(place.get("url"), str)]
