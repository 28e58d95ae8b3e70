"""The settings that a site runs with: taken from the owner's file, kept as versions, given on.

The children read a file of their own in which folders are whole paths. It is made from the accepted
version, so what is wrong in the owner's file never reaches them.
"""

import io
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from ruamel.yaml import YAML

from curtilage.config import SettingsError, SiteSettings, load_site, parse_site
from curtilage.config.load import placed, read_text
from curtilage.config.replace import replace_file
from curtilage.config.versions import EDITED, Version, Versions, VersionsError

STATE_LINE = re.compile(r"""^state[ ]*:[ ]+(?:"([^"]+)"|'([^']+)'|([^#\n]+?))[ ]*(?:#.*)?$""", re.M)
KEPT = 20  # files for children: those that a child may be about to read are among the newest


@dataclass(frozen=True, slots=True)
class Accepted:
    """Settings that run, or are about to."""

    site: SiteSettings
    version: Version
    file: Path  # for the children
    problem: str | None = None
    """Why the owner's file does not run, but this older version does."""


def accept(source: Path, by: str = EDITED) -> Accepted:
    """Take the owner's file.

    Raises:
        SettingsError: it cannot be read, or is wrong; the sentence names the line.
        VersionsError: the state folder cannot be written.

    """
    text = read_text(source, "a site's settings")
    site = placed(parse_site(text, str(source)), source)
    versions = Versions(site.state)
    version = versions.keep(text, source, by)
    return Accepted(site, version, _for_children(versions, version, text))


def accept_or_last(source: Path, by: str = EDITED) -> Accepted:
    """Take the owner's file; if it is wrong, the version that was accepted last.

    Raises:
        SettingsError: it is wrong, and there is no version that was accepted.
        VersionsError: the state folder cannot be written.

    """
    try:
        return accept(source, by)
    except SettingsError as error:
        last = _last(source)
        if last is None:
            raise
        file = _for_children(Versions(last.site.state), last.version, last.text)
        return Accepted(last.site, last.version, file, str(error))


def site_that_runs(source: Path) -> SiteSettings:
    """The settings that a supervisor would run now: the file's, or the last good ones.

    Raises:
        SettingsError: the file is wrong, and there is no version that was accepted.

    """
    try:
        return load_site(source)
    except SettingsError:
        last = _last(source)
        if last is None:
            raise
        return last.site


def state_of(source: Path) -> Path:
    """The state folder of the settings in ``source``, also when they are wrong elsewhere.

    Raises:
        SettingsError: it cannot be read from there, or the file cannot be read at all.

    """
    text = read_text(source, "a site's settings")
    try:
        state = parse_site(text, str(source)).state
    except SettingsError:
        found = STATE_LINE.search(text)
        if found is None:
            usual = user_data_path("curtilage") / "state"
            if not usual.is_dir():
                raise
            return usual
        state = Path(next(group for group in found.groups() if group).strip())
    return source.resolve().parent / state


@dataclass(frozen=True, slots=True)
class _Last:
    """The version that was accepted last."""

    site: SiteSettings
    version: Version
    text: str


def _last(source: Path) -> _Last | None:
    with suppress(SettingsError, VersionsError):
        versions = Versions(state_of(source))
        version = versions.latest()
        if version is not None:
            text = versions.text(version)
            name = str(versions.path(version.number))
            return _Last(placed(parse_site(text, name), Path(version.file)), version, text)
    return None


def _for_children(versions: Versions, version: Version, text: str) -> Path:
    """Write the children's file."""
    folder = versions.folder / "running"
    path = folder / f"{version.number:04}.yaml"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        content = with_whole_paths(text, Path(version.file).resolve().parent)
        replace_file(path, content.encode("utf-8"), mode=0o600)
        for old in sorted(folder.glob("*.yaml"))[:-KEPT]:
            if old != path:
                old.unlink(missing_ok=True)
    except OSError as error:
        raise VersionsError(f"{folder}: cannot be written ({error.strerror})") from None
    return path


def with_whole_paths(text: str, folder: Path) -> str:
    """Settings in which no folder depends on where the file is. ``text`` must be good."""
    yaml = YAML(typ="rt", pure=True)
    yaml.width = 1_000_000
    tree: dict[str, Any] = yaml.load(text)
    tree["state"] = str(folder / tree["state"])
    for volume in tree["volumes"]:
        volume["path"] = str(folder / volume["path"])
    if tree.get("footage"):
        tree["footage"] = [str(folder / one) for one in tree["footage"]]
    detector = (tree.get("analysis") or {}).get("detector") or {}
    if detector.get("model") is not None:
        detector["model"] = str(folder / detector["model"])
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue()
