"""Keeps OpenVINO and NNCF from reporting to their makers; imported before either of them.

As they come, ``import openvino`` alone sends an event to an analytics service on the internet,
and NNCF tells it which network it works on, unless the user has opted out. Both do so through
the package ``openvino_telemetry`` and do without if it is not there. Importing this module makes
it impossible to import in this process; nothing leaves the house.
"""

import sys

REPORTER = "openvino_telemetry"

sys.modules[REPORTER] = None  # type: ignore[assignment]  # how Python is told that there is none
