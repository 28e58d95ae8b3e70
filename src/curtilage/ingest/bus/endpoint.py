"""The file that publisher and subscribers meet at: a Unix socket, for this user alone.

libzmq removes whatever lies at the path before it binds, also the socket of a process that is
alive. So we knock first: an answer means that another one is publishing there; silence means that
the file is a leftover of a process that was killed.
"""

import socket
from pathlib import Path

from curtilage.ingest.bus.errors import BusError

LONGEST = 107  # bytes of a Unix socket's path: sun_path of Linux holds 108 with its end
KNOCK_S = 1.0


def path_of(endpoint: str) -> Path:
    """The path in ``ipc:///path``.

    Raises:
        BusError: another transport (the bus never leaves the machine), a relative or too long path.

    """
    scheme, colon, path = endpoint.partition("://")
    if not colon or scheme != "ipc" or not path.startswith("/"):
        raise BusError(
            f"{endpoint}: the packet bus lives in a file of this machine; "
            "write it with its whole path, as in 'ipc:///run/curtilage/packets'"
        )
    length = len(path.encode())
    if length > LONGEST:
        raise BusError(
            f"{path}: the path of the packet bus has {length} bytes, and a socket's can have "
            f"{LONGEST}; choose a shorter folder"
        )
    return Path(path)


def make_ready(path: Path, what: str = "the packet bus", who: str = "recorder") -> None:
    """Makes sure that a publisher can bind at ``path``: the folder is there, nobody listens.

    Args:
        path: of the socket.
        what: is published there, for sentences.
        who: publishes there, for sentences.

    Raises:
        BusError: somebody publishes there, or something else lies there, or the folder cannot be.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BusError(f"{path.parent}: cannot be made for {what}: {error.strerror}") from None
    if not path.exists() and not path.is_symlink():
        return
    if not path.is_socket():
        raise BusError(f"{path}: is no socket; {what} needs this path for itself")
    if _answers(path):
        raise BusError(f"{path}: another {who} publishes there; stop it first")


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.settimeout(KNOCK_S)
        try:
            knock.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except TimeoutError:
            return True  # its queue of callers is full: somebody is there, if busy
        except OSError as error:
            raise BusError(f"{path}: cannot be used for the packet bus: {error.strerror}") from None
    return True
