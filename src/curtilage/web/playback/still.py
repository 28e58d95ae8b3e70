"""A recorded moment as JPEG for a page: found, decoded and encoded, or taken from those kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2

from curtilage.config.shapes import Ring
from curtilage.model import Image
from curtilage.web.api import pictures
from curtilage.web.api.pictures import Picture
from curtilage.web.context import WebContext
from curtilage.web.playback.kept import KeptPictures
from curtilage.web.playback.moment import Moment, decoded, exact, keyframe, moment
from curtilage.web.playback.shelf import Shelf
from curtilage.web.playback.why_not import nothing_of
from curtilage.web.refusal import Refused

Box = tuple[float, float, float, float]
Masks = Sequence[Ring]

NEAR_NS: Final = 600_000_000
"""A picture that is so much older than its box shows something else."""

_AMBER = (40, 176, 255)  # B G R
_BLACK = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which moment, and how it is to look."""

    camera: str
    stream: str | None  # None: the main one
    at_ns: int  # UTC
    width: int | None  # pixels, at most; None: as it was recorded


@dataclass(frozen=True, slots=True)
class Still:
    """A picture for a page."""

    jpeg: bytes
    time_ns: int  # UTC, of what is on it
    settled: bool  # the same wish will always get the same picture


def keyframe_still(context: WebContext, wish: Wish) -> Still:
    """The keyframe at or before a moment. Raises ``Refused`` (404) with the reason."""
    found = _found(context, wish)
    packet = keyframe(found)
    if packet is None:
        raise _unreadable(context, found, wish)

    def picture() -> Picture:
        made = decoded(found.video, [packet], packet.pts_ns)
        if made is None:
            raise _unreadable(context, found, wish)
        return made

    what = (packet.pts_ns, wish.width)
    return _made(context, found, wish, what, lambda masks: _plain(picture(), wish, masks))


def exact_still(context: WebContext, wish: Wish) -> Still:
    """What was to be seen at a moment. Raises ``Refused`` (404) with the reason."""
    found = _found(context, wish)
    what = ("exact", wish.at_ns, wish.width)
    return _made(
        context,
        found,
        wish,
        what,
        lambda masks: _plain(_exactly(context, found, wish), wish, masks),
    )


def boxed_still(context: WebContext, wish: Wish, box: Box) -> Still:
    """The same with a box around what it is about, unless the picture is of long before."""
    found = _found(context, wish)

    def boxed(masks: Masks) -> tuple[bytes, int]:
        picture = _exactly(context, found, wish)
        image = pictures.image(picture, wish.width, masks)
        if wish.at_ns - picture.time_ns <= NEAR_NS:
            _draw(image, box)
        return pictures.encoded(image), picture.time_ns

    return _made(context, found, wish, ("boxed", wish.at_ns, wish.width, box), boxed)


def _made(
    context: WebContext,
    found: Moment,
    wish: Wish,
    what: tuple[object, ...],
    make: Callable[[Masks], tuple[bytes, int]],
) -> Still:
    """From those kept, if it is there: ``what`` says what is asked of this file."""
    kept = context.part(KeptPictures, KeptPictures)
    masks = context.masks(wish.camera)
    key = (found.group[-1].source.path, what, tuple(tuple(ring) for ring in masks))
    made = kept.get(key) if found.settled else None
    if made is None:
        made = make(masks)
        kept.put(key, *made)
    return Still(*made, found.settled)


def _plain(picture: Picture, wish: Wish, masks: Masks) -> tuple[bytes, int]:
    return pictures.jpeg(picture, wish.width, masks), picture.time_ns


def _found(context: WebContext, wish: Wish) -> Moment:
    shelf = context.part(Shelf, Shelf)
    stream = shelf.stream(wish.camera, wish.stream)
    found = None if stream is None else moment(shelf, wish.camera, stream, wish.at_ns)
    if found is None:
        raise nothing_of(context, wish.camera, stream, wish.at_ns)
    return found


def _exactly(context: WebContext, found: Moment, wish: Wish) -> Picture:
    picture = exact(found)
    if picture is None:
        raise _unreadable(context, found, wish)
    return picture


def _unreadable(context: WebContext, found: Moment, wish: Wish) -> Refused:
    return nothing_of(context, wish.camera, found.group[-1].label.stream, wish.at_ns)


def _draw(image: Image, box: Box) -> None:
    """A line of amber with a dark edge, seen on any ground; in place."""
    high, wide = image.shape[:2]
    thick = max(2, round(wide / 320))
    corners = [
        round(share * size) for share, size in zip(box, (wide, high, wide, high), strict=True)
    ]
    begin, end = (corners[0], corners[1]), (corners[2], corners[3])
    cv2.rectangle(image, begin, end, _BLACK, thick + 2, cv2.LINE_AA)
    cv2.rectangle(image, begin, end, _AMBER, thick, cv2.LINE_AA)
