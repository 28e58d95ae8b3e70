"""Which rules an analysis runs: the given ones, those that lie in the folder, or made ones."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from curtilage.app.default_rules import make_rules
from curtilage.app.outputs.files import replacing
from curtilage.app.outputs.playback import Playback
from curtilage.app.outputs.summary import read_summary
from curtilage.config import SceneSettings, load_settings, parse_settings

RULES = "rules.yaml"


@dataclass(frozen=True, slots=True)
class RulesFile:
    """A rules file: its text as it is, and what it says."""

    text: str
    settings: SceneSettings
    made: bool = False  # by us, from what was seen

    @property
    def sha256(self) -> str:
        """Of the text; tells whether somebody has changed it since."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_rules(path: Path) -> RulesFile:
    """Read a rules file.

    Raises:
        SettingsError: it cannot be used.

    """
    settings = load_settings(path)
    return RulesFile(path.read_bytes().decode(), settings)


def own_rules(out: Path) -> RulesFile | None:
    """The rules that lie in an output folder, if somebody has put or changed them there.

    Rules that were made and never touched are none of them: they are made anew, from the tracks
    that there are now.

    Raises:
        SettingsError: they cannot be used.

    """
    path = out / RULES
    if not path.exists():
        return None
    rules, before = read_rules(path), read_summary(out)
    untouched = before.get("rules_made") and before.get("rules_sha256") == rules.sha256
    return None if untouched else rules


def made_rules(played: Playback) -> RulesFile:
    """Rules that fit what was seen, with comments for whoever edits them."""
    text = make_rules(played)
    return RulesFile(text, parse_settings(text, RULES), made=True)


def write_rules(out: Path, rules: RulesFile) -> None:
    """Write ``rules.yaml`` into ``out``, to the byte as it was given.

    Raises:
        OutputError: it cannot be written.

    """
    with replacing(out / RULES) as file:
        file.write(rules.text.encode())
