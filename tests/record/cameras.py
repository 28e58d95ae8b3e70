"""Pretended recordings for tests: real segments of a made-up H.264 stream, without a camera."""

from collections.abc import Iterator
from pathlib import Path

from curtilage.model import Medium, Packet, StreamInfo, VideoCodec, VideoInfo
from curtilage.record.mp4.fragmenter import Fragmenter
from curtilage.record.mp4.label import Label
from curtilage.record.writing.segment_file import Draft, Fragment

NS = 1_000_000_000
T0 = 1_795_000_000 * NS  # 2026-11-18 11:06:40 UTC
SERIAL = "5e" * 16
AVCC = bytes.fromhex(
    "0142c00bffe100156742c00bda0507c9e780f0221e9000000300100000030320f1429ea001000568ce0fc880"
)
INFO = StreamInfo(VideoInfo(VideoCodec.H264, 320, 240, AVCC))


def packets(seconds: int, start_ns: int = T0, size: int = 200) -> Iterator[Packet]:
    """Five pictures a second, each second begins with a keyframe."""
    for n in range(seconds * 5):
        at = start_ns + n * NS // 5
        nal = bytes([0x65 if n % 5 == 0 else 0x41]) + bytes(1 + (n + i) % 250 for i in range(size))
        data = len(nal).to_bytes(4, "big") + nal
        yield Packet(Medium.VIDEO, at, at, NS // 5, n % 5 == 0, data)


def segment(
    seconds: int,
    start_ns: int = T0,
    camera: str = "cam",
    stream: str = "main",
    number: int = 0,
    size: int = 200,
) -> tuple[Draft, list[Fragment]]:
    """A whole segment: what ``Writers.begin`` and ``append`` are given."""
    fragmenter = Fragmenter(INFO, Label(camera, stream, start_ns, SERIAL, number))
    made = [fragmenter.add(packet) for packet in packets(seconds, start_ns, size)]
    data = [one for one in [*made, fragmenter.finish()] if one is not None]
    head = fragmenter.head()
    draft = Draft(camera, stream, SERIAL, number, "h264", 320, 240, ".mp4", head)
    return draft, [
        Fragment(one, start_ns + n * NS, start_ns + (n + 1) * NS, True)
        for n, one in enumerate(data)
    ]


def content(seconds: int, start_ns: int = T0, number: int = 0) -> bytes:
    """The bytes of a whole segment."""
    draft, fragments = segment(seconds, start_ns, number=number)
    return draft.head + b"".join(one.data for one in fragments)


def files(root: Path) -> list[str]:
    """All recordings' files beneath a volume."""
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*.m??") if p.is_file())
