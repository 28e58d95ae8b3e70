"""A picture of a stranger made into one of ours, in a process of its own (``web/apart.py``).

Only what the pixels are goes through: the file is decoded whole and encoded anew, so scripts, other
files behind the picture, places and names of its maker stay behind. Bounded before a pixel is made
(the head says how many there are), in memory and in processor time. Standard output: one line of
JSON (media type, width, height), then the picture.
"""

import io
import json
import sys
import warnings
from typing import Final, NoReturn

from PIL import Image, ImageOps, UnidentifiedImageError

from curtilage.web.apart import REFUSED, limit

FORMATS: Final = ("PNG", "JPEG", "WEBP")
PIXELS: Final = 40_000_000
LONGEST: Final = 4096
"""Pixels of the longer side; a larger picture is made smaller."""
SHORTEST: Final = 16
MEMORY: Final = 1 << 30
CPU_S: Final = 20


def main() -> None:
    """Standard input to standard output; exit code 2 and a sentence if it is refused."""
    limit(MEMORY, CPU_S)
    try:
        media_type, size, data = reencoded(sys.stdin.buffer.read())
    except ValueError as error:
        refuse(str(error))
    except MemoryError:
        refuse("The picture takes too much memory.")
    about = {"media_type": media_type, "width": size[0], "height": size[1]}
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + data)


def reencoded(given: bytes) -> tuple[str, tuple[int, int], bytes]:
    """Media type, width and height, and the bytes of the new picture.

    Raises:
        ValueError: it is no picture that is taken; the sentence says why.

    """
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = PIXELS
    try:
        with Image.open(io.BytesIO(given), formats=FORMATS) as picture:
            _must_be_bearable(picture.size)
            if picture.format == "JPEG":
                picture.draft("RGB", (LONGEST, LONGEST))  # decodes fewer pixels of a large one
            upright = ImageOps.exif_transpose(picture)
            flat = _opaque(upright)
    except UnidentifiedImageError:
        raise ValueError("That is no PNG, JPEG or WebP picture.") from None
    except (Image.DecompressionBombError, OSError, SyntaxError, EOFError, ValueError) as error:
        if isinstance(error, ValueError) and str(error).startswith("The picture"):
            raise
        raise ValueError("The picture is damaged, or no picture at all.") from None
    flat.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    media_type, data = _encoded(flat)
    return media_type, flat.size, data


def _must_be_bearable(size: tuple[int, int]) -> None:
    if size[0] * size[1] > PIXELS:
        raise ValueError(f"The picture has more than {PIXELS // 1_000_000} million pixels.")
    if min(size) < SHORTEST:
        raise ValueError(f"The picture is smaller than {SHORTEST} pixels.")


def _opaque(picture: Image.Image) -> Image.Image:
    """RGB; what is transparent lies on white, as on paper."""
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(paper, seen).convert("RGB")
    return picture.convert("RGB")


def _encoded(picture: Image.Image) -> tuple[str, bytes]:
    """PNG, which harms no drawing, unless JPEG is much smaller: then it is a photograph."""
    drawing, photograph = io.BytesIO(), io.BytesIO()
    picture.save(drawing, "PNG", compress_level=6)
    picture.save(photograph, "JPEG", quality=90)
    if len(drawing.getvalue()) <= 2 * len(photograph.getvalue()):
        return "image/png", drawing.getvalue()
    return "image/jpeg", photograph.getvalue()


def refuse(sentence: str) -> NoReturn:
    """End with a sentence."""
    sys.stderr.write(sentence)
    sys.exit(REFUSED)


if __name__ == "__main__":
    main()
