"""Keeps OpenVINO, NNCF and ONNX Runtime from reporting to their makers; imported before them.

As they come, ``import openvino`` alone sends an event to an analytics service on the internet,
and NNCF tells it which network it works on, unless the user has opted out. Both do so through
the package ``openvino_telemetry`` and do without if it is not there. Importing this module makes
it impossible to import in this process. ONNX Runtime, from 1.29 on, tells its maker of models and
machines from machine code, which no hook of Python's sees; it obeys a variable of the environment
that must be there before it is loaded. Nothing leaves the house.
"""

import os
import sys

REPORTER = "openvino_telemetry"
OPT_OUT = "ORT_DISABLE_TELEMETRY"

sys.modules[REPORTER] = None  # type: ignore[assignment]  # how Python is told that there is none
os.environ[OPT_OUT] = "1"  # also for the processes that this one starts
