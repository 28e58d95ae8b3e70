"""The ways that everybody walked, as thin lines over the picture."""

import colorsys
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import shapely

from curtilage.app.outputs.tracks_file import Rows
from curtilage.app.report.figures import SURE_HITS

MOST = 400
"""Ways drawn, the longest ones: more would hide each other."""

SMOOTH = 2.5  # frames; boxes tremble, feet do not
KERNEL = np.asarray(cv2.getGaussianKernel(2 * round(3 * SMOOTH) + 1, SMOOTH), np.float64)
ONE = np.ones(1)
TOLERANCE = 0.002  # of the frame; the line may leave the smoothed feet by so much
GOLDEN = 0.6180339887498949  # spreads hues so that neighbours in number differ


@dataclass(frozen=True, slots=True)
class Walk:
    """One way: points for an SVG polyline over a picture of 1000 by 1000 units."""

    points: str
    colour: str  # CSS


def track_colour(track: int) -> tuple[int, int, int]:
    """Red, green and blue (0..255) of a track, the same in report and video."""
    hue = track * GOLDEN % 1.0
    red, green, blue = colorsys.hls_to_rgb(hue, 0.62 if 0.55 < hue < 0.8 else 0.55, 0.85)
    return round(red * 255), round(green * 255), round(blue * 255)


def walks_of(rows: Rows) -> list[Walk]:
    """The longest ways of sure tracks, in the order of their numbers."""
    rows = rows[rows["seen"]]
    rows = rows[np.lexsort((rows["frame"], rows["track"]))]
    if not len(rows):
        return []
    foot = np.stack([(rows["x0"] + rows["x1"]) / 2, rows["y1"]], axis=1).astype(np.float64)
    tracks, first = np.unique(rows["track"], return_index=True)
    ends = np.append(first[1:], len(rows))
    chosen = [
        i for i in range(len(tracks)) if ends[i] - first[i] > 1
        and rows["hits"][ends[i] - 1] >= SURE_HITS
    ]  # fmt: skip
    lines = np.array(
        [shapely.LineString(_smoothed(foot[first[i] : ends[i]])) for i in chosen], object
    )
    longest = np.sort(np.argsort(-shapely.length(lines), kind="stable")[:MOST])
    simple = shapely.simplify(lines[longest], TOLERANCE)
    return [
        Walk(
            points=" ".join(f"{x:.0f},{y:.0f}" for x, y in shapely.get_coordinates(line) * 1000),
            colour=f"rgb{track_colour(int(tracks[chosen[at]]))}",
        )
        for at, line in zip(longest.tolist(), simple, strict=True)
    ]


def _smoothed(foot: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """[N, 2]: a way without the tremble of its boxes; its ends stay near where they are."""
    return np.asarray(cv2.sepFilter2D(foot, -1, ONE, KERNEL, borderType=cv2.BORDER_REPLICATE))
