"""Writes the annotated video: every frame of the footage, drawn over, encoded as VP9 in MP4.

VP9 by libvpx (BSD), because browsers play it and its licence asks nothing of anybody; x264 would
be GPL, and FFmpeg's own MPEG-4 encoder makes files that no browser plays.
"""

import contextlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from curtilage.app.annotate.counters import Board
from curtilage.app.annotate.moments import Moments
from curtilage.app.annotate.painter import Painter
from curtilage.app.outputs.files import PARTIAL, OutputError, told
from curtilage.app.outputs.tracks_file import TRACKS, read_tracks
from curtilage.app.report.folder import read_folder
from curtilage.ingest.footage.reader import FootageReader, Reading
from curtilage.model import Image

VIDEO = "annotated.mp4"
TICKS = 90_000  # per second, as is usual for video
USUAL_RATE = 25.0
OPTIONS = {
    "deadline": "realtime",
    "cpu-used": "8",  # 5 ms CPU per frame of 768x576; 40 at `good`, for a third fewer bytes
    "row-mt": "1",
    "crf": "33",
    "b": "0",  # with crf: constant quality
}


def annotate(source: Path, out: Path, advance: Callable[[float], None] | None = None) -> Path:
    """Write ``annotated.mp4`` into the output folder ``out``, over the footage ``source``.

    ``advance`` is told the time (s) of each frame that is done; what it raises ends the work.

    Raises:
        FootageError: the footage cannot be read any more.
        ReportError: the folder is damaged.
        OutputError: the video cannot be written.

    """
    folder = read_folder(out)
    footage, rows, looks = read_tracks(out / TRACKS)
    if looks is None:
        looks = np.unique(rows[["frame", "time"]])
    start = float(folder.summary.get("from") or 0.0)
    stop = float(folder.summary.get("to") or np.inf)
    reading = Reading(
        rate=0.0, start=start, stop=stop, source_fps=folder.settings.camera.source_fps
    )
    partial = out / (VIDEO + PARTIAL)
    with FootageReader(source, reading) as reader:
        size = (reader.size[0] // 2 * 2, reader.size[1] // 2 * 2)  # colour is stored by 2 x 2
        moments = Moments(rows, looks, footage.frame_interval)
        painter = Painter(folder.settings, size, moments, Board(folder))
        try:
            with told(out / VIDEO), _file(partial) as file:
                stream = _stream(file, size, reader.rate or USUAL_RATE)
                for sample in reader.samples():
                    frame = sample.frame
                    image = frame.image[: size[1], : size[0]].copy()
                    painter.paint(image, frame.time)
                    _encode(file, stream, image, frame.time - start)
                    if advance is not None:
                        advance(frame.time)
                file.mux(stream.encode(None))
            with told(out / VIDEO):
                partial.replace(out / VIDEO)
        except av.error.FFmpegError as error:
            raise OutputError(f"{out / VIDEO}: cannot be written ({error.strerror})") from error
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
    return out / VIDEO


def _file(path: Path) -> OutputContainer:
    # the index goes to the front, so that a browser can begin before it has everything
    return av.open(path, "w", format="mp4", options={"movflags": "+faststart"})


def _stream(file: OutputContainer, size: tuple[int, int], rate: float) -> VideoStream:
    stream = file.add_stream("libvpx-vp9", rate=Fraction(rate).limit_denominator(1001))
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = Fraction(1, TICKS)
    stream.codec_context.bit_rate = 0
    stream.codec_context.options = OPTIONS
    stream.codec_context.thread_count = 0
    return stream


def _encode(file: OutputContainer, stream: VideoStream, image: Image, time: float) -> None:
    frame = VideoFrame.from_ndarray(image, format="bgr24")
    frame.pts = round(time * TICKS)
    frame.time_base = Fraction(1, TICKS)
    file.mux(stream.encode(frame))
