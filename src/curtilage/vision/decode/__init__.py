"""Decoding: packets of cameras into pictures, on a few threads that all cameras share."""

from curtilage.vision.decode.lanes import Lane, Lanes
from curtilage.vision.decode.packet_decoder import DecodeError, PacketDecoder

__all__ = ["DecodeError", "Lane", "Lanes", "PacketDecoder"]
