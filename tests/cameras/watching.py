"""What an independent client (FFmpeg's, through PyAV) makes of a test camera."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import av
from av.error import FFmpegError
from av.stream import Stream

OPTIONS = {"rtsp_transport": "tcp", "analyzeduration": "0", "probesize": "32", "timeout": "3000000"}


@dataclass
class Seen:
    """What came in a while."""

    packets: int = 0
    steps: list[int] = field(default_factory=list)  # 90 kHz, from picture to picture
    keys: int = 0
    sizes: list[tuple[int, int]] = field(default_factory=list)  # px, each change
    decoded: int = 0
    broken: int = 0  # pictures that the decoder refused
    audio: set[str] = field(default_factory=set)  # codecs
    longest_wait_s: float = 0.0
    ended: bool = False  # by the camera
    error: str = ""  # of the opening


def watch(
    url: str, seconds: float, *, media: str = "video", options: Mapping[str, str] | None = None
) -> Seen:
    """Open, read and decode for a while."""
    seen = Seen()
    given = {**OPTIONS, "allowed_media_types": media, **(options or {})}
    try:
        source = av.open(url, options=given)
    except (FFmpegError, OSError) as error:
        seen.error = type(error).__name__
        return seen
    with source:
        _read(source, seconds, seen)
    return seen


def watch_all(urls: Mapping[str, str], seconds: float, media: str = "video") -> dict[str, Seen]:
    """Several at once; by the names of ``urls``."""
    found: dict[str, Seen] = {}

    def one(name: str, url: str) -> None:
        found[name] = watch(url, seconds, media=media)

    threads = [threading.Thread(target=one, args=item) for item in urls.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 30)
    return found


def _read(source: "av.container.InputContainer", seconds: float, seen: Seen) -> None:
    begun = heard = time.monotonic()
    last: int | None = None
    while True:
        try:
            packet = next(source.demux())
        except (StopIteration, FFmpegError):
            seen.ended = True
            return
        now = time.monotonic()
        if now - begun > seconds:
            return
        if packet.size == 0:
            seen.ended = True
            return
        if packet.stream.type == "audio":
            seen.audio.add(packet.stream.codec_context.name)
            continue
        seen.longest_wait_s, heard = max(seen.longest_wait_s, now - heard), now
        seen.packets += 1
        seen.keys += packet.is_keyframe
        if packet.dts is not None and last is not None:
            seen.steps.append(packet.dts - last)
        last = packet.dts
        _decode(packet, seen)


def _decode(packet: "av.Packet[Stream]", seen: Seen) -> None:
    try:
        frames = packet.decode()
    except FFmpegError:
        seen.broken += 1
        return
    for frame in frames:
        if isinstance(frame, av.VideoFrame):
            seen.decoded += 1
            seen.broken += frame.is_corrupt
            size = (frame.width, frame.height)
            if seen.sizes[-1:] != [size]:
                seen.sizes.append(size)
