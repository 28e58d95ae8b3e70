"""Writes the rules file that is made when nobody gave one: what to notice, and how to change it.

Whole-frame occupancy, a heat map, and a line with a counter across the busiest way, if somebody
went anywhere. Its comments are for an owner who has never seen such a file.
"""

import json
import re
from collections import Counter
from pathlib import PurePath

import numpy as np

from curtilage.app.default_rules.busiest import BusiestLine, busiest_line
from curtilage.app.default_rules.ways import SURE_HITS, ways_of
from curtilage.app.outputs.playback import Playback
from curtilage.app.outputs.tracks_file import Rows
from curtilage.model import LABELS

CARRIED = frozenset({"backpack", "handbag", "suitcase"})
"""Carried things are seen with whoever carries them, so they would count everybody twice."""

SHARE = 0.05
"""Of all sure tracks: a class below that is left out as a likely error of the detector."""

HEAD = """\
# Rules that Curtilage made from the footage, because none were given. Change them as you like:
# move the line, give things names, add areas. Then run the same command again; that takes
# seconds, for the footage is not analysed a second time:
#     curtilage analyze FOOTAGE --rules THIS_FILE --out FOLDER
# Points are fractions of the picture: [0, 0] is the top left corner, [1, 1] the bottom right one.
# Rules follow the feet: the middle of the bottom edge of the box round somebody.
"""

OCCUPANCY = """\
  # How many are in the picture, over time. Give it the corners of an area to count only there.
  - id: picture
    type: occupancy
    polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]

  # Where they walk and stand, and for how long.
  - id: floor
    type: heatmap
"""

NO_LINE = """\
  # Nobody was seen to go anywhere, so no line was drawn. This is how one looks; take the '#' away,
  # and put its two points on the ground, across the way:
  # - {id: way, type: line_crossing, points: [[0.50, 0.40], [0.50, 0.80]]}
  # - {id: passages, type: counter, lines: [{line: way, in: a_to_b}]}
"""

MORE = """\
  # An area to watch, ready to use: take the '#' away and put its corners on the ground.
  # - {id: area, type: intrusion, polygon: [[0.4, 0.6], [0.6, 0.6], [0.6, 0.8], [0.4, 0.8]]}
"""


def make_rules(played: Playback) -> str:
    """A rules file (YAML) for what was seen; it is valid for ``parse_settings``."""
    width, height = played.footage.size
    aspect = width / height
    classes = _moving(played.rows, _classes(played.rows), aspect)
    line = busiest_line(ways_of(_of(played.rows, classes), aspect), aspect)
    parts = [
        HEAD,
        f"camera: {{name: {json.dumps(_name(played.footage.source), ensure_ascii=False)}}}\n\n",
        "# What all rules look at, unless a rule has `classes` of its own. Allowed are\n",
        _wrapped(LABELS),
        f"classes: [{', '.join(classes)}]\n\n",
        "rules:\n",
        _line_rules(line) if line is not None else NO_LINE,
        "\n",
        OCCUPANCY,
        "\n",
        MORE,
    ]
    return "".join(parts)


def _classes(rows: Rows) -> list[str]:
    """What was seen often enough, in the vocabulary's order; people when there was nothing."""
    sure = rows[rows["hits"] >= SURE_HITS]
    _, last = np.unique(sure["track"][::-1], return_index=True)
    tracks = Counter(LABELS[class_id] for class_id in sure["class"][::-1][last].tolist())
    for label in CARRIED:
        del tracks[label]
    enough = SHARE * tracks.total()
    return [label for label in LABELS if tracks[label] and tracks[label] >= enough] or ["person"]


def _moving(rows: Rows, classes: list[str], aspect: float) -> list[str]:
    """Those of ``classes`` that went somewhere: parked cars would outshine everything else."""
    moving = [label for label in classes if ways_of(_of(rows, [label]), aspect).tracks]
    return moving or classes


def _of(rows: Rows, classes: list[str]) -> Rows:
    return rows[np.isin(rows["class"], [LABELS.index(label) for label in classes])]


def _line_rules(line: BusiestLine) -> str:
    (x0, y0), (x1, y1) = line.points.tolist()
    return f"""\
  # A line across the busiest way: {line.crossing} of {line.tracks} that went somewhere cross it.
  # It has two sides: A is on the left, going from its first point to its second, B on the right.
  - id: way
    type: line_crossing
    points: [[{x0:.3f}, {y0:.3f}], [{x1:.3f}, {y1:.3f}]]
    direction: any   # or a_to_b, or b_to_a

  # Counts who crosses the line. `in` is the way that more of them took; write b_to_a if it is out.
  - id: passages
    type: counter
    lines: [{{line: way, in: a_to_b}}]
"""


def _name(source: str) -> str:
    """The file's name as a name of a camera: letters, digits, blanks, dots and dashes."""
    name = re.sub(r"[^\w .-]+", "_", PurePath(source).stem)
    return re.sub(r"^[\W_]+", "", name)[:64].strip() or "camera"


def _wrapped(labels: tuple[str, ...]) -> str:
    half = len(labels) // 2
    return f"# {', '.join(labels[:half])},\n# {', '.join(labels[half:])}.\n"
