"""Brings in NNCF, which quantises networks, without the reports that it sends to its makers."""

import importlib
from types import ModuleType
from typing import Any

from curtilage.vision.detector.errors import ModelError


def import_nncf() -> ModuleType:
    """NNCF, silent. Raises ``ModelError`` if it is not installed.

    ``silence`` keeps it from having a reporter. If another part of the process had imported it
    before that, the reporter is taken out.
    """
    try:
        nncf = importlib.import_module("nncf")
        wrapper = importlib.import_module("nncf.telemetry.wrapper")
    except ImportError as error:
        raise ModelError(
            "tuning needs the package nncf, which is not installed (or not whole: "
            f"{error}); install it with: pip install 'curtilage[tune]'"
        ) from error
    reporter: Any = wrapper.telemetry
    if type(reporter).__module__ == wrapper.__name__:  # its own class, not the stand-in
        reporter._impl = _Silence()  # what each of its methods passes its report to
    return nncf


class _Silence:
    """Takes every report and does nothing."""

    def __getattr__(self, name: str) -> Any:
        return self._nothing

    def _nothing(self, *args: object, **kwargs: object) -> None:
        del args, kwargs
