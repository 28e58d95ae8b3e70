"""Packets of clips as a camera would have sent them, and a site with that camera."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from curtilage.config.site import SiteSettings
from curtilage.ingest.bus import Heard
from curtilage.ingest.live.form import form_of
from curtilage.ingest.live.items import Opened
from curtilage.model import Medium, Packet, StreamInfo, VideoCodec, VideoInfo

BEGIN_NS = 1_790_000_000_000_000_000
"""UTC of the first picture of every recording here: a day in September 2026."""

SECOND_NS = 1_000_000_000
CODECS = {"h264": VideoCodec.H264, "hevc": VideoCodec.HEVC, "mjpeg": VideoCodec.MJPEG}


def site_of(state: Path, *cameras: dict[str, Any], **more: Any) -> SiteSettings:
    """A site with ``cameras``; the state and one volume are in ``state``."""
    said = {
        "state": state,
        "volumes": [{"path": state / "volume", "reserve": 0}],
        "cameras": [{"url": "rtsp://127.0.0.1/none", **camera} for camera in cameras],
        **more,
    }
    return SiteSettings.model_validate(said)


def packets(video: Path, begin_ns: int = BEGIN_NS) -> tuple[VideoInfo, list[Packet]]:
    """All pictures of a file, encoded as they are."""
    made = []
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        form = form_of(CODECS[stream.codec_context.name], stream.codec_context.extradata or b"")
        rate = stream.average_rate
        assert rate is not None
        for raw in container.demux(stream):
            if not raw.size or raw.pts is None or raw.dts is None or raw.time_base is None:
                continue
            data, key = form.convert(bytes(raw))
            pts, dts = (round(t * raw.time_base * SECOND_NS) for t in (raw.pts, raw.dts))
            length_ns = round(SECOND_NS / rate)
            made.append(Packet(Medium.VIDEO, begin_ns + dts, begin_ns + pts, length_ns, key, data))
    assert form.info is not None
    return form.info, made


def items(
    video: Path, begin_ns: int = BEGIN_NS, stream: str = "main"
) -> Iterator[tuple[str, Heard]]:
    """The same as a stream says it."""
    info, pictures = packets(video, begin_ns)
    yield stream, Opened(StreamInfo(info), pictures[0].dts_ns, step=False)
    for packet in pictures:
        yield stream, packet
