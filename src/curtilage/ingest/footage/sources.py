"""From what an owner types (files, folders, patterns) to the list of files to read."""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from curtilage.ingest.errors import FootageError

SUFFIXES = frozenset(
    {
        *(".264", ".265", ".3g2", ".3gp", ".asf", ".avi", ".dav", ".divx", ".dv", ".f4v", ".flv"),
        *(".gif", ".h264", ".h265", ".hevc", ".ivf", ".m2ts", ".m2v", ".m4v", ".mjpeg", ".mjpg"),
        *(".mkv", ".mov", ".mp4", ".mpe", ".mpeg", ".mpg", ".mts", ".mxf", ".nut", ".obu", ".ogm"),
        *(".ogv", ".qt", ".rm", ".rmvb", ".ts", ".vob", ".webm", ".wmv", ".y4m"),
    }
)
"""Names that are taken from a folder; a file that is named itself may be called anything."""


def find_footage(sources: Sequence[str]) -> list[Path]:
    """Files behind ``sources``, each once: in the order given, folders and patterns sorted.

    A folder is searched with its subfolders, without hidden ones. Whether a file holds video is
    found out when it is opened, so that one bad file among many costs only itself.

    Raises:
        FootageError: a source does not exist, cannot be read, or holds no file of footage.

    """
    found: dict[Path, Path] = {}
    for source in sources:
        for path in _expand(source):
            found.setdefault(path.resolve(), path)
    if not found:
        raise FootageError("no footage is named; give a video file, a folder or a pattern")
    return list(found.values())


def unique_names(paths: Sequence[Path]) -> list[str]:
    """A folder name for each file: its stem, made longer only where two stems are the same.

    The name depends on the file's own path, so that another file beside it does not move the
    results of this one: ``cam.mp4``, else the parent's name in front, else a number.
    """
    names = [path.stem or path.name for path in paths]
    for longer in (_with_suffix, _with_parent):
        names = [
            longer(path) if names.count(name) > 1 else name
            for path, name in zip(paths, names, strict=True)
        ]
    taken: set[str] = set()
    for i, name in enumerate(names):
        number, free = 2, name
        while free.casefold() in taken:
            free, number = f"{name}-{number}", number + 1
        names[i] = free
        taken.add(free.casefold())
    return names


def _expand(source: str) -> Iterator[Path]:
    if "://" in source:
        raise FootageError(f"{source}: is a network address; analyze reads files and folders")
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            return iter(_folder(path))
        if path.is_file():
            return iter([path])
        if path.exists():
            raise FootageError(f"{source}: is neither a file nor a folder")
    except OSError as error:
        raise FootageError(f"{source}: cannot be read ({error.strerror})") from None
    if not glob.has_magic(source):
        raise FootageError(f"{source}: does not exist; give a video file, a folder or a pattern")
    matches = sorted(Path(match) for match in glob.glob(str(path), recursive=True))  # noqa: PTH207 - absolute patterns
    files = [match for match in matches if match.is_file()]
    if not files:
        raise FootageError(f"{source}: no file matches this pattern")
    return iter(files)


def _folder(folder: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise FootageError(f"{error.filename}: cannot be read ({error.strerror})") from None

    files = []
    for base, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files += [
            Path(base, name)
            for name in names
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")
        ]
    if not files:
        raise FootageError(
            f"{folder}: holds no video (looked for names such as .mp4, .mkv, .avi, .ts)"
        )
    return sorted(files)


def _with_suffix(path: Path) -> str:
    return path.name


def _with_parent(path: Path) -> str:
    return f"{path.resolve().parent.name}_{path.name}"
