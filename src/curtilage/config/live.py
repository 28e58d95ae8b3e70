"""Settings of what a site does besides recording: analysis, what is kept of it, the web."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from curtilage.config.detector import DetectorSettings

Days = Annotated[float, Field(gt=0.0, le=36_500, allow_inf_nan=False)]


class CameraAnalysis(BaseModel):
    """How a camera is looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = Field(True, description="false: recorded, but not looked at.")
    stream: str | None = Field(
        None, description="The stream in which people are looked for; the first if left out."
    )
    motion_stream: str | None = Field(
        None,
        description="The small stream that is decoded where packet sizes cannot tell whether "
        "something moves; the last of the camera's streams if left out.",
    )
    fps: float = Field(5.0, gt=0.0, le=30.0, description="Pictures looked at per second.")
    gate: Literal["auto", "sizes", "pixels", "always"] = Field(
        "auto",
        description="What wakes the analysis: auto measures which of the two can tell; sizes of "
        "packets (cheapest); pixels of the small stream; always looks at everything.",
    )


class SiteAnalysis(BaseModel):
    """How this machine looks at its cameras."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    processes: int = Field(
        1, ge=1, le=16, description="Analyser processes; cameras are shared out among them."
    )
    decoders: int = Field(2, ge=1, le=64, description="Threads that decode, of each process.")
    detector: DetectorSettings = Field(default_factory=DetectorSettings)


class Keeping(BaseModel):
    """How long what was found is kept. Counts per hour and day are kept for good."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: Days = Field(90.0, description="Days that events are kept.")
    tracks: Days = Field(30.0, description="Days that summaries of tracks are kept.")
    observations: Days = Field(
        7.0, description="Days that every sighting is kept (one Parquet file a day)."
    )
    minutes: Days = Field(
        400.0, description="Days that counts and occupancy per minute, and heat maps, are kept."
    )


class WebSettings(BaseModel):
    """Where the control room and its API answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(
        "127.0.0.1",
        description="Address to listen on; 127.0.0.1: only this machine. 0.0.0.0: every network.",
    )
    port: int = Field(8960, ge=1, le=65535, description="Port to listen on.")
    tls: Literal["auto", "off"] = Field(
        "auto",
        description="auto: encrypted with a certificate of this site's own authority, except on "
        "this machine's own addresses (127.0.0.1, ::1). off: never; only behind a proxy.",
    )
    names: tuple[str, ...] = Field(
        (), max_length=16, description="Names and addresses by which browsers reach this machine."
    )
    behind_proxy: bool = Field(
        False,
        description="true: a proxy of yours on this machine ends TLS; what it says of the "
        "client's address is believed.",
    )

    @model_validator(mode="after")
    def _never_open(self) -> Self:
        if self.tls == "off" and not self.behind_proxy and not is_loopback(self.host):
            raise ValueError(
                "tls is off though host is not this machine's own address: passwords would "
                "travel readable. Leave tls at auto, or set behind_proxy"
            )
        return self

    @property
    def encrypted(self) -> bool:
        """Whether this server itself speaks TLS."""
        return self.tls == "auto" and not is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    return host in ("localhost", "::1") or host.startswith("127.")
