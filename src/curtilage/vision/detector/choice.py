"""Chooses the back end by measuring it: at the first start, then from what was written down.

Every back end that can run here is checked against ONNX Runtime and timed; the fastest that
passes is taken. Which one that is nobody can say beforehand: bfloat16 is five times faster than
float32 on a CPU with AMX and half as fast on one that only emulates it. The result is kept with
everything that decided it (model, CPU, versions, size, threads) and holds until one changes.
"""

import json
import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from curtilage.config.detector import BackendSetting
from curtilage.vision.detector import machine
from curtilage.vision.detector.backends.onnxruntime import OnnxRuntimeBackend
from curtilage.vision.detector.backends.openvino import OpenVinoBackend, precisions
from curtilage.vision.detector.errors import ModelError
from curtilage.vision.detector.folders import choices_folder
from curtilage.vision.detector.model_file import ModelFile
from curtilage.vision.detector.protocol import Backend, Batch, InputSize, Outputs
from curtilage.vision.detector.self_check import (
    QUANTISED,
    SAME_FILE,
    check_reference,
    compare,
    first_outputs,
    probe_batch,
)
from curtilage.vision.detector.tuned import Tuned, find_tuned

RUNS = 5
INT8 = "openvino-int8-"
FORMAT = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A back end that may be chosen."""

    name: str
    make: Callable[[], Backend]
    tolerance: float  # of its difference from the reference


@dataclass(frozen=True, slots=True)
class Measured:
    """What the first start found out about one back end."""

    name: str
    ms: float | None  # a picture, wall time; None if it does not run
    difference: float | None  # relative, from ONNX Runtime in float32
    passed: bool
    reason: str  # why it did not pass, else empty


def choose(model: ModelFile, size: InputSize, setting: BackendSetting, threads: int) -> Backend:
    """The fastest back end for this model at this size on this machine, ready to run.

    Raises ``ModelError`` if none runs it correctly.
    """
    tuned = find_tuned(model, size)
    candidates = {c.name: c for c in candidates_for(model, size, setting, threads, tuned)}
    key = _key(model, size, setting, threads, tuned)
    remembered = _recall(key)
    if remembered in candidates:
        try:
            return candidates[remembered].make()
        except Exception as error:
            log.warning("%s ran here before and does not now (%s)", remembered, error)
    measured = measure_all(model, size, list(candidates.values()), threads)
    fit = [m for m in measured if m.passed and m.ms is not None]
    if not fit:
        why = "; ".join(f"{m.name}: {m.reason}" for m in measured)
        raise ModelError(f"{model.path}: no back end runs it correctly here ({why})")
    best = min(fit, key=_cost)
    log.info("detector %s %s: %s, %.1f ms a picture", model.name, size, best.name, best.ms)
    _remember(key, best.name, measured)
    return candidates[best.name].make()


def candidates_for(
    model: ModelFile,
    size: InputSize,
    setting: BackendSetting,
    threads: int,
    tuned: Tuned | None,
) -> list[Candidate]:
    """The back ends that the setting allows; INT8 ones if a tuned network is there."""
    network = model.network(size)
    found: list[Candidate] = []
    if setting is not BackendSetting.OPENVINO:
        make: Callable[[], Backend] = partial(OnnxRuntimeBackend, network, threads)
        found.append(Candidate("onnxruntime-f32", make, SAME_FILE))
    if setting is BackendSetting.ONNXRUNTIME:
        return found
    for precision in precisions():
        make = partial(OpenVinoBackend, network, precision, threads)
        found.append(Candidate(f"openvino-{precision}", make, SAME_FILE))
    if tuned is not None:
        small = replace(network, path=tuned.network)
        for precision in precisions():
            name = f"{INT8}{precision}"
            make = partial(OpenVinoBackend, small, precision, threads, name=name)
            found.append(Candidate(name, make, QUANTISED))
    return found


def _cost(measured: Measured) -> float:
    """Time, with a handicap for rounded networks: a tenth has to be won to be worth it."""
    ms = measured.ms or 0.0
    return ms * 1.1 if measured.name.startswith(INT8) else ms


def measure_all(
    model: ModelFile, size: InputSize, candidates: Sequence[Candidate], threads: int
) -> list[Measured]:
    """Check and time each candidate, in order.

    Raises ``ModelError`` if the model itself is not what its layout says.
    """
    batch = probe_batch(model, size, min(threads, 4))
    reference = first_outputs(OnnxRuntimeBackend(model.network(size), 1), batch)
    check_reference(model, size, reference)
    return [_measure(model, candidate, batch, reference) for candidate in candidates]


def _measure(model: ModelFile, candidate: Candidate, batch: Batch, reference: Outputs) -> Measured:
    """One candidate. Whatever it raises is its own verdict, not ours."""
    try:
        backend = candidate.make()
        outputs = first_outputs(backend, batch)
        verdict = compare(outputs, reference, model.layout.comparable, candidate.tolerance)
        ms = _time_ms(backend, batch)
    except Exception as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        return Measured(candidate.name, None, None, False, lines[-1][:200] if lines else "error")
    reason = (
        ""
        if verdict.passed
        else f"differs from ONNX Runtime by {verdict.difference:.2g} of the outputs' size, "
        f"at most {candidate.tolerance} is right"
    )
    if reason:
        log.warning("%s with %s %s", model.path, candidate.name, reason)
    return Measured(candidate.name, ms, verdict.difference, verdict.passed, reason)


def _time_ms(backend: Backend, batch: Batch) -> float:
    """Wall time for one picture, the best of a few runs: other work only ever adds to it."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for _ in backend.infer(batch):
            pass
        times.append(time.perf_counter() - start)
    return min(times) / len(batch) * 1e3


def recorded_choices() -> list[dict[str, Any]]:
    """All that was measured on this machine and can still be read, oldest first."""
    records = []
    for path in sorted(choices_folder().glob("*.json")):
        try:
            records.append(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            continue
    return records


def _key(
    model: ModelFile, size: InputSize, setting: BackendSetting, threads: int, tuned: Tuned | None
) -> dict[str, Any]:
    """Everything that decides which back end is fastest and whether it is right."""
    return {
        "format": FORMAT,
        "model": model.sha256,
        "layout": model.layout.name,
        "tuned": tuned.manifest.files if tuned else None,
        "size": str(size),
        "setting": str(setting),
        "threads": threads,
        "cpu": machine.cpu(),
        "versions": machine.versions(),
    }


def _path(key: dict[str, Any]) -> Path:
    digest = sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
    return choices_folder() / f"{digest[:32]}.json"


def _recall(key: dict[str, Any]) -> str | None:
    """The name that was written down for ``key``; None if nothing readable was."""
    try:
        record = json.loads(_path(key).read_text(encoding="utf-8"))
        return str(record["choice"]) if record["key"] == key else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _remember(key: dict[str, Any], choice: str, measured: Sequence[Measured]) -> None:
    """Write the choice down, whole or not at all; without it the next start measures again."""
    record = {"key": key, "choice": choice, "measured": [asdict(m) for m in measured]}
    path = _path(key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            json.dump(record, file, indent=1)
        Path(file.name).replace(path)
    except OSError as error:
        log.warning("the choice of the back end cannot be kept in %s: %s", path.parent, error)
