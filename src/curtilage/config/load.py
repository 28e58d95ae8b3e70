"""Read settings from YAML, and say what is wrong in one sentence that names file and line."""

import re
import stat
import warnings
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from curtilage.config.explain import first_problem, flat, is_key
from curtilage.config.scene import SceneSettings
from curtilage.config.site import SiteSettings
from curtilage.errors import InputError

LARGEST_FILE = 1_000_000  # bytes; a settings file of a person is below ten thousand

OF_THE_READER = re.compile(r"(?:[a-z ,.()-]|<[a-z ]+>|'<[a-z ]+>'|'[^\w']{1,2}')*")
"""Words of the YAML reader's own, with single signs in quotes; all else may be a password."""

Settings = TypeVar("Settings", bound=BaseModel)


class SettingsError(InputError):
    """A settings file that cannot be used; the sentence names file, line and key."""


def load_settings(path: Path) -> SceneSettings:
    """Read the rules file at ``path``.

    Raises:
        SettingsError: the file cannot be read, is not YAML, or breaks a rule of the settings.

    """
    return parse_settings(read_text(path, "a rules file"), str(path))


def parse_settings(text: str, name: str = "rules") -> SceneSettings:
    """Read rules from YAML ``text``; ``name`` stands for the file in messages.

    Raises:
        SettingsError: as ``load_settings``.

    """
    return _parse(text, name, SceneSettings, "rules")


def load_site(path: Path) -> SiteSettings:
    """Read the site's settings at ``path``; relative folders in it are beside the file.

    Raises:
        SettingsError: the file cannot be read, is not YAML, or breaks a rule of the settings.

    """
    return placed(parse_site(read_text(path, "a site's settings"), str(path)), path)


def placed(site: SiteSettings, path: Path) -> SiteSettings:
    """``site`` as it stood in the file at ``path``: relative folders are beside that file."""
    here = path.resolve().parent
    volumes = tuple(
        volume.model_copy(update={"path": here / volume.path}) for volume in site.volumes
    )
    detector = site.analysis.detector
    if detector.model is not None:
        detector = detector.model_copy(update={"model": here / detector.model})
    return site.model_copy(
        update={
            "state": here / site.state,
            "volumes": volumes,
            "footage": tuple(here / folder for folder in site.footage),
            "analysis": site.analysis.model_copy(update={"detector": detector}),
        }
    )


def parse_site(text: str, name: str = "site") -> SiteSettings:
    """Read a site's settings from YAML ``text``; ``name`` stands for the file in messages.

    Raises:
        SettingsError: as ``load_site``.

    """
    return _parse(text, name, SiteSettings, "cameras")


def is_site(path: Path) -> bool:
    """Whether the file means to be a site's settings, not rules: it names volumes or cameras.

    Raises:
        SettingsError: the file cannot be read, or is not YAML.

    """
    tree = _tree(read_text(path, "a settings file"), str(path))
    return isinstance(tree, dict) and not {"volumes", "cameras", "state"}.isdisjoint(tree)


def read_text(path: Path, what: str) -> str:
    """The text of a settings file; ``what`` says in messages what it should be.

    Raises:
        SettingsError: it cannot be read.

    """
    try:
        found = path.stat()
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise SettingsError(f"{path}: is no file, so this is not {what}")  # it may never end
        if found.st_size > LARGEST_FILE:
            raise SettingsError(f"{path}: larger than 1 MB, so this is not {what}")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: is not UTF-8 text; {what} is YAML") from None


def _tree(text: str, name: str) -> Any:
    yaml = YAML(typ="rt", pure=True)
    try:
        with warnings.catch_warnings(action="ignore"):  # they repeat what stands in the file
            return yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark else ""
        raise SettingsError(f"{name}{where}: {_not_yaml(flat(error.problem))}") from None
    except (YAMLError, ValueError, RecursionError, AttributeError, TypeError):
        raise SettingsError(f"{name}: is not YAML") from None


def _not_yaml(problem: str) -> str:
    """What the reader of YAML says, unless it repeats something of the file: of that, the key."""
    twice = re.match(r'found duplicate key "(\w+)"( with|$)', problem)
    if twice is not None and is_key(twice[1]):
        return f"the key {twice[1]!r} stands here twice; keep one of them"
    if problem.startswith("found duplicate key"):
        return "a key stands here twice; keep one of them"
    return f"is not YAML ({problem})" if OF_THE_READER.fullmatch(problem) else "is not YAML"


def _parse(text: str, name: str, model: type[Settings], key: str) -> Settings:
    tree = _tree(text, name)
    if not isinstance(tree, dict):
        raise SettingsError(f"{name}: must be a mapping with the key `{key}`")
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(first_problem(name, tree, error, model)) from None
