"""What this machine is, as far as it decides which back end is fastest and what it computes."""

import hashlib
import os
import platform
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("numpy", "onnxruntime", "openvino")


def cpu() -> str:
    """The processor's name, and a sum over what it can do (a virtual machine may hide some)."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}".strip()
    facts = dict(line.split(":", 1) for line in reversed(lines) if ":" in line)
    facts = {key.strip(): value.strip() for key, value in facts.items()}
    name = facts.get("model name") or facts.get("CPU part") or platform.machine()
    features = facts.get("flags") or facts.get("Features") or ""
    return f"{name} {hashlib.sha256(features.encode()).hexdigest()[:8]}"


def versions() -> dict[str, str]:
    """Versions of the libraries that compute."""
    return {name: version(name) for name in LIBRARIES}


def threads_or_all(threads: int) -> int:
    """``threads``, or for 0 the number of cores that this process may use, at most 16."""
    if threads:
        return threads
    if hasattr(os, "sched_getaffinity"):
        return min(16, len(os.sched_getaffinity(0)))
    return min(16, os.cpu_count() or 1)
