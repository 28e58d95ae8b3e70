"""Decodes the packets of one stream, one after the other, whatever is broken in them.

After a packet that cannot be decoded nothing is believed before the next keyframe. One thread a
decoder: many cameras are decoded side by side anyway, and a threaded decoder holds pictures back.
"""

from fractions import Fraction
from typing import Final, cast

import av
import av.error
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from curtilage.errors import InputError
from curtilage.model import Packet, VideoCodec, VideoInfo

NANOSECOND: Final = Fraction(1, 1_000_000_000)
NAMES: Final = {
    VideoCodec.H264: "h264",
    VideoCodec.HEVC: "hevc",
    VideoCodec.MJPEG: "mjpeg",
}
WIDEST_PIXEL: Final = 2.5
"""Pixels longer or flatter than this are an error of the header."""


class DecodeError(InputError):
    """A stream that cannot be decoded at all."""


class PacketDecoder:
    """From packets to pictures; times of pictures (``pts``) are UTC nanoseconds.

    Raises:
        DecodeError: the parameters of the stream are none.

    """

    def __init__(self, video: VideoInfo) -> None:
        self.errors = 0  # packets that could not be decoded
        self._video = video
        self._broken = True  # until a keyframe
        self._context = _open(video)

    def decode(self, packet: Packet) -> list[VideoFrame]:
        """The pictures that ``packet`` completes, in the order in which they are shown.

        Without reordering (most cameras) that is its own. Packets before the first keyframe, and
        between a broken one and the next keyframe, give nothing.
        """
        if packet.key:
            self._broken = False
        elif self._broken:
            return []
        given = av.Packet(packet.data)
        given.pts, given.dts = packet.pts_ns, packet.dts_ns
        given.time_base = NANOSECOND
        given.is_keyframe = packet.key
        try:
            return self._context.decode(given)
        except (av.error.FFmpegError, ValueError):
            self.errors += 1
            self._broken = True
            return []

    def rest(self) -> list[VideoFrame]:
        """The pictures that are held back for their order; nothing can be decoded afterwards."""
        try:
            return self._context.decode(None)
        except (av.error.FFmpegError, ValueError):
            return []

    def aspect(self, frame: VideoFrame) -> float:
        """Width / height of ``frame`` as it is to be shown: pixels may be no squares."""
        pixel = self._context.sample_aspect_ratio
        wide = float(pixel) if pixel else 1.0
        if not 1 / WIDEST_PIXEL <= wide <= WIDEST_PIXEL:
            wide = 1.0
        return frame.width * wide / frame.height


def _open(video: VideoInfo) -> VideoCodecContext:
    try:
        context = cast(VideoCodecContext, av.CodecContext.create(NAMES[video.codec], "r"))
        context.thread_count = 1
        if video.config:
            context.extradata = video.config
        context.open()
    except (av.error.FFmpegError, ValueError) as error:
        raise DecodeError(
            f"a stream of {video.codec} {video.width}x{video.height} cannot be decoded: {error}"
        ) from None
    return context
