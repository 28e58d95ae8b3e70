"""Any range of a camera as one MP4 that every player takes, what is missing listed beside it."""

from curtilage.record.export.errors import ExportError
from curtilage.record.export.export import Exported, export
from curtilage.record.export.sources import Gap, Source

__all__ = ["ExportError", "Exported", "Gap", "Source", "export"]
