"""Pictures of the output folder as data URIs, re-encoded so that only pixels get into the page."""

import base64
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

LARGEST_SIDE = 1920  # px of the still in the page; sharper only costs bytes
THUMBNAIL_SIDE = 200  # px; shown at half of it, so it stays sharp on dense screens
# JPEG for thumbnails: WebP halves them, but takes 7 ms each instead of 0.3


def still_uri(path: Path, largest: int = LARGEST_SIDE) -> str | None:
    """The still as JPEG, at most ``largest`` px wide or high; None without a usable file."""
    image = _read(path, largest)
    return None if image is None else data_uri(_encode(".jpg", image, 82), "image/jpeg")


def thumbnail_uri(folder: Path, name: object) -> str | None:
    """A thumbnail by its bare file name; None when there is none or the name leaves the folder."""
    if not isinstance(name, str) or name != Path(name).name or name in {"", ".", ".."}:
        return None
    image = _read(folder / "thumbnails" / name, THUMBNAIL_SIDE)
    return None if image is None else data_uri(_encode(".jpg", image, 72), "image/jpeg")


def layer_uri(rgba: npt.NDArray[np.uint8]) -> str:
    """A translucent layer, uint8[H, W, 4] RGBA, as WebP."""
    bgra = cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA)
    return data_uri(_encode(".webp", np.asarray(bgra, np.uint8), 88), "image/webp")


def data_uri(content: bytes, mime: str) -> str:
    """``content`` as the address of itself."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


def _read(path: Path, largest: int) -> npt.NDArray[np.uint8] | None:
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
        image = cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None
    except (OSError, ValueError, cv2.error):
        return None
    if image is None:
        return None
    scale = largest / max(image.shape[:2])
    if scale < 1:
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8)


def _encode(suffix: str, image: npt.NDArray[np.uint8], quality: int) -> bytes:
    option = cv2.IMWRITE_JPEG_QUALITY if suffix == ".jpg" else cv2.IMWRITE_WEBP_QUALITY
    done, content = cv2.imencode(suffix, image, [option, quality])
    if not done:
        raise ValueError(f"the picture cannot be encoded as {suffix}")
    return bytes(content)
