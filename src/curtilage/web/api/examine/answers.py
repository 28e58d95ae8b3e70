"""What the examination of a camera answers, as the API tells it."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from curtilage.ingest.errors import Cause


class NoteCode(StrEnum):
    """Something to know about a camera that works."""

    H265 = "h265"  # not every browser shows it
    CLOCK = "clock"  # its clock is wrong
    MICROPHONE = "microphone"  # it offers sound, which stays off
    LONG_GOP = "long_gop"  # keyframes come seldom
    ONE_STREAM = "one_stream"  # no small stream for grids and motion
    ELSEWHERE = "elsewhere"  # it names another host than the one that answered
    OTHER_SOURCES = "other_sources"  # a recorder, or a camera of several lenses
    NOT_ALL = "not_all"  # some of its streams do not work


class Note(BaseModel):
    """Something to know, though pictures come."""

    code: NoteCode
    sentence: str


class DeviceOut(BaseModel):
    """What a camera says of itself by ONVIF; empty where it says nothing."""

    maker: str
    model: str
    firmware: str
    serial: str
    hardware: str
    network_time: bool = Field(description="Whether it takes its time from a time server.")


class ExaminedStream(BaseModel):
    """One stream, played for a few seconds."""

    name: str = Field(description="To be used in the settings: main, sub, third, fourth.")
    profile: str = Field(description="The camera's own name for it; empty without ONVIF.")
    url: str = Field(
        description="As it goes into the settings; with the password where it was given here."
    )
    works: bool
    reason: Cause | None = Field(description="Why it does not work; null: it works.")
    sentence: str
    codec: str | None = Field(description="h264, hevc or mjpeg.")
    width: int | None = Field(description="Pixels.")
    height: int | None = Field(description="Pixels.")
    fps: float | None = Field(description="Pictures per second, measured.")
    gop_s: float | None = Field(
        description="Seconds from keyframe to keyframe; null: more than 4.6, or MJPEG."
    )
    bits_per_s: int | None = Field(description="Measured while it was watched.")
    microphone: bool = Field(description="Whether it offers sound; nobody asked for it.")
    secure: bool = Field(description="Whether the way to the camera is encrypted.")


class StillOut(BaseModel):
    """The first picture that came."""

    jpeg: str = Field(description="JPEG in base64, for a data: URL.")
    width: int
    height: int
    masked: bool = Field(description="Black under the masks of the camera that has this address.")


class OtherSource(BaseModel):
    """Another picture source of the same device: examine it by its address."""

    name: str
    url: str


class Examined(BaseModel):
    """What a camera gives, or why it gives nothing."""

    works: bool
    reason: Cause | None = Field(description="Why it does not work; null: it works.")
    sentence: str = Field(description="What it gives, or what is wrong and what to do.")
    host: str = Field(description="That was asked; empty for files and USB.")
    known_as: str | None = Field(description="The camera of this site that has this address.")
    server: str | None = Field(description="What its RTSP server calls itself.")
    device: DeviceOut | None = Field(description="By ONVIF; null where that was not asked.")
    clock_ahead_s: float | None = Field(
        description="The camera's clock before this machine's, in seconds; null: not known."
    )
    microphone: bool = Field(description="Whether it offers sound; it stays off unless set.")
    streams: list[ExaminedStream] = Field(description="The largest first.")
    others: list[OtherSource] = Field(description="Other lenses, or cameras of a recorder.")
    notes: list[Note]
    picture: StillOut | None
    settings: dict[str, Any] | None = Field(
        description="What to add as a camera, besides its name and purpose; null: nothing works."
    )
