"""``curtilage analyze``: from what an owner names to results, several files side by side."""

import os
from collections.abc import Sequence

from curtilage.app.analyze.options import AnalyzeOptions
from curtilage.app.analyze.progress import Progress, Silence, StopSign
from curtilage.app.analyze.rules_file import read_rules
from curtilage.app.analyze.side_by_side import analyze_side_by_side
from curtilage.app.analyze.signals import stop_on_signals
from curtilage.app.analyze.source import AnalysisSummary, Job, analyze_source
from curtilage.app.outputs.files import make_folder, told
from curtilage.errors import InputError
from curtilage.ingest.footage.sources import find_footage, unique_names

INDEX = "index.html"


class AnalysisError(InputError):
    """Some footage could not be analysed, or not all of it. ``summaries`` has all the same."""

    def __init__(self, summaries: Sequence[AnalysisSummary]) -> None:
        self.summaries = list(summaries)
        sentences = []
        for summary in summaries:
            if summary.error is not None:
                sentences.append(summary.error)
            sentences += [f"{summary.source}: {loss}" for loss in summary.losses]
        super().__init__("\n".join(sentences))


def analyze(
    sources: Sequence[str], options: AnalyzeOptions, progress: Progress | None = None
) -> list[AnalysisSummary]:
    """Analyse files, folders and patterns; results lie in ``options.out``.

    One file's results lie in the folder itself, those of several in folders of their names. A
    file that fails costs only itself. Run again, it goes on where it was stopped, and where
    everything is done, only the rules are run.

    Raises:
        InputError: nothing can be analysed at all, as the sentence says.
        AnalysisError: after everything else is done, if a file failed or could be read only in
            part; a sentence per file.
        Stopped: interrupted (SIGINT, SIGTERM); what is done is kept.

    """
    progress = progress or Silence()
    paths = find_footage(sources)
    rules = read_rules(options.rules) if options.rules is not None else None
    make_folder(options.out)
    names = unique_names(paths) if len(paths) > 1 else ["."]
    cores = len(os.sched_getaffinity(0))
    workers = min(len(paths), options.workers or cores)
    threads = options.detector.threads or max(1, cores // workers)
    detector = options.detector
    if workers > 1:
        detector = detector.model_copy(update={"threads": threads})
    jobs = [
        Job(path, options.out / name, options, rules, detector, 1 if workers > 1 else 0)
        for path, name in zip(paths, names, strict=True)
    ]
    with stop_on_signals() as stop:
        if len(jobs) == 1:
            summaries = [_alone(jobs[0], progress, stop)]
            with told(options.out / INDEX):  # of an earlier run over several files
                (options.out / INDEX).unlink(missing_ok=True)
        else:
            summaries = analyze_side_by_side(jobs, workers, progress, stop)
            _index(options, summaries)
    if any(summary.error is not None or summary.losses for summary in summaries):
        raise AnalysisError(summaries)
    return summaries


def _alone(job: Job, progress: Progress, stop: StopSign) -> AnalysisSummary:
    source = str(job.path)
    try:
        summary = analyze_source(job, progress, stop)
    except InputError as error:
        progress.end(source, str(error))
        raise
    progress.end(source, None)
    return summary


def _index(options: AnalyzeOptions, summaries: Sequence[AnalysisSummary]) -> None:
    """One page over the reports of several files."""
    from curtilage.app.report import write_index

    write_index(options.out, [s.out for s in summaries if s.error is None])
