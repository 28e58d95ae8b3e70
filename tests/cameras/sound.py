"""Sound of a test camera: a made-up tone as AAC (RFC 3640) or G.711 (RFC 3551), looped."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from tests.cameras.rtp import Burst, burst


@dataclass(frozen=True)
class Sound:
    """A loop of encoded sound, with what the session description says about it."""

    payload_type: int
    rate: int  # ticks and samples per second
    step: int  # samples per packet
    bursts: tuple[Burst, ...]
    description: tuple[str, ...]  # SDP lines after the m= line


NAMES = ("aac", "pcma", "pcmu")


@lru_cache
def make(name: str) -> Sound:
    """Two seconds of a tone that swells and fades.

    Raises:
        ValueError: no codec that cameras offer.

    """
    if name == "aac":
        return _aac(16_000)
    if name in NAMES:
        return _g711(name)
    raise ValueError(f"no sound is called {name}; there are {', '.join(NAMES)}")


def _aac(rate: int) -> Sound:
    frames, config = _encode("aac", rate, 1024)
    # AU-headers-length in bits, then one header: 13 bits of size, 3 bits of index
    payloads = [b"\x00\x10" + (len(frame) << 3).to_bytes(2, "big") + frame for frame in frames]
    lines = (
        f"a=rtpmap:97 MPEG4-GENERIC/{rate}/1",
        "a=fmtp:97 streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;"
        f"indexdeltalength=3;config={config.hex().upper()}",
    )
    return Sound(97, rate, 1024, tuple(burst([p], 97) for p in payloads), lines)


def _g711(name: str) -> Sound:
    kind = 8 if name == "pcma" else 0
    frames, _ = _encode("pcm_alaw" if name == "pcma" else "pcm_mulaw", 8000, 320)
    lines = (f"a=rtpmap:{kind} {name.upper()}/8000",)
    return Sound(kind, 8000, 320, tuple(burst([f], kind) for f in frames), lines)


def _encode(codec: str, rate: int, step: int) -> tuple[list[bytes], bytes]:
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate, context.layout = rate, "mono"
    context.format = "fltp" if codec == "aac" else "s16"
    context.time_base = Fraction(1, rate)
    ends = range(0, 2 * rate + 1, step)
    time = np.arange(2 * rate) / rate
    wave = 0.3 * np.sin(2 * np.pi * 440 * time) * np.sin(np.pi * time / 2)
    samples = wave.astype(np.float32) if codec == "aac" else (wave * 32767).astype(np.int16)
    out: list[bytes] = []
    for begin, end in pairwise(ends):
        frame = av.AudioFrame.from_ndarray(
            samples[None, begin:end], format=context.format.name, layout="mono"
        )
        frame.sample_rate, frame.pts = rate, begin
        out += [bytes(packet) for packet in context.encode(frame)]
    out += [bytes(packet) for packet in context.encode(None)]
    return out, context.extradata or b""
