"""What a browser is asked before it is sent pictures: can you show this type?

Names of codecs after RFC 6381: ``avc1.64001f`` (ISO/IEC 14496-15, annex E.2) and
``hvc1.1.6.L93.b0`` (E.3), made of the first bytes of avcC and hvcC.
"""

from curtilage.model import VideoCodec, VideoInfo

JPEG = "image/jpeg"


def media_type(video: VideoInfo) -> str:
    """The MIME type with codec, as ``MediaSource.isTypeSupported`` takes it; MJPEG: of a picture.

    Raises:
        ValueError: the decoder's configuration is cut off.

    """
    if video.codec is VideoCodec.MJPEG:
        return JPEG
    name = avc(video.config) if video.codec is VideoCodec.H264 else hevc(video.config)
    return f'video/mp4; codecs="{name}"'


def avc(config: bytes) -> str:
    """Profile, constraints and level of an avcC record."""
    if len(config) < 4:
        raise ValueError("the camera's avcC record is cut off")
    return f"avc1.{config[1:4].hex()}"


def hevc(config: bytes) -> str:
    """Profile, compatibility, tier, level and constraints of an hvcC record."""
    if len(config) < 13:
        raise ValueError("the camera's hvcC record is cut off")
    space = ("", "A", "B", "C")[config[1] >> 6]
    tier = "H" if config[1] & 0x20 else "L"
    profile = config[1] & 0x1F
    # Bit i says that profile i can decode it: the first bit of the record is the last of the name.
    compatible = int(f"{int.from_bytes(config[2:6], 'big'):032b}"[::-1], 2)
    constraints = config[6:12].rstrip(b"\0")
    parts = ["hvc1", f"{space}{profile}", f"{compatible:x}", f"{tier}{config[12]}"]
    return ".".join(parts + [f"{byte:x}" for byte in constraints])
