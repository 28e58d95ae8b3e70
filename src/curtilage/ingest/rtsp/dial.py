"""Connects to a camera, and says in one sentence why it cannot: unknown name, refused port, TLS.

TLS here encrypts and does not verify: cameras sign their certificates themselves, for no name. It
keeps the password from who only listens; it does not tell a camera from who stands in between.
"""

import errno
import queue
import socket
import ssl
import threading
import time
from typing import Any

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError, Cause
from curtilage.model import GapReason

PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
NO_ROUTE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)


def dial(address: Address, timeout_s: float) -> socket.socket:
    """A connection to the camera, encrypted if its address says so.

    Raises:
        CameraError: there is none; the sentence begins with the host.

    """
    until = time.monotonic() + timeout_s
    host, port = address.host, port_of(address)
    plain = _connect(host, port, _lookup(host, port, timeout_s), until)
    plain.settimeout(max(until - time.monotonic(), 0.1))
    if address.scheme not in ("rtsps", "https"):
        return plain
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except TimeoutError:
        plain.close()
        raise CameraError(
            GapReason.UNREACHABLE, f"{host} does not answer in TLS at port {port}", Cause.NO_TLS
        ) from None
    except (OSError, ValueError) as error:
        plain.close()
        why = getattr(error, "reason", None) or type(error).__name__
        raise CameraError(
            GapReason.UNREACHABLE,
            f"{host} does not speak TLS at port {port} ({str(why).lower().replace('_', ' ')})",
            Cause.NO_TLS,
        ) from None


def port_of(address: Address) -> int:
    """The port of an address, the scheme's own if it names none."""
    return address.port or PORTS[address.scheme]


def _lookup(host: str, port: int, timeout_s: float) -> list[tuple[Any, ...]]:
    """The host's addresses. A look-up cannot be interrupted, so it has a thread of its own."""
    answers: queue.SimpleQueue[list[tuple[Any, ...]] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answers.put(OSError(str(error)))

    threading.Thread(target=ask, name="lookup", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout_s)
    except queue.Empty:
        answer = OSError("no answer")
    if isinstance(answer, OSError) or not answer:
        raise CameraError(
            GapReason.UNREACHABLE,
            f"{host}: no host of this name is known here",
            Cause.UNKNOWN_HOST,
        ) from None
    return answer


def _connect(host: str, port: int, targets: list[tuple[Any, ...]], until: float) -> socket.socket:
    problem: OSError = TimeoutError()
    for family, kind, protocol, _, target in targets:
        left = until - time.monotonic()
        if left <= 0:
            break
        made = socket.socket(family, kind, protocol)
        made.settimeout(left)
        try:
            made.connect(target)
        except OSError as error:
            made.close()
            problem = error
            continue
        return made
    closed = isinstance(problem, ConnectionRefusedError)
    cause = Cause.PORT_CLOSED if closed else Cause.UNREACHABLE
    raise CameraError(GapReason.UNREACHABLE, _why(host, port, problem), cause) from None


def _why(host: str, port: int, problem: OSError) -> str:
    if isinstance(problem, ConnectionRefusedError):
        return f"{host} is there, but refuses connections at port {port}"
    if problem.errno in NO_ROUTE:
        return f"{host} cannot be reached from here: no route, or it is switched off"
    if isinstance(problem, TimeoutError):
        return f"{host} does not answer at port {port}"
    return f"{host} cannot be reached at port {port} ({problem.strerror or 'no connection'})"
