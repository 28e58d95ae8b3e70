"""Brings in NNCF, the quantiser, without the reports that it sends to its makers.

NNCF tells an analytics service on the internet which model it works on, unless its user opted
out; it does so through the package ``openvino_telemetry``. Nothing leaves the house: that
package is made impossible to import before NNCF is, and NNCF then reports to nobody. If another
part of the process had imported NNCF already, its reporter is taken out.
"""

import importlib
import sys
from types import ModuleType
from typing import Any

from curtilage.vision.detector.errors import ModelError

REPORTER = "openvino_telemetry"


class _Silence:
    """Takes every report and does nothing."""

    def __getattr__(self, name: str) -> Any:
        return self._nothing

    def _nothing(self, *args: object, **kwargs: object) -> None:
        del args, kwargs


def import_nncf() -> ModuleType:
    """NNCF, silent. Raises ``ModelError`` if it is not installed."""
    sys.modules[REPORTER] = None  # type: ignore[assignment]  # the documented way to forbid it
    try:
        nncf = importlib.import_module("nncf")
        wrapper = importlib.import_module("nncf.telemetry.wrapper")
    except ImportError as error:
        raise ModelError(
            "tuning needs the package nncf, which is not installed (or not whole: "
            f"{error}); install it with: pip install 'curtilage[tune]'"
        ) from error
    reporter: Any = wrapper.telemetry
    if type(reporter).__module__ == wrapper.__name__:  # its own class, not the stub
        reporter._impl = _Silence()  # what each of its methods passes its report to
    return nncf
