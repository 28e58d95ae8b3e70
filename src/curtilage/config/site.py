"""Settings of a site: its cameras, its disks, and what is kept how long."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Field,
    InstanceOf,
    PlainSerializer,
    SecretStr,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from curtilage.config.address import Address
from curtilage.config.camera import Calibration, CameraSettings, Zone
from curtilage.config.live import CameraAnalysis, Keeping, SiteAnalysis, WebSettings
from curtilage.config.reports import SiteReports
from curtilage.config.scene import (
    HeatmapRule,
    Label,
    ModeName,
    ModeNames,
    Rule,
    SceneSettings,
    check_references,
)
from curtilage.config.shapes import Ring

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
PRESENCE: Final = "presence"
"""Id of the heat map that every camera has."""

NAME_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,47}$"


def _folder_name(given: str) -> str:
    if re.fullmatch(NAME_PATTERN, given) is None:
        raise PydanticCustomError(
            "address",
            "must be of a-z, 0-9, - and _, as in 'front-door' (it becomes a folder's name)",
        )
    return given


Name = Annotated[
    str,
    AfterValidator(_folder_name),
    WithJsonSchema({"type": "string", "pattern": NAME_PATTERN}),
]
"""Of cameras and streams: they become names of folders."""


def _address(given: Any) -> Address:
    if isinstance(given, Address):
        return given
    if not isinstance(given, str):
        raise PydanticCustomError("address", "must be text, as in 'rtsp://192.0.2.7/stream1'")
    try:
        return Address(given)
    except ValueError as error:
        raise PydanticCustomError("address", "{sentence}", {"sentence": str(error)}) from None


CameraAddress = Annotated[
    InstanceOf[Address],
    BeforeValidator(_address),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["rtsp://user:password@192.0.2.7/stream1"]}),
]


def _server(given: SecretStr) -> SecretStr:
    if not given.get_secret_value().strip().startswith(("postgresql://", "postgres://")):
        raise PydanticCustomError(
            "address",
            "must be the address of a PostgreSQL database, as in "
            "'postgresql://user:password@192.0.2.7/curtilage' "
            "(characters like @ : / # ? in a password as %40 %3A %2F %23 %3F)",
        )
    return given


class Retention(BaseModel):
    """How much of a camera is kept. What is on legal hold stays, whatever this says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: Annotated[float, Field(gt=0.0, le=36_500, allow_inf_nan=False)] | None = Field(
        14.0, description="Older recordings are deleted; null: kept as long as there is room."
    )
    size: Annotated[ByteSize, Field(gt=0)] | None = Field(
        None, description="Most that this camera's recordings may take, as in '200GB'."
    )


class StreamSettings(BaseModel):
    """One stream of a camera: most have a large one and a small one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field("main", description="Name of the stream; its folder is called so.")
    url: CameraAddress = Field(description="Address of the stream, with user and password in it.")
    record: bool = Field(True, description="Whether this stream is written to disk.")


class SiteCamera(BaseModel):
    """A camera of the site."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(description="Name of the camera; its folder is called so.")
    url: CameraAddress | None = Field(
        None, description="Address of the camera's only or main stream."
    )
    streams: tuple[StreamSettings, ...] = Field(
        (), max_length=4, description="Instead of `url`, for a camera with several streams."
    )
    enabled: bool = Field(True, description="false: the camera is not asked for anything.")
    audio: Literal["off", "record"] = Field(
        "off",
        description="off: the microphone is not even asked for. record: sound is kept with the "
        "picture; needs `audio_purpose`.",
    )
    audio_purpose: str | None = Field(
        None, min_length=8, max_length=500, description="Why sound is recorded, in your words."
    )
    retention: Retention = Field(default_factory=lambda: Retention.model_validate({}))
    purpose: str | None = Field(
        None, min_length=8, max_length=500, description="What this camera is for, in your words."
    )
    masks: tuple[Ring, ...] = Field(
        (),
        max_length=32,
        description="Privacy masks: polygons in fractions of the picture. Nothing that stands in "
        "one is followed, and all pictures that are made are black there. Recordings and live "
        "video hold the whole picture; pages cover it.",
    )
    analysis: CameraAnalysis = Field(default_factory=CameraAnalysis)
    classes: list[Label] = Field(
        default_factory=lambda: list[Any](["person"]),
        min_length=1,
        description="What all rules look at unless they say otherwise.",
    )
    calibration: Calibration | None = Field(
        None, description="With it, distances are metres on the ground instead of box heights."
    )
    armed_in: ModeNames | None = Field(
        None,
        description="Arming modes in which events of this camera may alarm; in others they are "
        "kept and marked as not armed. All modes if left out; a rule can say otherwise.",
    )
    rules: list[Rule] = Field(
        default_factory=list, max_length=256, description="What to notice in front of the camera."
    )

    @model_validator(mode="before")
    @classmethod
    def _off_is_a_word(cls, data: Any) -> Any:
        """YAML 1.1 readers take a bare `off` for false; we mean the word."""
        if isinstance(data, dict) and data.get("audio") is False:
            return {**data, "audio": "off"}
        return data

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.url is None) == (not self.streams):
            raise ValueError("needs either `url` (one stream) or `streams` (several)")
        names = [stream.name for stream in self.streams]
        if len(set(names)) != len(names):
            raise ValueError("has two streams of one name; each needs its own")
        if self.audio == "record" and self.audio_purpose is None:
            raise ValueError("records sound, so `audio_purpose` must say what for")
        for key in ("stream", "motion_stream"):
            named = getattr(self.analysis, key)
            if named is not None and named not in (known := [s.name for s in self.all_streams]):
                raise ValueError(
                    f"analysis.{key} names {named!r}; the camera's streams are {', '.join(known)}"
                )
        check_references(self.rules, True, self.calibration)
        return self

    @property
    def all_streams(self) -> tuple[StreamSettings, ...]:
        """The camera's streams; ``url`` alone is a stream called ``main``."""
        if self.url is None:
            return self.streams
        return (StreamSettings(name="main", url=self.url, record=True),)

    @property
    def armed_rules(self) -> dict[str, tuple[str, ...]]:
        """Rules that are not armed in every mode, by id, with the modes in which they are."""
        named = ((rule.id, rule.armed_in or self.armed_in) for rule in self.rules)
        return {rule: modes for rule, modes in named if modes is not None}

    @property
    def analysed_stream(self) -> str:
        """Name of the stream in which things are looked for."""
        return self.analysis.stream or self.all_streams[0].name

    @property
    def motion_stream(self) -> str:
        """Name of the small stream, which may be the same one."""
        return self.analysis.motion_stream or self.all_streams[-1].name


class VolumeSettings(BaseModel):
    """A disk, or a folder of one, that recordings are written to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path = Field(description="Folder of the recordings; a mounted disk's, if it is one.")
    reserve: Annotated[ByteSize, Field(ge=0)] = Field(
        ByteSize(2_000_000_000),
        description="Free space that is never used. Oldest recordings are deleted to keep it.",
    )


class SiteSettings(BaseModel):
    """Everything about one site."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Path = Field(description="Folder of the index and of what the running parts remember.")
    volumes: tuple[VolumeSettings, ...] = Field(
        min_length=1,
        description="Where recordings go: the first that works is written to.",
    )
    cameras: tuple[SiteCamera, ...] = Field((), max_length=500, description="The cameras.")
    footage: tuple[Path, ...] = Field(
        (),
        max_length=16,
        description="Folders with video files that may be tried as cameras in the control room.",
    )
    timezone: Zone = Field("UTC", description="IANA name; schedules and day buckets follow it.")
    mode: str = Field(
        "home",
        pattern=r"^[a-z][a-z0-9_]*$",
        description="Arming mode in which the site begins: one of `modes`. From the first time "
        "that somebody chooses another in the control room, the one chosen last holds.",
    )
    modes: tuple[ModeName, ...] = Field(
        ("home", "away", "night"),
        min_length=1,
        max_length=16,
        description="The arming modes that there are to choose from.",
    )
    database: Annotated[SecretStr, AfterValidator(_server)] | None = Field(
        None,
        description="Address of a PostgreSQL database for the index, as in "
        "'postgresql://curtilage:password@/curtilage'; an SQLite file in `state` if left out.",
    )
    analysis: SiteAnalysis = Field(default_factory=SiteAnalysis)
    keep: Keeping = Field(default_factory=Keeping)
    web: WebSettings = Field(default_factory=WebSettings)
    reports: SiteReports = Field(default_factory=lambda: SiteReports.model_validate({}))

    def scene_of(self, camera: SiteCamera) -> SceneSettings:
        """The rules of ``camera`` for live time, which is UTC seconds.

        Where there is no heat map, one called ``presence`` is kept.
        """
        # What alarms is nothing to the scene: it forgets nothing when the owner changes it.
        rules: list[Rule] = [rule.model_copy(update={"armed_in": None}) for rule in camera.rules]
        if not any(isinstance(rule, HeatmapRule) for rule in rules):
            taken = {rule.id for rule in rules}
            name = next(
                n for i in range(len(taken) + 1) if (n := PRESENCE + "_map" * i) not in taken
            )
            rules.append(HeatmapRule(id=name))
        return SceneSettings(
            camera=CameraSettings(
                name=camera.name,
                start=EPOCH,
                timezone=self.timezone,
                mode=self.mode,
                calibration=camera.calibration,
            ),
            classes=camera.classes,
            rules=rules,
        )

    @model_validator(mode="after")
    def _modes_are_known(self) -> Self:
        for where, mode in self._named_modes():
            if mode not in self.modes:
                raise ValueError(
                    f"{where} names the arming mode {mode!r}; `modes` has {', '.join(self.modes)}"
                )
        return self

    def _named_modes(self) -> Iterator[tuple[str, str]]:
        """Every arming mode that is named somewhere, and where."""
        yield "mode", self.mode
        for camera in self.cameras:
            yield from ((f"armed_in of {camera.name}", mode) for mode in camera.armed_in or ())
            for rule in camera.rules:
                where = f"rule {rule.id} of {camera.name}"
                yield from ((where, mode) for mode in (*(rule.armed_in or ()), *(rule.modes or ())))

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [camera.name for camera in self.cameras]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"two cameras are called {twice!r}; each needs a name of its own")
        paths = [volume.path for volume in self.volumes]
        if len(set(paths)) != len(paths):
            raise ValueError("two volumes have the same path")
        return self
