"""The detector's settings."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator


class SizeSetting(StrEnum):
    """How large pictures are looked at."""

    NORMAL = "normal"  # 512x384 for 4:3, 640x384 for 16:9
    SMALL = "small"  # 416x320 and 416x256: 0.6 of the time, misses more of what is far away


class BackendSetting(StrEnum):
    """Which library runs the network."""

    AUTO = "auto"  # the fastest on this machine, measured at the first start
    OPENVINO = "openvino"
    ONNXRUNTIME = "onnxruntime"


class DetectorSettings(BaseModel):
    """Which model looks at the pictures, and how hard it looks. The defaults are good."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Annotated[
        Path | None, Field(description="An ONNX file. Without it: NanoDet-g, which is built in.")
    ] = None
    sha256: Annotated[
        str | None,
        Field(
            pattern="^[0-9a-fA-F]{64}$",
            description="SHA-256 of the model's file; needed with `model`, so that nobody can "
            "exchange what watches your home.",
        ),
    ] = None
    layout: Annotated[
        str | None,
        Field(
            description="What the model's outputs mean: nanodet, nanodet-plus, picodet, yolox, "
            "yolox-2021, rtdetr, dfine, rtdetr-raw or dfine-raw. Without it: told from the outputs "
            "where that is safe."
        ),
    ] = None
    labels: Annotated[
        tuple[str, ...] | None,
        Field(
            description="The model's labels in its own order, where the file does not hold them "
            "and they are not COCO's 80."
        ),
    ] = None
    size: Annotated[
        SizeSetting,
        Field(
            description="normal (512x384, 640x384 for wide pictures) or small (416x320, 416x256: "
            "0.6 of the time, finds less that is far away). Models of a fixed size keep it."
        ),
    ] = SizeSetting.NORMAL
    backend: Annotated[
        BackendSetting,
        Field(description="auto (measured at the first start), openvino or onnxruntime."),
    ] = BackendSetting.AUTO
    threads: Annotated[
        int,
        Field(
            ge=0,
            le=256,
            description="How many pictures are looked at at once, each by one CPU core; 0: as "
            "many as this process may use cores, at most 16.",
        ),
    ] = 0
    min_score: Annotated[
        float,
        Field(
            ge=0.01,
            le=1.0,
            description="Detections below this score are not reported. The tracker uses weak "
            "ones to follow what it has already seen: higher loses people behind posts, lower "
            "costs time.",
        ),
    ] = 0.1
    overlap: Annotated[
        float,
        Field(
            gt=0.0,
            le=1.0,
            description="Of two boxes of one kind that overlap more than this (IoU) the weaker "
            "one goes: lower removes more doubles, higher keeps people apart who stand before "
            "each other.",
        ),
    ] = 0.6

    @model_validator(mode="after")
    def _own_model_needs_a_sum(self) -> "DetectorSettings":
        if self.model is not None and self.sha256 is None:
            raise ValueError("`model` needs `sha256` beside it: the SHA-256 sum of that file")
        if self.model is None and (self.sha256 or self.layout or self.labels):
            raise ValueError("`sha256`, `layout` and `labels` belong to a `model` of your own")
        return self
