"""Nothing leaves the house: neither looking at pictures nor tuning tells anybody.

OpenVINO and NNCF report to an analytics service as they come. A canary in a process of its own
sings (and stops them) when something opens a connection or looks up a name.
"""

import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from tests.footage import REPOSITORY

CANARY = """
import os, sys

def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request", "http.client.connect"):
        with open(os.environ["CANARY"], "a") as file:
            file.write(f"{event} {args!r:.200}\\n")
        raise RuntimeError("nothing may leave")

sys.addaudithook(watch)
"""

LOOK = """
import numpy as np
from curtilage.vision.detector import DetectorSettings, open_detector
open_detector(DetectorSettings(threads=1)).detect([np.zeros((48, 64, 3), np.uint8)])
"""

QUANTISE = """
import numpy as np
import openvino as ov
from openvino import opset13 as ops
picture = ops.parameter([1, 3, 8, 8], np.float32)
kernel = ops.constant(np.ones((4, 3, 3, 3), np.float32))
convolution = ops.convolution(picture, kernel, [1, 1], [1, 1], [1, 1], [1, 1])
frames = nncf.Dataset([np.zeros((1, 3, 8, 8), np.float32)])
nncf.quantize(ov.Model([convolution], [picture], "m"), frames, subset_size=1)
"""

SILENT_NNCF = """
from curtilage.vision.detector.quantiser import import_nncf
nncf = import_nncf()
"""


def sung(tmp_path: Path, program: str) -> str:
    """What a process that runs ``program`` tried to send, on a machine where nobody opted out."""
    song = tmp_path / "canary"
    song.write_text("")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("CI", "TF_BUILD", "JENKINS_URL") and not name.startswith("PYTEST")
    }
    done = subprocess.run(
        [sys.executable, "-c", CANARY + program],
        env=environment | {"CANARY": str(song), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return song.read_text()


def installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


needs_nncf = pytest.mark.skipif(not installed("nncf"), reason="needs nncf: the extra `tune`")
needs_reporter = pytest.mark.skipif(
    not installed("openvino-telemetry"), reason="needs openvino-telemetry, which is what is feared"
)


@needs_reporter
def test_the_canary_sings_when_openvino_is_imported_as_it_comes(tmp_path: Path) -> None:
    assert "collect?measurement_id" in sung(tmp_path, "import openvino")


def test_looking_reports_to_nobody(tmp_path: Path) -> None:
    assert sung(tmp_path, LOOK) == ""
    assert not (tmp_path / "intel").exists()  # nor is an identity left for later reports


@needs_nncf
def test_tuning_reports_to_nobody(tmp_path: Path) -> None:
    assert sung(tmp_path, SILENT_NNCF + QUANTISE) == ""
    assert not (tmp_path / "intel").exists()


@needs_nncf
@needs_reporter
def test_nncf_that_was_there_before_is_silenced_too(tmp_path: Path) -> None:
    quiet_import = (
        "import sys; sys.modules['openvino.tools.ovc'] = None\n"  # its own event, not ours
    )
    program = quiet_import + "import nncf\n"
    assert "measurement_id=" in sung(tmp_path, program + QUANTISE)
    assert sung(tmp_path, program + SILENT_NNCF + QUANTISE) == ""


def test_only_the_detector_imports_what_reports() -> None:
    source = REPOSITORY / "src" / "curtilage"
    importing = re.compile(r"^\s*(import|from) (openvino|nncf)\b", re.MULTILINE)
    found = {
        path.relative_to(source).parts[:2]
        for path in source.rglob("*.py")
        if importing.search(path.read_text(encoding="utf-8"))
    }
    assert found == {("vision", "detector")}


def test_onnx_runtime_is_told_to_be_silent_before_it_is_loaded(tmp_path: Path) -> None:
    """It reports from machine code: see ``tests/app/run/test_no_egress.py``."""
    program = """
class Guard:
    def find_spec(self, name, *_):
        if name == "onnxruntime":
            assert os.environ.get("ORT_DISABLE_TELEMETRY") == "1"
            open(os.environ["CANARY"], "a").write("loaded")

os.environ.pop("ORT_DISABLE_TELEMETRY", None)
sys.meta_path.insert(0, Guard())
import curtilage.vision.detector
"""
    assert sung(tmp_path, program) == "loaded"
