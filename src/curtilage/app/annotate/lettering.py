"""Text for pictures: set once in matplotlib's own DejaVu Sans, kept, and copied into frames."""

from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from curtilage.model import Image

Colour = tuple[int, int, int]  # red, green, blue

DARK, LIGHT = (16, 20, 26), (255, 255, 255)


@lru_cache(maxsize=2048)
def tag(text: str, background: Colour, height: int) -> Image:
    """A small coloured sign with ``text``, uint8[height, W, 3] BGR; do not write into it."""
    font = _font(height)
    ink = LIGHT if _luminance(background) < 0.36 else DARK
    padding = round(height * 0.32)
    width = round(font.getlength(text)) + 2 * padding
    sign = Picture.new("RGB", (max(width, height), height), background)
    ImageDraw.Draw(sign).text((sign.width / 2, height / 2), text, fill=ink, font=font, anchor="mm")
    image = np.ascontiguousarray(np.asarray(sign)[..., ::-1])
    image.setflags(write=False)
    return image


def put(frame: Image, sign: Image, left: float, top: float) -> None:
    """Copy ``sign`` into ``frame`` at a place in pixels, moved inside where it would stick out."""
    height, width = sign.shape[:2]
    x = round(min(max(left, 0), max(frame.shape[1] - width, 0)))
    y = round(min(max(top, 0), max(frame.shape[0] - height, 0)))
    height, width = min(height, frame.shape[0] - y), min(width, frame.shape[1] - x)
    frame[y : y + height, x : x + width] = sign[:height, :width]


@lru_cache(maxsize=8)
def _font(height: int) -> ImageFont.FreeTypeFont:
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"
    return ImageFont.truetype(str(path), max(6, round(height * 0.66)))


def _luminance(colour: Colour) -> float:
    red, green, blue = colour
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
