"""What people see of an analysis: the report page, the index of several, the heat map picture."""

from curtilage.app.report.folder import ReportError
from curtilage.app.report.heat import write_heatmap
from curtilage.app.report.index import write_index
from curtilage.app.report.page import write_report

__all__ = ["ReportError", "write_heatmap", "write_index", "write_report"]
