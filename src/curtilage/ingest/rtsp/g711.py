"""G.711 in RTP (RFC 3551): a byte is a sample, a packet is a piece of sound."""

from curtilage.ingest.rtsp.aac import Sound
from curtilage.ingest.rtsp.rtp import Packet


class G711:
    """Pieces of G.711, A-law or mu-law.

    Args:
        channels: how many bytes make one moment.

    """

    config = b""

    def __init__(self, channels: int) -> None:
        self._channels = channels

    def read(self, packet: Packet, gap: bool) -> list[Sound]:  # noqa: ARG002  as of other codecs
        """The packet's sound."""
        data = bytes(packet.payload)
        return [Sound(0, len(data) // self._channels, data)] if data else []
