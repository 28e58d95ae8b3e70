"""Who stands under a privacy mask is not followed; who stands elsewhere is, as before."""

from pathlib import Path

import numpy as np

from curtilage.analysis.camera import CameraAnalysis
from curtilage.analysis.changes import is_changed
from curtilage.analysis.straight import analyse
from curtilage.analysis.tracks.masking import outside_masks
from curtilage.config import SiteSettings, parse_site
from curtilage.model import Detections, Packet
from tests.analysis.blocks import BlockDetector, film, walks
from tests.analysis.recordings import items, site_of

GARDEN = [(0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (0.0, 1.0)]
HOUSE = [(0.5, 0.0), (1.0, 0.0), (1.0, 0.5), (0.5, 0.5)]


def found(*boxes: tuple[float, float, float, float]) -> Detections:
    count = len(boxes)
    scores = np.linspace(0.9, 0.5, count).astype(np.float32)
    return Detections(np.array(boxes, np.float32), scores, np.arange(count, dtype=np.int16))


def test_feet_decide() -> None:
    in_the_garden = (0.2, 0.3, 0.3, 0.7)
    before_the_house = (0.7, 0.1, 0.8, 0.6)  # most of it over the mask
    left = outside_masks(found(in_the_garden, before_the_house), [GARDEN, HOUSE])
    assert left.boxes.tolist() == found(before_the_house).boxes.tolist()
    assert left.class_id.tolist() == [1]
    assert left.score.tolist() == [np.float32(0.5)]


def test_feet_cut_off_by_the_edge_of_the_picture_stand_at_the_edge() -> None:
    boxes = [(0.0, 0.6, 0.1, 1.0), (-0.1, 0.6, 0.02, 1.02), (0.2, 0.9, 0.3, 1.2)]
    assert len(outside_masks(found(*boxes), [GARDEN])) == 0


def test_without_masks_and_without_anybody_nothing_changes() -> None:
    some, none = found((0.1, 0.1, 0.2, 0.9)), Detections.empty()
    assert outside_masks(some, []) is some
    assert outside_masks(none, [GARDEN]) is none


def test_a_mask_that_is_drawn_or_taken_away_reaches_the_analysis_at_once() -> None:
    head = "state: s\nvolumes: [{path: v}]\ncameras:\n  - {name: yard, url: 'rtsp://h/1'"
    bare = parse_site(head + "}\n")
    hidden = parse_site(head + ", masks: [[[0, 0.5], [0.5, 0.5], [0.5, 1], [0, 1]]]}\n")
    assert is_changed(bare, bare.cameras[0], hidden, hidden.cameras[0])
    assert is_changed(hidden, hidden.cameras[0], bare, bare.cameras[0])
    assert not is_changed(hidden, hidden.cameras[0], hidden, hidden.cameras[0])


def test_no_event_and_no_track_comes_from_under_a_mask(tmp_path: Path) -> None:
    """The first visit is counted; then a mask is drawn over all of it, and later taken away."""
    line = {"id": "line", "type": "line_crossing", "points": [[0.5, 0.0], [0.5, 1.0]]}
    said = {"name": "yard", "rules": [line], "analysis": {"gate": "always"}}
    everything = [[0, 0], [1, 0], [1, 1], [0, 1]]
    bare, hidden = site_of(tmp_path, said), site_of(tmp_path, {**said, "masks": [everything]})
    story = list(
        items(film(tmp_path / "y.mp4", 60.0, walks((5.0, 10.0), (22.0, 28.0), (45.0, 50.0))))
    )
    detector = BlockDetector()
    camera = CameraAnalysis(bare, bare.cameras[0], None, detector.picture_size)
    begin = next(item.pts_ns for _, item in story if isinstance(item, Packet))
    crossed: list[int] = []
    settings: list[tuple[float, SiteSettings]] = [(15.0, hidden), (38.0, bare)]
    for stream, item in story:
        if isinstance(item, Packet) and settings and item.pts_ns >= begin + settings[0][0] * 1e9:
            _, site = settings.pop(0)
            camera.change(site, site.cameras[0], 0)
        for update in analyse(camera, [(stream, item)], detector):
            crossed += [round((event.time_ns - begin) / 1e9) for event in update.events]
            if len(settings) == 1:
                assert len(update.tracks) == 0
    assert len(crossed) == 2
    assert crossed[0] < 15 < 38 < crossed[1]
