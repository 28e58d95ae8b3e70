"""A clock and a camera without a wire, for tests of what is made of packets."""

from collections.abc import Iterator

from curtilage.ingest.live.connection import Change, Raw
from curtilage.ingest.live.nal import START
from curtilage.model import AudioInfo, Medium, VideoCodec

SECOND = 1_000_000_000
UTC = 1_795_000_000 * SECOND
STEP = 66_666_667

SPS, PPS = bytes.fromhex("67640033ace802800b59"), bytes.fromhex("68ee3c30")
KEY = b"".join(START + unit for unit in (SPS, PPS, b"\x65\x88\x80"))
DELTA = START + b"\x41\x9a\x80"


class FakeClock:
    """Runs only when it is told to."""

    def __init__(self) -> None:
        self.utc, self.monotonic = UTC, 5 * SECOND

    def utc_ns(self) -> int:
        return self.utc

    def monotonic_ns(self) -> int:
        return self.monotonic

    def pass_by(self, ns: int) -> None:
        self.utc += ns
        self.monotonic += ns

    def set_by(self, ns: int) -> None:
        self.utc += ns


class FakeConnection:
    """An open camera that a test feeds by hand."""

    codec = VideoCodec.H264
    extradata = b""
    audio: AudioInfo | None = None
    note: str | None = None
    framed = False

    def packets(self) -> Iterator[Raw | Change]:
        return iter(())

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


def picture(dts: int | None, *, key: bool = False, pts: int | None = None) -> Raw:
    """A picture of 15 a second."""
    shown = dts if pts is None else pts
    return Raw(Medium.VIDEO, dts, shown, STEP, None, KEY if key else DELTA)
