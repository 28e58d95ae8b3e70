"""The versions of a site's settings: listed, compared, brought back."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from curtilage.app.run.settings import state_of
from curtilage.config.change import change_file
from curtilage.config.load import read_text
from curtilage.config.redact import shown_settings
from curtilage.config.versions import RESTORED, Version, Versions, VersionsError

CONTEXT = 3  # lines around a difference


@dataclass(frozen=True, slots=True)
class Text:
    """Settings under a name."""

    name: str
    text: str


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


def unified(before: Text, after: Text) -> Iterator[str]:
    """A unified diff of what the texts are, in words that may be shown."""
    old, new = before.text.split("\n"), after.text.split("\n")
    shown = shown_settings(before.text).split("\n"), shown_settings(after.text).split("\n")
    groups = list(difflib.SequenceMatcher(None, old, new, False).get_grouped_opcodes(CONTEXT))
    if groups:
        yield f"--- {before.name}"
        yield f"+++ {after.name}"
    for group in groups:
        first, last = group[0], group[-1]
        yield f"@@ -{_span(first[1], last[2])} +{_span(first[3], last[4])} @@"
        for what, i, j, k, m in group:
            if what == "equal":
                yield from (f" {line}" for line in shown[0][i:j])
            else:
                yield from (f"-{line}" for line in shown[0][i:j])
                yield from (f"+{line}" for line in shown[1][k:m])


def _span(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1 if length else start},{length}"


def _text(versions: Versions, number: int) -> Text:
    version = versions.version(number)
    return Text(f"version {number}", versions.text(version))
