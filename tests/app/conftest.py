from pathlib import Path

import pytest

from curtilage.app.analyze import source
from tests.app.square import no_report, use_square
from tests.ingest.clips import write_clip

RULES = """\
# a line across the way of the square, and the whole picture
camera: {name: yard}
rules:
  - {id: gate, type: line_crossing, points: [[0.5, 0.0], [0.5, 1.0]]}
  - {id: door, type: counter, lines: [{line: gate, in: b_to_a}]}
  - {id: floor, type: occupancy, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}
  - {id: stays, type: dwell, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], k: 1}
  - id: ways
    type: paths
    zones: {left: [[0, 0], [0.4, 0], [0.4, 1], [0, 1]], right: [[0.6, 0], [1, 0], [1, 1], [0.6, 1]]}
"""


@pytest.fixture
def square(monkeypatch: pytest.MonkeyPatch) -> None:
    """The detector finds the red square of made clips; no report is drawn."""
    monkeypatch.setattr(source, "open_detector", use_square)
    monkeypatch.setattr(source, "_report", no_report)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds in which the square goes from left to right twice."""
    path = tmp_path_factory.mktemp("clip") / "yard.mp4"
    return write_clip(path, 130, options={"g": "25", "bf": "2"})


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rules file for that clip."""
    path = tmp_path / "given.yaml"
    path.write_text(RULES)
    return path
