"""Short streams of synthetic pictures and tones, encoded here, as the packets of a camera."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import av
import numpy as np

from curtilage.model import (
    AudioCodec,
    AudioInfo,
    Medium,
    Packet,
    StreamInfo,
    VideoCodec,
    VideoInfo,
)

START_NS = 1_790_000_000_123_456_789
"""Some moment in September 2026, not on a tick."""

NS = 1_000_000_000
_ENCODERS = {VideoCodec.H264: "libx264", VideoCodec.HEVC: "libx265", VideoCodec.MJPEG: "mjpeg"}


def picture(index: int, width: int, height: int) -> av.VideoFrame:
    """A gradient with a bright square whose place tells the index."""
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 0] = np.linspace(0, 120, width, dtype=np.uint8)
    image[..., 1] = np.linspace(0, 120, height, dtype=np.uint8)[:, None]
    x = 8 * (index % (width // 8))
    image[8:24, x : x + 8] = 255
    return av.VideoFrame.from_ndarray(image, format="rgb24")


@cache
def video(
    codec: VideoCodec = VideoCodec.H264,
    seconds: float = 4,
    fps: int = 15,
    gop: int = 30,
    width: int = 160,
    height: int = 120,
    b_frames: int = 0,
) -> tuple[VideoInfo, tuple[Packet, ...]]:
    """Encoded pictures from ``START_NS`` on."""
    context = av.CodecContext.create(_ENCODERS[codec], "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height = width, height
    context.pix_fmt = "yuvj420p" if codec is VideoCodec.MJPEG else "yuv420p"
    context.time_base = Fraction(1, fps)
    context.framerate = Fraction(fps)
    context.flags |= 1 << 22  # AV_CODEC_FLAG_GLOBAL_HEADER: parameter sets beside the stream
    if codec is VideoCodec.H264:
        context.options = {
            "preset": "ultrafast", "bf": str(b_frames), "g": str(gop), "sc_threshold": "0",
            "x264-params": "b-adapt=0:scenecut=0", "threads": "1",
        }  # fmt: skip
    elif codec is VideoCodec.HEVC:
        context.options = {
            "preset": "ultrafast",
            "x265-params": f"bframes={b_frames}:b-adapt=0:keyint={gop}:min-keyint={gop}:scenecut=0"
            ":open-gop=0:log-level=error:pools=none:frame-threads=1:info=0",
        }
    raw: list[av.Packet[av.VideoStream]] = []
    for index in range(round(seconds * fps)):
        frame = picture(index, width, height)
        frame.pts, frame.time_base = index, Fraction(1, fps)
        raw += context.encode(frame)
    raw += context.encode(None)
    config = b""
    if codec is VideoCodec.H264:
        config = avcc(context.extradata or b"")
    elif codec is VideoCodec.HEVC:
        config = hvcc(context.extradata or b"")
    times = [(packet.dts, packet.pts) for packet in raw]
    first = min(dts for dts, _ in times if dts is not None)
    packets = []
    for packet in raw:
        assert packet.dts is not None
        assert packet.pts is not None
        data = bytes(packet)
        packets.append(
            Packet(
                Medium.VIDEO,
                START_NS + (packet.dts - first) * NS // fps,
                START_NS + (packet.pts - first) * NS // fps,
                0,
                packet.is_keyframe,
                data if codec is VideoCodec.MJPEG else length_prefixed(data),
            )
        )
    return VideoInfo(codec, width, height, config), tuple(packets)


@cache
def audio(codec: AudioCodec, seconds: float = 4) -> tuple[AudioInfo, tuple[Packet, ...]]:
    """A tone of 440 Hz from 10 ms before ``START_NS`` on, as it comes from a camera."""
    aac = codec is AudioCodec.AAC
    rate = 16_000 if aac else 8_000
    context = av.CodecContext.create("aac" if aac else codec.value, "w")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate = rate
    context.layout = "mono"
    context.format = "fltp" if aac else "s16"
    context.time_base = Fraction(1, rate)
    context.flags |= 1 << 22
    context.open()
    size = 1024 if aac else 160
    packets: list[Packet] = []
    for index in range(round(seconds * rate / size)):
        wave = np.sin(2 * np.pi * 440 * (np.arange(size) + index * size) / rate)
        samples = wave.astype(np.float32) if aac else (wave * 20_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(
            samples[None], format="fltp" if aac else "s16", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = rate, index * size, Fraction(1, rate)
        for packet in context.encode(frame):
            at = START_NS - 10_000_000 + len(packets) * size * NS // rate
            packets.append(Packet(Medium.AUDIO, at, at, 0, True, bytes(packet)))
    info = AudioInfo(codec, rate, 1, bytes(context.extradata or b"") if aac else b"")
    return info, tuple(packets)


def stream(
    codec: VideoCodec = VideoCodec.H264,
    sound: AudioCodec | None = None,
    seconds: float = 4,
    b_frames: int = 0,
    gop: int = 30,
    width: int = 160,
) -> tuple[StreamInfo, list[Packet]]:
    """Pictures and sound in the order in which they would come, a picture first."""
    seen, pictures = video(codec, seconds, gop=gop, b_frames=b_frames, width=width)
    if sound is None:
        return StreamInfo(seen), list(pictures)
    heard, tones = audio(sound, seconds)
    late = 30_000_000  # sound comes a little after the pictures of its time
    merged = sorted([*pictures, *tones], key=lambda p: p.dts_ns + late * (p.medium is Medium.AUDIO))
    return StreamInfo(seen, heard), merged


def nal_units(annex_b: bytes) -> Iterator[bytes]:
    """The NAL units between start codes."""
    at = annex_b.find(b"\0\0\1")
    while at >= 0:
        begin = at + 3
        at = annex_b.find(b"\0\0\1", begin)
        unit = annex_b[begin : at if at >= 0 else len(annex_b)]
        yield unit.rstrip(b"\0") if at >= 0 else unit


def length_prefixed(annex_b: bytes) -> bytes:
    """An access unit with lengths of four bytes instead of start codes."""
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in nal_units(annex_b))


def avcc(annex_b: bytes) -> bytes:
    """An AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1)."""
    units = list(nal_units(annex_b))
    sps = [unit for unit in units if unit[0] & 31 == 7]
    pps = [unit for unit in units if unit[0] & 31 == 8]
    record = bytes((1, *sps[0][1:4], 0xFF, 0xE0 | len(sps)))
    record += b"".join(len(unit).to_bytes(2, "big") + unit for unit in sps)
    return record + bytes((len(pps),)) + b"".join(len(u).to_bytes(2, "big") + u for u in pps)


def hvcc(annex_b: bytes) -> bytes:
    """An HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1), main profile, 4:2:0, 8 bit."""
    units = [unit for unit in nal_units(annex_b) if unit[0] >> 1 & 63 in (32, 33, 34)]
    sps = next(unit for unit in units if unit[0] >> 1 & 63 == 33)
    plain = sps.replace(b"\0\0\3", b"\0\0")
    record = bytes((1,)) + plain[3:15] + b"\xf0\0\xfc\xfd\xf8\xf8\0\0\x0f" + bytes((len(units),))
    for unit in units:
        record += bytes((0x80 | unit[0] >> 1 & 63, 0, 1)) + len(unit).to_bytes(2, "big") + unit
    return record
