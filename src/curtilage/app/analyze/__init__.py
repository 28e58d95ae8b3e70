"""What happened in footage: detect, track, run rules, report. Resumable, files side by side."""

from curtilage.app.analyze.options import AnalyzeOptions, OptionsError, parse_moment
from curtilage.app.analyze.progress import Progress, Silence, Stopped
from curtilage.app.analyze.run import AnalysisError, analyze
from curtilage.app.analyze.source import AnalysisSummary

__all__ = [
    "AnalysisError",
    "AnalysisSummary",
    "AnalyzeOptions",
    "OptionsError",
    "Progress",
    "Silence",
    "Stopped",
    "analyze",
    "parse_moment",
]
