"""What a report says in sentences: what it does not tell, how it was made and is made again."""

import shlex

from curtilage.app.report.folder import Folder
from curtilage.app.report.wording import length, listing, number, plural

HALF = 0.5


def not_told(folder: Folder) -> list[str]:
    """Limits of what was looked at, as plain sentences."""
    summary = folder.summary
    sentences = []
    if not summary.get("complete"):
        sentences.append(
            "The analysis was interrupted, so this page shows only a part; run the same command "
            "again and it goes on where it stopped."
        )
    decoded, analysed = _whole(summary, "frames_decoded"), _whole(summary, "frames_analysed")
    if decoded > analysed > 0 and folder.duration > 0:
        sentences.append(
            f"{number(analysed)} of {number(decoded)} pictures were looked at, "
            f"{analysed / folder.duration:.3g} a second; what was there for a shorter time than "
            "lies between two of them may be missing."
        )
    classes = sorted({label for rule in folder.settings.rules for label in rule.classes or ()})
    looked = list(dict.fromkeys([*folder.settings.classes, *classes]))
    sentences += [
        f"The rules look at {listing(plural(label, 2) for label in looked)} and at nothing else.",
        "Somebody who is hidden, far away or cut off by the border may be missed, and one who "
        "leaves and comes back is counted again: nobody is recognised.",
    ]
    return sentences


def again(folder: Folder) -> str:
    """The command that runs changed rules, to be given in the folder itself."""
    if not _whole(folder.summary, "frames_decoded"):
        return "curtilage replay tracks.parquet --rules rules.yaml --out ."
    source = shlex.quote(str(folder.summary.get("source", "")))
    return f"curtilage analyze PATH_TO/{source} --rules rules.yaml --out ."


def footer_facts(folder: Folder) -> list[tuple[str, str]]:
    """Name and value of what the page was made with."""
    summary = folder.summary
    detector = summary.get("detector") or {}
    parts = [str(detector.get(key) or "") for key in ("name", "backend", "precision", "input")]
    facts = [
        ("Made by", f"Curtilage {summary.get('version', '')}"),
        ("Made at", str(summary.get("created", "")).replace("T", " ").replace("Z", " UTC")),
        ("Detector", ", ".join(part for part in parts if part)),
        ("Speed", _speed(folder)),
    ]
    return [(name, value) for name, value in facts if value.strip()]


def _speed(folder: Folder) -> str:
    timings = folder.summary.get("timings") or {}
    spent = {name: float(timings.get(name) or 0.0) for name in ("decode_s", "detect_s", "track_s")}
    wall = float(timings.get("wall_s") or 0.0)
    # with stored tracks only the rules were run, so the clock says nothing about the footage
    busy = wall if wall > HALF * sum(spent.values()) else sum(spent.values())
    analysed = _whole(folder.summary, "frames_analysed")
    if not (busy > 0 and analysed):
        return ""
    return (
        f"{number(analysed)} pictures in {length(busy)}: {_rough(analysed / busy)} a second, "
        f"{_rough(folder.duration / busy)} times as fast as the footage plays"
    )


def _rough(value: float) -> str:
    return number(value) if value >= 10 else f"{value:.1f}"


def _whole(summary: dict[str, object], key: str) -> int:
    value = summary.get(key)
    return int(value) if isinstance(value, int | float) else 0
