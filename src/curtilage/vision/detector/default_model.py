"""The detector that comes with Curtilage: NanoDet-g, trained on COCO, made when it was built."""

from importlib import resources
from pathlib import Path

NAME = "nanodet-g"
FILE_NAME = "nanodet_g.onnx"
SHA256 = "7c9fed5fbba5970f103ec86b770d4d19be58d6f7578f9e72ae7d2c89f054f0af"


def default_model() -> Path:
    """Where the file lies (it may be missing in a tree that was never built)."""
    return Path(str(resources.files("curtilage.vision.detector") / "weights" / FILE_NAME))
