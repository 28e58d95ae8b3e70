"""Ask every camera of the settings what it gives, as the recorder would."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from curtilage.config import SiteCamera, SiteSettings, StreamSettings
from curtilage.ingest.live import LiveSource, Opened, Patience
from curtilage.ingest.live.items import Lost
from curtilage.ingest.rtsp.probe import examine

MOST_S = 15.0  # for a camera to say something


@dataclass(frozen=True, slots=True)
class Answer:
    """What a stream gives, or why it gives nothing."""

    camera: str
    stream: str
    works: bool
    sentence: str
    microphone: str = ""  # what sound it would offer; nobody asked for it


def ask_cameras(site: SiteSettings) -> Iterator[Answer]:
    """Ask all streams, side by side; answers in the order of the settings."""
    streams = [
        (camera, stream)
        for camera in site.cameras
        if camera.enabled
        for stream in camera.all_streams
    ]
    if not streams:
        return
    with ThreadPoolExecutor(max_workers=min(32, len(streams))) as pool:
        yield from pool.map(lambda pair: _ask(*pair), streams)


def _ask(camera: SiteCamera, stream: StreamSettings) -> Answer:
    stop = threading.Event()
    timer = threading.Timer(MOST_S, stop.set)
    timer.start()
    try:
        source = LiveSource(
            camera.name,
            stream.name,
            stream.url,
            audio=camera.audio == "record",
            patience=Patience(),
        )
        for item in source.items(stop):
            if isinstance(item, Lost):
                return Answer(camera.name, stream.name, False, item.sentence)
            if isinstance(item, Opened):
                video = item.info.video
                sound = f", sound as {item.info.audio.codec.value}" if item.info.audio else ""
                sentence = f"{video.codec.value} {video.width}x{video.height}{sound}"
                if source.note:
                    sentence += f"; {source.note}"
                return Answer(camera.name, stream.name, True, sentence, _microphone(camera, stream))
        return Answer(
            camera.name, stream.name, False, f"sends no picture within {MOST_S:.0f} seconds"
        )
    finally:
        stop.set()
        timer.cancel()


def _microphone(camera: SiteCamera, stream: StreamSettings) -> str:
    """What sound the camera describes. To read its description is not to listen."""
    if camera.audio == "record" or stream.url.scheme not in ("rtsp", "rtsps"):
        return ""
    description = examine(stream.url).description
    offered = description.of_kind("audio") if description is not None else []
    return ", ".join(one.encoding or "sound" for one in offered)
