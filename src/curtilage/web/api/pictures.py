"""Pictures out of packets: the newest keyframe on the bus, or any recorded moment, decoded."""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from av.video.frame import VideoFrame

from curtilage.analysis.resume.joining import missed
from curtilage.ingest.bus import Subscriber
from curtilage.ingest.live.items import Opened
from curtilage.model import Image, Packet
from curtilage.record.recorder import BUS_NAME
from curtilage.store.recorded import volumes
from curtilage.store.recorded.ledger import known
from curtilage.vision.decode import PacketDecoder
from curtilage.vision.mask import Polygon, masked
from curtilage.web.context import WebContext

QUALITY: Final = 85
MOST_PIXELS: Final = 7680
WIDEST: Final = 8.0
"""Width to height of the widest picture that is made; of the highest, the other way round."""
LIVE_S: Final = 1.0
"""Longest wait for the bus, which has the last keyframe at once; then recordings are looked at."""
RECENT_NS: Final = 15_000_000_000
BEFORE_NS: Final = 60_000_000_000
"""A picture stands for a moment so long after it at most."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture."""

    frame: VideoFrame
    time_ns: int  # UTC
    aspect: float  # width / height as it is to be shown


def live_picture(context: WebContext, camera: str, stream: str | None) -> Picture | None:
    """The newest picture: of the bus, else of what was recorded a moment ago."""
    settings = context.camera(camera)
    names = [one.name for one in settings.all_streams]
    name = stream or names[0]
    if name not in names or not settings.enabled:
        return None
    found = _on_bus(context, camera, name)
    if found is not None:
        return found
    now_ns = context.now_ns()
    return _last(context, camera, name, now_ns - RECENT_NS, now_ns)


def recorded_picture(
    context: WebContext, camera: str, stream: str | None, at_ns: int
) -> Picture | None:
    """The last recorded picture at or before ``at_ns``; None if it is not of that moment."""
    with context.database.read() as connection:
        names = [one.stream for one in known(connection) if one.camera == camera]
    name = stream or ("main" if "main" in names else next(iter(names), None))
    if name is None or name not in names:
        return None
    return _last(context, camera, name, at_ns, at_ns + 1)


def jpeg(picture: Picture, width: int | None, masks: Sequence[Polygon]) -> bytes:
    """JPEG, at most ``width`` pixels wide, its pixels squares, black under the camera's masks."""
    return encoded(image(picture, width, masks))


def image(picture: Picture, width: int | None, masks: Sequence[Polygon]) -> Image:
    """The same as pixels."""
    frame = picture.frame
    aspect = min(max(picture.aspect, 1 / WIDEST), WIDEST)  # the camera says what it likes
    wide = max(1, min(round(frame.height * aspect), width or MOST_PIXELS, MOST_PIXELS))
    high = min(max(1, round(wide / aspect)), MOST_PIXELS)
    made = np.asarray(frame.reformat(wide, high, "bgr24").to_ndarray(), np.uint8)
    return masked(made, masks)


def encoded(image: Image) -> bytes:
    """Pixels as JPEG."""
    made, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not made:
        raise ValueError("a picture could not be encoded")
    return data.tobytes()


def _on_bus(context: WebContext, camera: str, stream: str) -> Picture | None:
    endpoint = f"ipc://{context.site.state / BUS_NAME}"
    until = time.monotonic() + LIVE_S
    decoder: PacketDecoder | None = None
    with closing(Subscriber(endpoint, [f"{camera}/{stream}"])) as bus:
        while (left_s := until - time.monotonic()) > 0:
            heard = bus.receive(left_s)
            if heard is None:
                continue
            item = heard[2]
            if isinstance(item, Opened):
                decoder = PacketDecoder(item.info.video)
            elif isinstance(item, Packet) and decoder is not None:
                found = _decoded(decoder, item)
                if found is not None:
                    return found
    return None


def _last(
    context: WebContext, camera: str, stream: str, from_ns: int, to_ns: int
) -> Picture | None:
    """The last picture of ``[from_ns, to_ns)``, or the one that was still shown at its start."""
    with context.database.read() as connection:
        rows = volumes.known(connection)
    folders = {row.identity: Path(row.path) for row in rows if row.path}
    decoder: PacketDecoder | None = None
    last: Picture | None = None
    for item in missed(context.database, folders, camera, stream, from_ns, to_ns):
        if isinstance(item, Opened):
            decoder = PacketDecoder(item.info.video)
        elif isinstance(item, Packet) and decoder is not None and item.pts_ns < to_ns:
            last = _decoded(decoder, item) or last
    if last is None or to_ns - last.time_ns > BEFORE_NS:
        return None
    return last


def _decoded(decoder: PacketDecoder, packet: Packet) -> Picture | None:
    frames = decoder.decode(packet)
    if not frames:
        return None
    frame = frames[-1]
    at_ns = packet.pts_ns if frame.pts is None else int(frame.pts)
    return Picture(frame, at_ns, decoder.aspect(frame))
