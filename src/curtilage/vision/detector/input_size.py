"""Chooses the network's input for a picture: the one that its aspect fills best.

The sizes hold about as many pixels as each other (multiples of 32, the coarsest stride), so a
wide picture costs no more than a square one, and a phone's upright video is not squeezed into a
strip. 512x384 is the size at which NanoDet-g is best on PETS09 S2.L1; larger is slower and,
measured there, not better.
"""

from collections.abc import Sequence

from curtilage.config.detector import SizeSetting
from curtilage.vision.detector.protocol import InputSize

SIZES: dict[SizeSetting, tuple[InputSize, ...]] = {
    SizeSetting.NORMAL: (
        InputSize(512, 384),
        InputSize(640, 384),
        InputSize(448, 448),
        InputSize(384, 512),
        InputSize(384, 640),
    ),
    SizeSetting.SMALL: (
        InputSize(416, 320),
        InputSize(416, 256),
        InputSize(352, 352),
        InputSize(320, 416),
        InputSize(256, 416),
    ),
}


def best_size(width: int, height: int, sizes: Sequence[InputSize]) -> InputSize:
    """The size of which a picture of ``width`` by ``height`` fills the largest part."""
    return max(sizes, key=lambda size: _filled(width, height, size))


def _filled(width: int, height: int, size: InputSize) -> float:
    """Part of the input (0..1) that the picture covers when it keeps its aspect."""
    scale = min(size.width / width, size.height / height)
    return (width * scale) * (height * scale) / (size.width * size.height)
