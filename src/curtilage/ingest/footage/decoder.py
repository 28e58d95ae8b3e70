"""Draws decoded frames from an open file, over whatever is broken in it."""

from collections.abc import Generator, Iterator

import av.error
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from curtilage.ingest.footage.container import OpenVideo

TRIES = 20
"""After so many failures in a row nothing more is read from a file."""

UNDECODABLE = 1000
"""After so many packets without a single picture a file is given up."""


class Decoder:
    """One pass over the pictures of a file, from where it stands."""

    def __init__(self, video: OpenVideo) -> None:
        self.decoded = 0  # frames so far
        self.breaks = 0  # stretches so far that could not be read or decoded
        self._video = video
        self._broken = False

    def frames(self) -> Generator[VideoFrame, None, None]:
        """All frames, in the order in which they are shown."""
        context = self._video.stream.codec_context
        in_vain = 0
        for packet in self._packets():
            try:
                frames = context.decode(packet)
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, ValueError):
                self._fail()
                in_vain += 1
                if self.decoded == 0 and in_vain >= UNDECODABLE:
                    return
                continue
            for frame in frames:
                self.decoded += 1
                self._broken = False
                yield frame

    def _packets(self) -> "Iterator[Packet[VideoStream] | None]":
        """Packets of the picture stream, then None to have the decoder give what it holds."""
        failures = 0
        while failures < TRIES:
            try:
                for packet in self._video.container.demux(self._video.stream):
                    failures = 0
                    if packet.size:  # FFmpeg writes empty ones where a recorder dropped a frame
                        yield packet
                break
            except (av.error.FFmpegError, ValueError):
                failures += 1
                self._fail()
        yield None

    def _fail(self) -> None:
        """Failures one after another, without a frame in between, are one stretch."""
        if not self._broken:
            self._broken = True
            self.breaks += 1
