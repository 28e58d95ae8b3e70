"""Any range of a camera as one MP4, exact to the moment, nothing encoded again.

Whole GOPs are copied from the keyframe at or before the asked start; an edit list tells players
where to begin and end. The movie is ordinary, not fragmented, its head first, so that every player
takes it. Two passes: headers of segments are read and the head is built, then the samples are
copied; never more than a piece is in memory. Beside it lies ``NAME.json`` (``sidecar.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from curtilage.record.export.errors import ExportError
from curtilage.record.export.gaps import Missing, Shown, missing
from curtilage.record.export.movie import Movie, build
from curtilage.record.export.sidecar import rfc3339, sidecar
from curtilage.record.export.sources import (
    Gap,
    Segment,
    Source,
    Unreadable,
    read_sources,
    same_file,
    stretches,
)
from curtilage.record.export.stretch import Stretch, read_stretch
from curtilage.record.export.writing import (
    Progress,
    Written,
    check_space,
    check_target,
    drafts,
    write_movie,
    write_text,
)
from curtilage.record.mp4.boxes import VIDEO_TIMESCALE
from curtilage.record.mp4.entries import QUICKTIME, brand


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export gave."""

    files: Sequence[Path]  # the target; further ones where the codec changed
    sidecar: Path
    start_ns: int  # UTC of the first moment that can be seen
    end_ns: int  # UTC of the last
    seconds: float  # of all movies together
    bytes: int
    gaps: Sequence[Missing]
    notes: Sequence[str]  # sentences for the owner


def silent(_done: int, _total: int) -> None:
    """No progress shown."""


def export(
    segments: Sequence[Source],
    gaps: Sequence[Gap],
    from_ns: int,
    to_ns: int,
    target: Path,
    progress: Progress = silent,
) -> Exported:
    """Write the recordings of [from_ns, to_ns) to ``target``, and ``NAME.json`` beside it.

    Args:
        segments: of one stream of one camera: all that overlap the range, and the one before
            (a camera with rare keyframes may need it). Damaged ones, and ones that are being
            written, give what can be read. They must not be deleted meanwhile (hold them).
        gaps: what the ledger says of the range.
        from_ns: UTC where the movie begins.
        to_ns: UTC where it ends.
        target: ``NAME.mp4``, a new file; where the codec changes, ``NAME-2.mp4`` and so on follow.
        progress: told the bytes done and in all, after each piece.

    Raises:
        ExportError: what cannot be done and why, in a sentence; no file is left then.
    """
    if from_ns >= to_ns:
        raise ExportError(
            f"the end of an export ({rfc3339(to_ns)}) must be after its beginning "
            f"({rfc3339(from_ns)})"
        )
    check_target(target)
    read, unreadable = read_sources(segments)
    found = _found(read, from_ns, to_ns)
    if not found:
        raise ExportError(_nothing(gaps, unreadable, from_ns, to_ns))
    movies = [build(read, part) for part in _parts(found)]
    targets = [target] + [
        target.with_name(f"{target.stem}-{number}{target.suffix}")
        for number in range(2, len(movies) + 1)
    ]
    for path in targets[1:]:
        check_target(path)
    total = sum(movie.bytes for movie in movies)
    check_space(target.parent, total)
    lost = missing(from_ns, to_ns, _shown(movies), gaps, read, unreadable)
    notes = _notes(targets, movies, read, unreadable)
    aside = target.with_suffix(".json")
    with drafts(target.parent) as made:
        written: list[Written] = []
        done = 0
        for path, movie in zip(targets, movies, strict=True):
            written.append(write_movie(made.path(path), movie, read, progress, done, total))
            done += movie.bytes
        rows = [
            (path.name, movie, out)
            for path, movie, out in zip(targets, movies, written, strict=True)
        ]
        content = sidecar((from_ns, to_ns), rows, read, unreadable, lost, notes)
        write_text(made.path(aside), content)
        made.publish()
    return Exported(
        files=targets,
        sidecar=aside,
        start_ns=min(stretch.begin_ns for stretch in found),
        end_ns=max(stretch.end_ns for stretch in found),
        seconds=sum(movie.duration for movie in movies) / VIDEO_TIMESCALE,
        bytes=total,
        gaps=lost,
        notes=notes,
    )


def _found(segments: Sequence[Segment], from_ns: int, to_ns: int) -> list[Stretch]:
    try:
        read = [read_stretch(group, from_ns, to_ns) for group in stretches(segments)]
    except (OSError, ValueError) as error:
        raise ExportError(f"a recording changed while it was read ({error}); try again") from error
    return [stretch for stretch in read if stretch is not None]


def _parts(found: Sequence[Stretch]) -> list[list[Stretch]]:
    """Stretches that can be in one movie, together.

    Only the first of a movie is cut at its begin, only the last at its end (others are where the
    clock was set back): so each movie has a single edit. Browsers know no more than one, and
    FFmpeg fails where sizes change under several.
    """
    parts: list[list[Stretch]] = []
    for stretch in found:
        info = stretch.segments[0].info
        if (
            parts
            and not (parts[-1][-1].cut_at_end or stretch.cut_at_begin)
            and all(same_file(s.segments[0].info, info) for s in parts[-1])
        ):
            parts[-1].append(stretch)
        else:
            parts.append([stretch])
    return parts


def _shown(movies: Sequence[Movie]) -> list[Shown]:
    return [
        Shown(*p.stretch.recorded_ns, number, p.at / VIDEO_TIMESCALE)
        for number, movie in enumerate(movies)
        for p in movie.placed
    ]


def _nothing(
    gaps: Sequence[Gap], unreadable: Sequence[Unreadable], from_ns: int, to_ns: int
) -> str:
    reasons = [g.reason for g in gaps if g.end_ns > from_ns and g.start_ns < to_ns]
    reasons += [f"{u.source.path.name}: {u.problem}" for u in unreadable]
    why = f" ({'; '.join(dict.fromkeys(reasons))})" if reasons else ""
    return f"nothing is recorded between {rfc3339(from_ns)} and {rfc3339(to_ns)}{why}"


def _notes(
    targets: Sequence[Path],
    movies: Sequence[Movie],
    segments: Sequence[Segment],
    unreadable: Sequence[Unreadable],
) -> list[str]:
    notes = []
    for path, before, movie in zip(targets[1:], movies, movies[1:], strict=False):
        if same_file(before.info, movie.info):
            why = "the clock was set back"
        else:
            codecs = [movie.info.video.codec.value]
            codecs += [movie.info.audio.codec.value] if movie.info.audio is not None else []
            why = f"the camera changed to {' with '.join(codecs)}"
        notes.append(f"{path.name}: a file of its own, since {why}")
    for path, movie in zip(targets, movies, strict=True):
        audio = movie.info.audio
        if audio is not None and brand(movie.info) == QUICKTIME and path.suffix.lower() == ".mp4":
            notes.append(
                f"{path.name}: a QuickTime movie inside, since MP4 has no place for its sound "
                f"({audio.codec.value}); players that go by the name want .mov"
            )
    spans = sorted((p.stretch.begin_ns, p.stretch.end_ns) for m in movies for p in m.placed)
    if any(after[0] < before[1] - 1_000_000 for before, after in pairwise(spans)):
        notes.append(
            "some moments were recorded twice (a clock was set back); both are there, in the "
            "order of recording"
        )
    copied = {copy.segment for movie in movies for copy in movie.copies}
    notes += [
        f"{s.source.path.name}: {s.scan.problem}"
        for s in segments
        if s.index in copied and s.scan.problem is not None
    ]
    return notes + [f"{u.source.path.name}: {u.problem}" for u in unreadable]
