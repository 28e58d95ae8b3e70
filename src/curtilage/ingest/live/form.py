"""From what a camera sends to what is kept: one form per codec, which also learns the parameters.

`form_of` gives the form of a stream. Its `convert` takes the bytes of one picture and gives the
bytes as `model.Packet` wants them, with the parameter sets taken out, and whether a decoder can
begin there; `info` is what a decoder must know first, and is a new object when that changed.
"""

from typing import Protocol

from curtilage.ingest.live import h264, hevc, jpeg, nal
from curtilage.model import VideoCodec, VideoInfo

Picture = tuple[bytes, bool]  # data, and whether a decoder can begin here
NOTHING: Picture = (b"", False)


class Form(Protocol):
    """How one codec's pictures are kept."""

    info: VideoInfo | None  # None until the parameter sets are complete

    def convert(self, data: bytes | memoryview) -> Picture:
        """The picture as it is kept, empty when there is no picture in ``data``."""
        ...


def form_of(codec: VideoCodec, extradata: bytes, *, framed: bool = False) -> Form:
    """The form for a stream.

    Args:
        codec: of the stream.
        extradata: what the container says of it: parameter sets.
        framed: pictures have lengths of four bytes, also where ``extradata`` has start codes.

    """
    if codec is VideoCodec.MJPEG:
        return JpegForm()
    return UnitsForm(codec, extradata, 4 if framed else 0)


class UnitsForm:
    """H.264 and H.265, from start codes or lengths to lengths of four bytes."""

    __slots__ = ("_codec", "_is_h264", "_mask", "_parameters", "_plain", "_size", "info")

    def __init__(self, codec: VideoCodec, extradata: bytes, size: int = 0) -> None:
        self._codec = codec
        self._is_h264 = codec is VideoCodec.H264
        self._size = size  # of the lengths; 0: start codes
        # a unit of this type, after this mask, is a slice that no decoder can begin with
        self._mask, self._plain = (0x1F, h264.SLICE) if self._is_h264 else (0x7E, hevc.TRAIL_R << 1)
        self._parameters: dict[tuple[int, int], bytes] = {}  # by (nal_unit_type, number)
        self.info: VideoInfo | None = None
        self._learn(self._units_of_extradata(extradata))

    def convert(self, data: bytes | memoryview) -> Picture:
        """The picture with lengths of four bytes, without parameter sets."""
        size = self._size
        if not size:
            marks = nal.marks(data)
            if (
                len(marks) == 1 and marks[0] < len(data) and data[-1]
            ):  # most pictures: nothing but one slice
                begin = marks[0]
                if data[begin] & self._mask == self._plain:
                    return nal.lone(data, begin), False
        data = bytes(data)
        units = list(nal.lengths(data, size)) if size else nal.between(data, marks)
        return self._h264(units) if self._is_h264 else self._h265(units)

    def _h264(self, units: list[bytes]) -> Picture:
        kinds = [unit[0] & 0x1F for unit in units]
        if 7 in kinds or 8 in kinds:
            self._learn(units)
            units = [unit for unit in units if unit[0] & 0x1F not in (7, 8, 13)]
        if 5 in kinds:
            return nal.join(units), True
        if 1 in kinds:
            begins = 6 in kinds and any(
                h264.recovers_at_once(unit) for unit in units if unit[0] & 0x1F == 6
            )
            return nal.join(units), begins
        return (nal.join(units), False) if 2 in kinds else NOTHING

    def _h265(self, units: list[bytes]) -> Picture:
        kinds = [(unit[0] >> 1) & 0x3F for unit in units]
        if not kinds:
            return NOTHING
        if not (min(kinds) < 32):
            self._learn(units)
            return NOTHING
        if 32 in kinds or 33 in kinds or 34 in kinds:
            self._learn(units)
            units = [unit for unit in units if (unit[0] >> 1) & 0x3F not in (32, 33, 34)]
        key = any(16 <= kind <= 21 for kind in kinds)
        return nal.join(units), key

    def _units_of_extradata(self, extradata: bytes) -> list[bytes]:
        if not extradata or extradata.startswith((nal.START, b"\0" + nal.START)):
            return nal.split(extradata)
        read = h264.units_of_avcc if self._is_h264 else hevc.units_of_hvcc
        try:
            self._size, units = read(extradata)
        except (ValueError, IndexError):
            return []
        return units

    def _learn(self, units: list[bytes]) -> None:
        """Take the parameter sets among ``units``; ``info`` is new if they say something new."""
        found: dict[tuple[int, int], bytes] = {}
        for unit in units:
            place = self._place(unit)
            if place is not None:
                found[place] = unit
        known = self._parameters
        if all(known.get(place) == unit for place, unit in found.items()):
            return
        complete = {place[0] for place in found} >= ({7, 8} if self._is_h264 else {33, 34})
        if complete:  # a new generation: sets of the old one mean nothing any more
            found = {k: u for k, u in known.items() if k[0] == hevc.VPS} | found
            self._parameters = found
        else:
            self._parameters = known | found
        self.info = self._described()

    def _place(self, unit: bytes) -> tuple[int, int] | None:
        """(nal_unit_type, number) of a parameter set; None of anything else, and if damaged."""
        try:
            if self._is_h264:
                kind = unit[0] & 0x1F
                if kind == h264.SPS:
                    return kind, h264.read_sps(unit).number
                return (kind, h264.pps_number(unit)) if kind == h264.PPS else None
            kind = hevc.kind(unit)
            if kind == hevc.SPS:
                return kind, hevc.read_sps(unit).number
            if kind == hevc.PPS:
                return kind, hevc.pps_number(unit)
            return (kind, hevc.vps_number(unit)) if kind == hevc.VPS else None
        except ValueError:
            return None

    def _described(self) -> VideoInfo | None:
        sets = self._parameters
        of = {k: [sets[p] for p in sorted(sets) if p[0] == k] for k in (7, 8, 32, 33, 34)}
        if self._is_h264:
            if not (of[7] and of[8]):
                return None
            said = h264.read_sps(of[7][0])
            return VideoInfo(self._codec, said.width, said.height, h264.avcc(of[7], of[8]))
        if not (of[32] and of[33] and of[34]):
            return None
        seen = hevc.read_sps(of[33][0])
        config = hevc.hvcc(of[32], of[33], of[34])
        return VideoInfo(self._codec, seen.width, seen.height, config)


class JpegForm:
    """MJPEG: every picture stands alone and is kept as it is."""

    __slots__ = ("info",)

    def __init__(self) -> None:
        self.info: VideoInfo | None = None

    def convert(self, data: bytes | memoryview) -> Picture:
        """The picture as it is; nothing if it is no JPEG."""
        data = bytes(data)
        size = jpeg.size_of(data)
        if size is None:
            return NOTHING
        info = self.info
        if info is None or (info.width, info.height) != size:
            self.info = VideoInfo(VideoCodec.MJPEG, *size, b"")
        return data, True
