"""Test cameras: an RTSP server of our own that plays clips endlessly, with faults on demand."""

from tests.cameras.auth import Account
from tests.cameras.clips import CLIPS, Clip, clip, make
from tests.cameras.faults import Fault, Kind
from tests.cameras.process import CameraProcess
from tests.cameras.server import CameraServer
from tests.cameras.transcript import Request

__all__ = [
    "CLIPS",
    "Account",
    "CameraProcess",
    "CameraServer",
    "Clip",
    "Fault",
    "Kind",
    "Request",
    "clip",
    "make",
]
