"""What can be wrong with a file of footage or a camera, said in one sentence."""

from enum import StrEnum

from curtilage.errors import InputError
from curtilage.model import GapReason


class FootageError(InputError):
    """A file, folder or pattern that gives no footage; the sentence names it and says why."""


class Cause(StrEnum):
    """Why a camera gives nothing, finer than the gap ledger needs it: for who adds a camera."""

    UNKNOWN_HOST = "unknown_host"  # no host of this name
    UNREACHABLE = "unreachable"  # no route, or no answer at all
    PORT_CLOSED = "port_closed"  # the host is there, and refuses this port
    RTSP_OFF = "rtsp_off"  # the camera answers elsewhere, but not where its video would be
    SILENT = "silent"  # takes connections and says nothing, or hangs up
    NOT_RTSP = "not_rtsp"
    NOT_ONVIF = "not_onvif"
    NO_TLS = "no_tls"
    PASSWORD_NEEDED = "password_needed"  # noqa: S105  no password
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  no password
    FORBIDDEN = "forbidden"  # to this user
    NO_STREAM = "no_stream"  # nothing at this path
    BUSY = "busy"
    CODEC = "codec"  # a picture that cannot be recorded
    NO_PICTURE = "no_picture"  # describes one, and none came
    NOT_ALLOWED = "not_allowed"  # by this site's settings
    OTHER = "other"


class CameraError(InputError):
    """A camera gives nothing; the sentence says why and the reason is for the gap ledger."""

    def __init__(self, reason: GapReason, sentence: str, cause: Cause = Cause.OTHER) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.cause = cause
