"""What is said to who watches a stream: words (JSON) and pictures (bytes)."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from curtilage.ingest.live.items import Lost
from curtilage.model import VideoCodec, VideoInfo


@dataclass(frozen=True, slots=True)
class Opening:
    """What follows is of this form; also where it stands in time."""

    text: str
    codec: VideoCodec
    head: bytes  # of MP4; empty with MJPEG


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: a fragment of MP4, or 8 bytes of UTC (ms, float64) and a JPEG."""

    data: bytes
    key: bool
    dts_ns: int


@dataclass(frozen=True, slots=True)
class Word:
    """How it stands with the stream, or with who watches."""

    text: str


ALIVE = Word('{"is":"alive"}')
"""The server is there."""

Message: TypeAlias = Opening | Picture | Word


def opened(
    camera: str, stream: str, video: VideoInfo, media_type: str, from_s: float, zero_ns: int
) -> str:
    """Pictures of this type follow; the one at media time ``t`` s was taken at zero + t."""
    return _json(
        {
            "is": "opened",
            "camera": camera,
            "stream": stream,
            "type": media_type,
            "codec": video.codec,
            "width": video.width,
            "height": video.height,
            "from_s": from_s,
            "zero_ms": zero_ns / 1e6,
        }
    )


def lost(item: Lost) -> Word:
    """Nothing comes of the camera, and why."""
    return _without_pictures(item.reason, item.sentence, item.since_ns)


def silent(sentence: str, since_ns: int | None) -> Word:
    """Nothing comes of the recorder itself."""
    return _without_pictures("nothing heard", sentence, since_ns)


def skipped(pictures: int) -> Word:
    """Who watches is too slow: so many pictures were left out before the next one."""
    return Word(_json({"is": "skipped", "pictures": pictures}))


def refused(sentence: str) -> Word:
    """Nothing will come."""
    return Word(_json({"is": "refused", "sentence": sentence}))


def instead(stream: str, sentence: str) -> Word:
    """Another stream of the camera follows, and why."""
    return Word(_json({"is": "instead", "stream": stream, "sentence": sentence}))


def rfc3339(utc_ns: int) -> str:
    """As in ``2026-11-23T09:27:19.250Z``."""
    moment = datetime.fromtimestamp(utc_ns // 1_000_000 / 1e3, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _without_pictures(reason: str, sentence: str, since_ns: int | None) -> Word:
    since = None if since_ns is None else rfc3339(since_ns)
    return Word(_json({"is": "lost", "reason": reason, "sentence": sentence, "since": since}))


def _json(told: dict[str, object]) -> str:
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)
