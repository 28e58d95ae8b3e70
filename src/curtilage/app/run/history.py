"""The versions of a site's settings: listed, compared, brought back."""

from collections.abc import Iterator
from pathlib import Path

from curtilage.app.run.settings import state_of
from curtilage.config.change import change_file
from curtilage.config.difference import Text, unified
from curtilage.config.load import read_text
from curtilage.config.versions import RESTORED, Version, Versions, VersionsError


def versions_of(source: Path) -> Versions:
    """The versions of the settings in ``source``, which may be wrong now.

    Raises:
        SettingsError: not even its state folder can be read from it.

    """
    return Versions(state_of(source))


def difference(source: Path, old: int | None, new: int | None) -> Iterator[str]:
    """Lines of a unified diff, passwords hidden; one that changed shows as a changed line.

    Args:
        source: The settings file.
        old: A version; None: the one that was accepted last (if ``new`` is None, too).
        new: A version; None: the file as it is now.

    Raises:
        VersionsError: there is no such version.

    """
    versions = versions_of(source)
    if old is None:
        latest = versions.latest()
        if latest is None:
            raise VersionsError(f"{versions.folder}: no version of the settings was kept yet")
        old = latest.number
    before = _text(versions, old)
    if new is None:
        after = Text(str(source), read_text(source, "a site's settings"))
    else:
        after = _text(versions, new)
    return unified(before, after)


def restore(source: Path, number: int) -> Version:
    """Let the settings file hold version ``number`` again; the file's text is kept first.

    Raises:
        VersionsError: there is no such version.
        SettingsError: this software does not take it any more, or the file cannot be written.

    """
    versions = versions_of(source)
    text = versions.text(versions.version(number))
    return change_file(versions, source, RESTORED, lambda _before: text, note=f"version {number}")


def _text(versions: Versions, number: int) -> Text:
    version = versions.version(number)
    return Text(f"version {number}", versions.text(version))
