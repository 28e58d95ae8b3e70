"""Export: from the index to a movie with its sidecar."""

import time
from pathlib import Path

from curtilage.app.recording.index import index_of
from curtilage.config import SiteSettings
from curtilage.record.export import Exported
from curtilage.record.export.by_name import export_of
from curtilage.record.export.writing import Progress


def export(
    site: SiteSettings,
    camera: str,
    stream: str | None,
    span_ns: tuple[int, int],
    target: Path,
    progress: Progress,
) -> Exported:
    """Write what a camera recorded in ``span_ns`` (from, to; UTC) to ``target``.

    Raises:
        InputError: no such camera or stream, nothing recorded then, or the target cannot be
            written; the sentence says which.

    """
    with index_of(site) as database:
        return export_of(database, camera, stream, span_ns, target, progress, time.time_ns())
