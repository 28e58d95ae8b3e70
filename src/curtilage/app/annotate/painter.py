"""Draws one frame of the annotated video: zones, lines, trails, boxes, counters, fresh events."""

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from curtilage.app.annotate.counters import Board
from curtilage.app.annotate.lettering import Colour, put, tag
from curtilage.app.annotate.moments import Moment, Moments
from curtilage.app.report.labels import WIDE, Label, labels_of
from curtilage.app.report.places import LineShape, Places, ZoneShape, places_of
from curtilage.app.report.walks import track_colour
from curtilage.app.report.wording import Clock
from curtilage.config import SceneSettings
from curtilage.model import LABELS, Image, Phase

COLOURS: dict[str, Colour] = {
    "sky": (69, 196, 240),
    "amber": (255, 176, 32),
    "green": (79, 208, 122),
    "pink": (255, 124, 196),
    "blue": (127, 166, 255),
    "red": (255, 116, 102),
    "yellow": (242, 225, 58),
    "violet": (198, 155, 255),
    "gray": (169, 178, 191),
}
"""Of places; the same as in the report's style sheet, which a test compares."""

TINT, FLASH_TINT = 0.12, 0.4  # how much of its colour a zone gets
MOST_TOLD = 3
PANEL: Colour = (16, 20, 26)


class Painter:
    """Draws into frames of one size."""

    def __init__(
        self, settings: SceneSettings, size: tuple[int, int], moments: Moments, board: Board
    ) -> None:
        width, height = size
        self._size = np.array(size, np.float64)
        self._thick = max(1, round(height / 480))
        self._sign = max(14, round(height / 38))
        self._small = max(12, round(height / 44))
        self._moments, self._board = moments, board
        self._places: Places = places_of(settings, width / height)
        self._labels = labels_of(self._places, width / height, WIDE)
        self._whole = [z for z in self._places.zones if z.whole]
        self._counters = [rule.id for rule in settings.rules if rule.type == "counter"]
        self._clock = Clock(settings.camera, 0.0)
        self._masks = {id(zone): self._mask(zone) for zone in self._places.zones}

    def paint(self, frame: Image, time: float) -> None:
        """Draw what was known at ``time`` (s) into ``frame``."""
        moment = self._moments.at(time)
        flashing = {event["rule"] for event in self._board.fresh(time)}
        for zone in self._places.zones:
            self._zone(frame, zone, bool(flashing & set(zone.ids)))
        for line in self._places.lines:
            self._line(frame, line, line.id in flashing)
        self._trails(frame, moment, time)
        self._boxes(frame, moment)
        self._rings(frame, moment, time)
        self._names(frame, time)
        self._told(frame, time)

    def _mask(self, zone: ZoneShape) -> tuple[tuple[slice, slice], npt.NDArray[np.bool_]]:
        """The part of the frame round a zone, and which of its pixels are inside."""
        rings = [self._pixels(ring) for ring in (zone.polygon, *zone.holes)]
        left, top = np.clip(rings[0].min(axis=0), 0, self._size - 1).astype(int)
        right, bottom = np.clip(rings[0].max(axis=0) + 1, 1, self._size).astype(int)
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [ring - (left, top) for ring in rings], 1)
        return (slice(top, bottom), slice(left, right)), mask.astype(np.bool_)

    def _zone(self, frame: Image, zone: ZoneShape, flashes: bool) -> None:
        if zone.whole:
            return
        colour = COLOURS[zone.colour][::-1]
        where, mask = self._masks[id(zone)]
        part = frame[where]
        tint = np.float32(FLASH_TINT if flashes else TINT)
        inside = part[mask].astype(np.float32)
        part[mask] = np.rint(inside + tint * (np.array(colour, np.float32) - inside))
        rings = [self._pixels(ring) for ring in (zone.polygon, *zone.holes)]
        cv2.polylines(frame, rings, True, colour, self._thick, cv2.LINE_AA)

    def _line(self, frame: Image, line: LineShape, flashes: bool) -> None:
        points = [self._pixels(line.points)]
        colour = (255, 255, 255) if flashes else COLOURS[line.colour][::-1]
        wide = self._thick * (4 if flashes else 2)
        cv2.polylines(frame, points, False, PANEL, wide + 2 * self._thick, cv2.LINE_AA)
        cv2.polylines(frame, points, False, colour, wide, cv2.LINE_AA)
        middle = np.array(line.middle) * self._size
        turn = np.radians(line.angle)
        across = np.array([np.cos(turn), np.sin(turn)]) * self._sign * 0.95
        for side, at in (("A", middle - across), ("B", middle + across)):
            letter = tag(side, COLOURS[line.colour], self._small)
            put(frame, letter, at[0] - letter.shape[1] / 2, at[1] - letter.shape[0] / 2)

    def _trails(self, frame: Image, moment: Moment, time: float) -> None:
        for track in moment.track.tolist():
            trail = self._moments.trail(track, time)
            if len(trail) > 1:
                way = [self._pixels(trail)]
                cv2.polylines(
                    frame, way, False, track_colour(track)[::-1], self._thick, cv2.LINE_AA
                )

    def _boxes(self, frame: Image, moment: Moment) -> None:
        corners = self._pixels(moment.box.reshape(-1, 2)).reshape(-1, 4)
        for i, (x0, y0, x1, y1) in enumerate(corners.tolist()):
            colour = track_colour(int(moment.track[i]))
            if moment.seen[i]:
                cv2.rectangle(frame, (x0, y0), (x1, y1), colour[::-1], self._thick)
            else:
                self._dashes(frame, (x0, y0, x1, y1), colour)
            text = f"{LABELS[moment.class_id[i]]} {moment.track[i]}"
            name = tag(text, colour, self._small)
            put(frame, name, x0, y0 - name.shape[0])

    def _dashes(self, frame: Image, box: tuple[int, int, int, int], colour: Colour) -> None:
        """Only the corners of a box: this one is where somebody should be, not where one is."""
        x0, y0, x1, y1 = box
        reach = max(3, min(x1 - x0, y1 - y0) // 4)
        for x, y, right, down in (
            (x0, y0, 1, 1),
            (x1, y0, -1, 1),
            (x0, y1, 1, -1),
            (x1, y1, -1, -1),
        ):
            cv2.line(frame, (x, y), (x + right * reach, y), colour[::-1], self._thick)
            cv2.line(frame, (x, y), (x, y + down * reach), colour[::-1], self._thick)

    def _rings(self, frame: Image, moment: Moment, time: float) -> None:
        """A ring at the feet of whoever a fresh event is about."""
        about = {event.get("track"): event for event in self._board.fresh(time)}
        for i, track in enumerate(moment.track.tolist()):
            event = about.get(track)
            if event is None or event.get("phase") == Phase.END:
                continue
            x0, _, x1, y1 = moment.box[i].tolist()
            foot = self._pixels([((x0 + x1) / 2, y1)])[0]
            wide = max(4, round((x1 - x0) * self._size[0] * 0.6))
            radius = (wide, max(2, wide // 2))
            centre = (int(foot[0]), int(foot[1]))
            cv2.ellipse(
                frame, centre, radius, 0, 0, 360, (255, 255, 255), 2 * self._thick, cv2.LINE_AA
            )

    def _names(self, frame: Image, time: float) -> None:
        for label, shape in zip(self._labels, self._drawn(), strict=True):
            ids = [shape.id] if isinstance(shape, LineShape) else shape.ids
            self._name(frame, label, ids, time)
        counted = [*self._counters, *(name for zone in self._whole for name in zone.ids)]
        top = self._small / 2
        for text, colour in self._values(counted, time):
            sign = tag(text, colour, self._sign)
            put(frame, sign, self._small / 2, top)
            top += sign.shape[0] + self._thick

    def _drawn(self) -> Iterable[LineShape | ZoneShape]:
        """The shapes that have a label, in the order of ``labels_of``."""
        return [*self._places.lines, *(zone for zone in self._places.zones if not zone.whole)]

    def _name(self, frame: Image, label: Label, ids: list[str], time: float) -> None:
        values = [value for rule in ids if (value := self._board.value(rule, time)) is not None]
        sign = tag("  ".join([label.text, *values]), COLOURS[label.colour], self._sign)
        x, y = np.array(label.at) * self._size
        put(frame, sign, x - sign.shape[1] / 2, y - sign.shape[0] / 2)

    def _values(self, rules: Iterable[str], time: float) -> Iterable[tuple[str, Colour]]:
        for rule in rules:
            value = self._board.value(rule, time)
            if value is not None:
                colour = COLOURS[self._places.colours.get(rule, "gray")]
                yield f"{rule}  {value}", colour

    def _told(self, frame: Image, time: float) -> None:
        height, width = frame.shape[:2]
        clock = tag(self._clock.stamp(time), PANEL, self._sign)
        put(frame, clock, width - clock.shape[1] - self._small / 2, self._small / 2)
        top = height - self._small / 2
        for rule, sentence in self._board.sentences(time, MOST_TOLD):
            colour = COLOURS[self._places.colours.get(rule, "gray")]
            sign = tag(sentence, colour, self._sign)
            top -= sign.shape[0] + self._thick
            put(frame, sign, self._small / 2, top)

    def _pixels(self, points: object) -> npt.NDArray[np.int32]:
        """int32[N, 2]: points 0..1 as pixels."""
        return np.rint(np.asarray(points, np.float64) * self._size).astype(np.int32)
