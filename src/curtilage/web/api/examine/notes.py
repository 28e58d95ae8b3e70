"""What an owner should know of a camera that works, in sentences that say what to do."""

from collections.abc import Iterator, Sequence
from typing import Final

from curtilage.web.api.examine.answers import ExaminedStream, Note, NoteCode

CLOCK_S: Final = 5.0  # from which a clock is wrong
LONG_GOP_S: Final = 4.5
LARGE: Final = 1280 * 720  # pixels; a stream up to this needs no smaller one beside it


def notes_of(
    streams: Sequence[ExaminedStream], ahead_s: float | None, elsewhere: str, others: int
) -> Iterator[Note]:
    """The notes, what matters most first.

    Args:
        streams: that were played.
        ahead_s: the camera's clock before ours.
        elsewhere: another host that the camera named for its streams; empty: none.
        others: how many other sources it has.

    """
    good = [one for one in streams if one.works]
    for one in streams:
        if not one.works and good:
            yield Note(code=NoteCode.NOT_ALL, sentence=f"Stream {one.name}: {one.sentence}.")
    new = [one.name for one in good if one.codec == "hevc"]
    if new:
        yield Note(code=NoteCode.H265, sentence=_h265(new, any(o.codec == "h264" for o in good)))
    if any(one.microphone for one in streams):
        yield Note(
            code=NoteCode.MICROPHONE,
            sentence="It offers sound. Curtilage does not ask for it: the microphone stays off "
            "unless the camera's settings say otherwise, with a purpose.",
        )
    if ahead_s is not None and abs(ahead_s) >= CLOCK_S:
        way = "ahead of" if ahead_s > 0 else "behind"
        yield Note(
            code=NoteCode.CLOCK,
            sentence=f"Its clock is {_long(abs(ahead_s))} {way} this machine's. Recordings carry "
            "this machine's time; what the camera writes into its picture is wrong until you set "
            "its time server.",
        )
    slow = [one for one in good if (one.gop_s is None or one.gop_s > LONG_GOP_S)]
    slow = [one for one in slow if one.codec != "mjpeg"]
    if slow:
        yield Note(
            code=NoteCode.LONG_GOP,
            sentence=f"Stream {' and '.join(one.name for one in slow)}: a whole picture (keyframe) "
            "comes only every five seconds or less often. Set the I-frame interval to two seconds "
            "in the camera's pages, so that pictures appear at once.",
        )
    if len(good) == 1 and (good[0].width or 0) * (good[0].height or 0) > LARGE:
        yield Note(
            code=NoteCode.ONE_STREAM,
            sentence="There is one large stream and no small one: grids and motion will take more "
            "of this machine. Add the camera's sub-stream if it has one.",
        )
    if elsewhere:
        yield Note(
            code=NoteCode.ELSEWHERE,
            sentence=f"It names {elsewhere} as where its streams are. They were asked for at the "
            "address that answered, and only there.",
        )
    if others:
        yield Note(
            code=NoteCode.OTHER_SOURCES,
            sentence=f"It has {others} more picture {'source' if others == 1 else 'sources'}: "
            "add each as a camera of its own.",
        )


def _h265(names: Sequence[str], beside: bool) -> str:
    which = " and ".join(names)
    if beside:
        return (
            f"Stream {which} is H.265, which is recorded as it is. Browsers that cannot show it "
            "get the H.264 stream."
        )
    return (
        f"Stream {which} is H.265, which is recorded as it is. Safari shows it; Chrome, Edge and "
        "Firefox only on computers and phones that decode it in hardware. Set the camera, or its "
        "sub-stream, to H.264 to see it everywhere."
    )


def _long(seconds: float) -> str:
    """A span in its two largest units."""
    left = round(seconds)
    parts = []
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"
