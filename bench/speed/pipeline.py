"""What looking at footage costs ``curtilage analyze`` beyond plain decoding and inference alone.

CPU time of the whole process, in turns. Plain decoding is PyAV to BGR arrays with FFmpeg's own
threads; inference alone is the back end that ``analyze`` chose, on inputs that are ready, as many
at a time as ``analyze`` gives it. Looking is the first part of an analysis from end to end: it
reads, shrinks, detects, thins out, tracks, and writes journal and tracks; only the detector is
ready before, as it is for inference alone.

Each turn does the three one after the other on the same footage, and beginning with another: what
else the machine does hits them alike. The overhead is the median over the turns.
"""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from bench import ours
from bench.data import pets_video
from bench.folders import build_folder
from bench.truth.scenes import MAIN
from curtilage.app.analyze import AnalyzeOptions, analyze
from curtilage.app.analyze.fingerprint import fingerprint
from curtilage.app.analyze.journal import Journal
from curtilage.app.analyze.progress import Silence, StopSign
from curtilage.app.analyze.tracking import BATCH, Look, look
from curtilage.app.outputs.tracks_file import Footage, write_tracks
from curtilage.ingest.footage.reader import FootageReader, Reading
from curtilage.vision.detector import BackendSetting, Detector, DetectorSettings, open_detector
from curtilage.vision.detector.choice import choose
from curtilage.vision.detector.inputs import Inputs
from curtilage.vision.detector.machine import threads_or_all
from curtilage.vision.detector.model_file import open_model
from curtilage.vision.tracker import TrackerSettings

RATE = 10  # of the enlarged clip
EVERY = Reading(rate=0.0)


def measure() -> list[dict[str, Any]]:
    """A row per video, and one as on a CPU without bfloat16."""
    f32 = DetectorSettings(backend=BackendSetting.ONNXRUNTIME)
    return [
        _measure("PETS, 768x576, MPEG-4", pets_video(), DetectorSettings(), 9),
        _measure("PETS enlarged, 1440x1080, H.264", enlarged(), DetectorSettings(), 7),
        _measure("PETS, 768x576, MPEG-4, ONNX Runtime f32", pets_video(), f32, 3),
    ]


def _measure(name: str, video: Path, settings: DetectorSettings, turns: int) -> dict[str, Any]:
    print(f"pipeline: {name}", flush=True)
    after = _rules_and_report(video, settings)  # compiles the kernels, chooses the back end
    detector = open_detector(settings)
    infer, frames = _inference(video, settings, detector), _decode(video)
    steps: list[tuple[str, Callable[[], object]]] = [
        ("decode", partial(_decode, video)),
        ("inference", partial(infer, frames)),
        ("looking", partial(_look, video, settings, detector)),
    ]
    for _, run in steps:
        run()
    spent: dict[str, list[float]] = {step: [] for step, _ in steps}
    for _ in range(turns):
        for step, run in steps:
            begin = time.process_time()
            run()
            spent[step].append((time.process_time() - begin) / frames * 1e3)
        steps.append(steps.pop(0))
    return {"video": name, "frames": frames, "rules_and_report_s": after, **_figures(spent)}


def _figures(spent: dict[str, list[float]]) -> dict[str, Any]:
    """From the ms of CPU per frame of each step and turn."""
    decode, inference, looking = (
        np.array(spent[step]) for step in ("decode", "inference", "looking")
    )
    overhead = looking / (decode + inference) - 1
    return {
        "turns_ms": spent,
        "decode_ms": float(np.median(decode)),
        "inference_ms": float(np.median(inference)),
        "looking_ms": float(np.median(looking)),
        "overhead": float(np.median(overhead)),
        "overhead_low": float(overhead.min()),
        "overhead_high": float(overhead.max()),
    }


def _rules_and_report(video: Path, settings: DetectorSettings) -> float:
    """CPU time (s) of an analysis that finds its own tracks: rules, pictures and report."""
    with tempfile.TemporaryDirectory() as scratch:
        rules = Path(scratch) / "rules.yaml"
        ours.write_rules(rules, MAIN, None)
        options = AnalyzeOptions(out=Path(scratch) / "out", rules=rules, fps=0.0, detector=settings)
        analyze([str(video)], options)
        begin = time.process_time()
        analyze([str(video)], options)
        return time.process_time() - begin


def _look(video: Path, settings: DetectorSettings, detector: Detector) -> None:
    """The looking part of an analysis, with a detector that is ready."""
    tracker = TrackerSettings()
    marks = fingerprint(video, EVERY, settings, tracker)
    with tempfile.TemporaryDirectory() as scratch:
        journal = Journal(Path(scratch))
        what = Look(video, EVERY, tracker, marks, lambda: detector)
        seen = look(what, journal, Silence(), StopSign())
        footage = Footage(video.name, marks["source"]["id"], seen.size, 1 / RATE)
        write_tracks(Path(scratch), footage, {}, journal.looks(), journal.rows())
        journal.drop()


def _decode(video: Path) -> int:
    """Every picture as a BGR array; how many."""
    frames = 0
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            frame.to_ndarray(format="bgr24")
            frames += 1
    return frames


def _inference(
    video: Path, settings: DetectorSettings, detector: Detector
) -> Callable[[int], None]:
    """The network alone, as ``analyze`` would run it, on so many inputs of the footage."""
    reading = Reading(rate=0.0, picture_size=lambda size: detector.picture_size(*size))
    with FootageReader(video, reading) as reader:
        pictures = [sample.frame.image for sample in islice(reader.samples(), BATCH)]
    model = open_model(settings)
    size = detector.input_size(*reader.size)
    backend = choose(model, size, settings.backend, threads_or_all(settings.threads))
    batch, _ = Inputs(model, size).fill(pictures)

    def run(frames: int) -> None:
        for _ in range(-(-frames // BATCH)):
            for _outputs in backend.infer(batch):
                pass

    return run


def enlarged() -> Path:
    """PETS at 1440x1080 in H.264, as a camera would send it; made once."""
    path = build_folder() / "pets-1440x1080.mp4"
    if path.exists():
        return path
    making = path.with_suffix(".part.mp4")
    with av.open(str(pets_video())) as source, av.open(str(making), "w") as target:
        stream = target.add_stream("libx264", rate=RATE, options={"crf": "23", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 1440, 1080, "yuv420p"
        stream.gop_size = 2 * RATE
        for frame in source.decode(video=0):
            whole = cv2.resize(frame.to_ndarray(format="bgr24"), (1440, 1080))
            image = whole.astype(np.uint8, copy=False)
            target.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        target.mux(stream.encode(None))
    making.replace(path)
    return path
