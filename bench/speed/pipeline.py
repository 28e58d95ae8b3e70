"""``curtilage analyze`` against plain decoding, and against decoding and inference alone.

CPU time of the whole process, in turns. Plain decoding is PyAV to BGR arrays with FFmpeg's own
threads; inference alone is the back end that ``analyze`` chose, on inputs that are ready.

An analysis looks (decode, detect, track, write down), then runs rules and writes pictures and the
report. Run again on its own output it does only the second, so the first is the difference; and
the whole against a quarter tells what each further frame costs, without start-up.
"""

import math
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import count
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
from curtilage.vision.detector import BackendSetting, DetectorSettings, open_detector
from curtilage.vision.detector.choice import choose
from curtilage.vision.detector.inputs import Inputs
from curtilage.vision.detector.machine import threads_or_all
from curtilage.vision.detector.model_file import open_model

PART = 0.25
BATCH = 8
RATE = 10  # of the enlarged clip


def measure() -> list[dict[str, Any]]:
    """A row per video, and one as on a CPU without bfloat16."""
    f32 = DetectorSettings(backend=BackendSetting.ONNXRUNTIME)
    return [
        _measure("PETS, 768x576, MPEG-4", pets_video(), DetectorSettings(), 5),
        _measure("PETS enlarged, 1440x1080, H.264", enlarged(), DetectorSettings(), 3),
        _measure("PETS, 768x576, MPEG-4, ONNX Runtime f32", pets_video(), f32, 2),
    ]


def _measure(name: str, video: Path, settings: DetectorSettings, turns: int) -> dict[str, Any]:
    with av.open(str(video)) as container:
        duration = float(container.duration or 0) / av.time_base
    with tempfile.TemporaryDirectory() as scratch:
        rules = Path(scratch) / "rules.yaml"
        ours.write_rules(rules, MAIN, None)
        folders = (Path(scratch) / f"out{i}" for i in count())

        def analyse(out: Path, stop: float) -> None:
            options = AnalyzeOptions(out=out, rules=rules, fps=0.0, stop=stop, detector=settings)
            analyze([str(video)], options)

        print(f"pipeline: {name}", flush=True)
        analyse(next(folders), 2.0)  # JIT, choice of the back end
        infer, frames = _inference(video, settings), _decode(video)
        spent: dict[str, list[float]] = {}
        for _ in range(turns):
            whole, part = next(folders), next(folders)
            steps: dict[str, Callable[[], object]] = {
                "decode": partial(_decode, video),
                "inference": partial(infer, frames),
                "whole": partial(analyse, whole, math.inf),
                "whole_again": partial(analyse, whole, math.inf),
                "part": partial(analyse, part, duration * PART),
                "part_again": partial(analyse, part, duration * PART),
            }
            for step, run in steps.items():
                begin = time.process_time()
                run()
                spent.setdefault(step, []).append(time.process_time() - begin)
    return _row(name, frames, spent)


def _row(name: str, frames: int, spent: dict[str, list[float]]) -> dict[str, Any]:
    # what else the machine does only ever adds to CPU time (shared caches and cores): the least
    # of the turns is nearest to the truth, on both sides
    cost = {step: min(times) for step, times in spent.items()}
    alone = (cost["decode"] + cost["inference"]) / frames
    looking = cost["whole"] - cost["whole_again"] - cost["part"] + cost["part_again"]
    each = looking / (frames * (1 - PART))
    return {
        "video": name,
        "frames": frames,
        "cpu_s": spent,
        "decode_ms": cost["decode"] / frames * 1e3,
        "inference_ms": cost["inference"] / frames * 1e3,
        "looking_ms": each * 1e3,
        "overhead": each / alone - 1,
        "rules_and_report_s": cost["whole_again"],
        "whole_ms": cost["whole"] / frames * 1e3,
        "whole_overhead": cost["whole"] / frames / alone - 1,
    }


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


def _inference(video: Path, settings: DetectorSettings) -> Callable[[int], None]:
    """The network alone, as ``analyze`` would run it, on so many inputs."""
    with av.open(str(video)) as container:
        first = next(container.decode(video=0)).to_ndarray(format="bgr24")
        picture = first.astype(np.uint8, copy=False)
    model = open_model(settings)
    size = open_detector(settings).input_size(picture.shape[1], picture.shape[0])
    backend = choose(model, size, settings.backend, threads_or_all(settings.threads))
    batch, _ = Inputs(model, size).fill([picture] * BATCH)

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
