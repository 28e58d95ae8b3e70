"""``tracks.parquet`` and ``frames.parquet``: where everybody was, and when somebody looked.

One row per track and analysed frame, sorted by frame and track; the second file lists every
analysed frame, also those in which nobody was. Together they are all that rules need.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from curtilage.app.outputs.files import OutputError, replacing
from curtilage.errors import InputError
from curtilage.model import LABELS

TRACKS = "tracks.parquet"
FRAMES = "frames.parquet"
ROWS_PER_GROUP = 100_000

ROW = np.dtype(
    [
        ("frame", np.int32),  # number of the frame in the source, 0 first
        ("time", np.float64),  # s from the start of the footage
        ("track", np.int64),
        ("class", np.int8),  # index into LABELS
        ("score", np.float32),  # of the last detection
        ("x0", np.float32),  # box, 0..1 of the frame
        ("y0", np.float32),
        ("x1", np.float32),
        ("y1", np.float32),
        ("hits", np.int32),  # sightings so far
        ("seen", np.bool_),  # False: predicted while hidden
    ]
)
LOOK = np.dtype([("frame", np.int32), ("time", np.float64)])
Rows = npt.NDArray[np.void]
"""``ROW[N]`` or ``LOOK[N]``, a structured array."""

_LABEL = pa.dictionary(pa.int8(), pa.string())
_TRACKS_SCHEMA = pa.schema(
    [(n, _LABEL if n == "class" else pa.from_numpy_dtype(ROW[n])) for n in ROW.names or ()]
)
_FRAMES_SCHEMA = pa.schema([(n, pa.from_numpy_dtype(LOOK[n])) for n in LOOK.names or ()])


class TracksError(InputError):
    """A file of tracks that cannot be used; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Footage:
    """What tracks are of: written into the files' metadata."""

    source: str  # name of the file, without its folder
    source_id: str  # fingerprint of its content; events' ids are made from it
    size: tuple[int, int]  # width, height as shown, pixels
    frame_interval: float  # s between two analysed frames, typically


def write_tracks(
    folder: Path, footage: Footage, facts: Mapping[str, Any], looks: Rows, rows: Iterable[Rows]
) -> None:
    """Write both files into ``folder``; ``facts`` (JSON) are kept with them for ``read_facts``.

    ``rows`` may come in pieces of any length: the files do not depend on how they are cut. The
    tracks come last, so that they are there only when everything is.

    Raises:
        OutputError: they cannot be written.

    """
    metadata = {
        "source": footage.source,
        "source_id": footage.source_id,
        "size": json.dumps(footage.size),
        "frame_interval": json.dumps(footage.frame_interval),
        "curtilage": json.dumps(facts, sort_keys=True),
    }
    _write(folder / FRAMES, _FRAMES_SCHEMA.with_metadata(metadata), [looks])
    _write(folder / TRACKS, _TRACKS_SCHEMA.with_metadata(metadata), rows)


def read_facts(path: Path) -> dict[str, Any]:
    """What ``write_tracks`` was given as ``facts``; empty when the file is none of ours."""
    try:
        metadata = pq.read_schema(path).metadata or {}
        return dict(json.loads(metadata.get(b"curtilage", b"{}")))
    except (OSError, ValueError, pa.ArrowException):
        return {}


def read_tracks(path: Path) -> tuple[Footage, Rows, Rows | None]:
    """Footage, ``ROW[N]`` and ``LOOK[F]`` of a ``tracks.parquet``; None without a frames file.

    Raises:
        TracksError: it cannot be read or lacks columns.

    """
    metadata = _file(path).schema_arrow.metadata or {}
    try:
        footage = Footage(
            source=metadata.get(b"source", path.name.encode()).decode(),
            source_id=metadata.get(b"source_id", b"").decode(),
            size=_size(json.loads(metadata[b"size"])),
            frame_interval=float(json.loads(metadata[b"frame_interval"])),
        )
    except (KeyError, ValueError, TypeError):
        raise TracksError(
            f"{path}: does not say the size of the picture and the interval of its frames "
            "(metadata `size` and `frame_interval`)"
        ) from None
    rows = _read(path, ROW)
    if not _sorted(rows):
        rows = rows[np.lexsort((rows["track"], rows["frame"]))]
    beside = path.with_name(FRAMES)
    looks = np.sort(_read(beside, LOOK), order="frame") if beside.exists() else None
    return footage, rows, looks


def _write(path: Path, schema: pa.Schema, pieces: Iterable[Rows]) -> None:
    with replacing(path) as file:
        try:
            with pq.ParquetWriter(file, schema, compression="zstd") as writer:
                for piece in _regular(pieces):
                    writer.write_table(_columns(piece, schema), row_group_size=ROWS_PER_GROUP)
        except pa.ArrowException as error:
            raise OutputError(f"{path}: cannot be written ({error})") from error


def _regular(pieces: Iterable[Rows]) -> Iterator[Rows]:
    """The same rows in pieces of ``ROWS_PER_GROUP``, the last one shorter."""
    waiting: list[Rows] = []
    count = 0
    for piece in pieces:
        waiting.append(piece)
        count += len(piece)
        while count >= ROWS_PER_GROUP:
            joined = np.concatenate(waiting)
            yield joined[:ROWS_PER_GROUP]
            waiting, count = [joined[ROWS_PER_GROUP:]], count - ROWS_PER_GROUP
    if count:
        yield np.concatenate(waiting)


def _columns(rows: Rows, schema: pa.Schema) -> pa.Table:
    arrays = []
    for field in schema:
        column = np.ascontiguousarray(rows[field.name])
        if field.type == _LABEL:
            arrays.append(pa.DictionaryArray.from_arrays(pa.array(column), pa.array(LABELS)))
        else:
            arrays.append(pa.array(column))
    return pa.Table.from_arrays(arrays, schema=schema)


def _file(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except FileNotFoundError:
        raise TracksError(f"{path}: does not exist") from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise TracksError(f"{path}: is not a file of tracks ({_first_line(error)})") from None


def _read(path: Path, row: np.dtype[np.void]) -> Rows:
    """A file's rows; column by column, so that they are not in memory twice."""
    file = _file(path)
    rows = np.zeros(file.metadata.num_rows, row)
    for name in row.names or ():
        if name not in file.schema_arrow.names:
            raise TracksError(f"{path}: has no column `{name}`")
        try:
            column = file.read(columns=[name]).column(0)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise TracksError(f"{path}: is damaged ({_first_line(error)})") from None
        if column.null_count:
            raise TracksError(f"{path}: column `{name}` has empty cells")
        rows[name] = _classes(path, column) if name == "class" else column.to_numpy()
    return rows


def _sorted(rows: Rows) -> bool:
    step, apart = np.diff(rows["frame"]), np.diff(rows["track"])
    return bool(((step > 0) | ((step == 0) & (apart > 0))).all())


def _classes(path: Path, column: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    labels = column.combine_chunks().cast(pa.string())
    if isinstance(labels, pa.ChunkedArray):
        labels = pa.concat_arrays(labels.chunks) if labels.num_chunks else pa.array([], pa.string())
    indices = pa.compute.index_in(labels, pa.array(LABELS))
    if indices.null_count:
        unknown = labels.filter(indices.is_null())[0].as_py()
        raise TracksError(f"{path}: {unknown!r} is no class; known are {', '.join(LABELS)}")
    return np.asarray(indices.to_numpy(), np.int8)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["unreadable"])[0]


def _size(value: Any) -> tuple[int, int]:
    width, height = (int(side) for side in value)
    if width <= 0 or height <= 0:
        raise ValueError("no picture")
    return width, height
