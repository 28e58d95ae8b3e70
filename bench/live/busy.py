"""A camera that always sees people: what its analysis costs beyond decoding and inference alone.

CPU time of this process, in turns, each beginning with another step. What it is compared with is
what the shortest program would do: decode the camera's packets with PyAV, take a BGR array of each
picture that is looked at (as ``bench.speed`` does), and give the detector as many pictures, of the
size that it wants. Beside it stand the barest parts of both: the decoder without any array, and the
network on an input that is ready. Analysis is all that a camera costs an analyser from packet to
index: gate, decoding, motion, pictures, detector, tracks, rules, log of sightings, commits.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.folders import build_folder
from bench.live.clips import PETS, CameraClip, make
from bench.live.rules import YARD
from curtilage.analysis.camera import CameraAnalysis
from curtilage.analysis.straight import analyse
from curtilage.analysis.tracks.camera_scene import Update
from curtilage.analysis.tracks.looks import keep
from curtilage.config.detector import DetectorSettings
from curtilage.config.site import SiteSettings
from curtilage.ingest.bus import Heard
from curtilage.ingest.footage.sampling import Pace
from curtilage.ingest.live.items import Opened
from curtilage.model import Detections, Image, Packet, StreamInfo, VideoInfo
from curtilage.store.found.observations.log import ObservationLog
from curtilage.store.found.results import commit
from curtilage.store.index.database import Database
from curtilage.vision.decode import PacketDecoder
from curtilage.vision.detector import Detector, open_detector
from curtilage.vision.detector.choice import choose
from curtilage.vision.detector.inputs import Inputs
from curtilage.vision.detector.machine import threads_or_all
from curtilage.vision.detector.model_file import open_model
from tests.analysis.recordings import packets, site_of

BAR = 1.15
FPS, RATE, SIZE = 5.0, 15.0, (1280, 720)
TURNS = 7
QUICK_S = 20.0
STEPS = ("bare decoder", "decode", "inference", "network", "analysis")
SOME = 100  # pictures, which are looked at in turn


class Counted:
    """A detector that counts its pictures, and keeps the first."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.pictures = 0
        self.some: list[Image] = []
        self.name, self.labels = detector.name, detector.labels
        self.picture_size = detector.picture_size
        self.input_size = detector.input_size

    def detect(self, images: Sequence[Image]) -> list[Detections]:
        """As the detector."""
        self.pictures += len(images)
        self.some += images[: SOME - len(self.some)]
        return self._detector.detect(images)


def measure(quick: bool = False) -> dict[str, Any]:
    """CPU in ms per second of video, and the ratio of each turn."""
    info, sent = packets(make(CameraClip(PETS, *SIZE, RATE, noise=2.0)))
    turns = TURNS
    if quick:
        turns, sent = 3, sent[: round(QUICK_S * RATE)]
    seconds = len(sent) / RATE
    settings = DetectorSettings()
    detector = Counted(open_detector(settings))
    with _places() as place:
        look = partial(_analyse, info, sent, detector, place)
        look()  # compiles the kernels
        detector.pictures = 0
        look()
        pictures = detector.pictures
        spent = _turns(
            turns,
            [
                ("bare decoder", partial(_decode_bare, info, sent)),
                ("decode", partial(_decode, info, sent)),
                ("inference", partial(_detect, detector, pictures)),
                ("network", partial(_network(info, settings, detector), pictures)),
                ("analysis", look),
            ],
        )
    spent = {step: [1e3 * cpu_s / seconds for cpu_s in found] for step, found in spent.items()}
    return {
        "detector": detector.name,
        "seconds": seconds,
        "pictures_per_s": pictures / seconds,
        "turns_ms_s": spent,
        **figures(spent),
    }


def figures(spent: dict[str, list[float]]) -> dict[str, Any]:
    """Medians, and the ratio of each turn: what else the machine did hit its steps alike."""
    bare, decode, inference, network, analysis = (np.array(spent[step]) for step in STEPS)
    ratios = analysis / (decode + inference)
    return {
        "bare_decoder_ms_s": float(np.median(bare)),
        "network_ms_s": float(np.median(network)),
        "decode_ms_s": float(np.median(decode)),
        "inference_ms_s": float(np.median(inference)),
        "analysis_ms_s": float(np.median(analysis)),
        "ratio": float(np.median(ratios)),
        "ratio_low": float(ratios.min()),
        "ratio_high": float(ratios.max()),
        "ratio_to_bare": float(np.median(analysis / (bare + network))),
        "bar": BAR,
        "met": float(np.median(ratios)) <= BAR,
    }


def _turns(turns: int, steps: list[tuple[str, Callable[[], object]]]) -> dict[str, list[float]]:
    """CPU time (s) of each step in each turn."""
    spent: dict[str, list[float]] = {name: [] for name, _ in steps}
    for _ in range(turns):
        for name, run in steps:
            begin = time.process_time()
            run()
            spent[name].append(time.process_time() - begin)
        steps.append(steps.pop(0))
    return spent


def _decode(info: VideoInfo, sent: list[Packet]) -> None:
    decoder, pace = PacketDecoder(info), Pace(FPS)
    for packet in sent:
        for frame in decoder.decode(packet):
            if pace.wants((frame.pts or 0) * 1e-9):
                frame.to_ndarray(format="bgr24")


def _decode_bare(info: VideoInfo, sent: list[Packet]) -> None:
    decoder = PacketDecoder(info)
    for packet in sent:
        decoder.decode(packet)


def _detect(detector: Counted, pictures: int) -> None:
    for number in range(pictures):
        detector.detect([detector.some[number % len(detector.some)]])


def _network(
    info: VideoInfo, settings: DetectorSettings, detector: Counted
) -> Callable[[int], None]:
    """The network alone, one picture at a time, as one camera gives them."""
    model = open_model(settings)
    size = detector.input_size(info.width, info.height)
    backend = choose(model, size, settings.backend, threads_or_all(settings.threads))
    batch, _ = Inputs(model, size).fill(detector.some[:1])

    def run(pictures: int) -> None:
        for _ in range(pictures):
            for _outputs in backend.infer(batch):
                pass

    return run


@dataclass(slots=True)
class _Place:
    """A site with its index, open; what is analysed again and again is always a new camera."""

    folder: Path
    database: Database
    rounds: int = 0

    def site(self) -> SiteSettings:
        """With one camera, that was never seen before."""
        self.rounds += 1
        camera = {"name": f"yard{self.rounds}", "rules": YARD, "analysis": {"fps": FPS}}
        return site_of(self.folder, camera)


@contextmanager
def _places() -> Iterator[_Place]:
    with (
        tempfile.TemporaryDirectory(dir=build_folder()) as name,
        Database.of(site_of(Path(name))) as database,
    ):
        yield _Place(Path(name), database)


def _analyse(info: VideoInfo, sent: list[Packet], detector: Counted, place: _Place) -> None:
    """From packets to the index, as an analyser does it."""
    site = place.site()
    log = ObservationLog(site.state / "observations", site.cameras[0].name)
    camera = CameraAnalysis(site, site.cameras[0], None, detector.picture_size)
    opened = Opened(StreamInfo(info), sent[0].dts_ns, step=False)
    items: list[tuple[str, Heard]] = [("main", opened), *(("main", packet) for packet in sent)]
    for update in analyse(camera, items, detector):
        _keep(camera, update, log, place.database)
    log.close(camera.time_ns)


def _keep(camera: CameraAnalysis, update: Update, log: ObservationLog, database: Database) -> None:
    """What is done of each moment beside the analysis itself."""
    now_ns = camera.time_ns
    for look in update.looks:
        keep(log, camera.name, look)
    if camera.due(now_ns) and (results := camera.results(now_ns)) is not None:
        database.now(lambda connection: commit(connection, results))
        camera.committed(now_ns)
