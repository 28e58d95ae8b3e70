"""Names of recordings' files: ``CAMERA/STREAM/YYYY/MM/DD/HHMMSS.mp4``, UTC."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

NS = 1_000_000_000
MOST = 1000  # names of one second: a clock that goes back again and again
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}")
_PATTERN = re.compile(
    r"(?P<camera>[a-z0-9][a-z0-9_-]*)/(?P<stream>[a-z0-9][a-z0-9_-]*)/"
    r"(?P<day>\d{4}/\d\d/\d\d)/(?P<time>\d{6})(-\d{1,3})?\.(mp4|mov)"
)


def segment_paths(camera: str, stream: str, start_ns: int, extension: str) -> Iterator[str]:
    """Names for a segment that begins at ``start_ns``, best first: use the first that is free."""
    moment = datetime.fromtimestamp(start_ns // NS, UTC)
    stem = f"{camera}/{stream}/{moment:%Y/%m/%d/%H%M%S}"
    yield stem + extension
    for number in range(1, MOST):
        yield f"{stem}-{number}{extension}"


def named(path: str) -> tuple[str, str, int] | None:
    """Camera, stream and start (UTC ns, whole seconds) of a file's name; None: not one of ours."""
    match = _PATTERN.fullmatch(path)
    if match is None:
        return None
    try:
        moment = datetime.strptime(match["day"] + match["time"] + "+0000", "%Y/%m/%d%H%M%S%z")
    except ValueError:
        return None
    return match["camera"], match["stream"], int(moment.timestamp()) * NS


def is_name(text: str) -> bool:
    """Whether a camera or stream can be called so (``config.site.Name``)."""
    return _NAME.fullmatch(text) is not None


def is_text(path: str) -> bool:
    """Whether a file's name is text: any bytes may be one, but the index holds only text."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
