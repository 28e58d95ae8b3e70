"""Asks one ONVIF device, and nobody else: each question a connection, bounded in size and time.

No redirect is followed, no proxy is used, cookies are not kept. The password goes out only as a
digest, in SOAP or in HTTP; a device that wants it as it is gets it over TLS only.
"""

import http.client
import secrets
import socket
import threading
import time
from contextlib import suppress
from typing import Final

from curtilage.config.address import Address
from curtilage.ingest.errors import CameraError, Cause
from curtilage.ingest.onvif.envelope import Login, fault_of, question, security
from curtilage.ingest.onvif.markup import BYTES_MOST, MarkupError, Node, read
from curtilage.ingest.rtsp.auth import Credentials, read_challenges, strongest
from curtilage.ingest.rtsp.dial import dial, port_of
from curtilage.model import GapReason

BROKEN: Final = (OSError, ValueError, http.client.HTTPException)


class Line:
    """One device, for some seconds.

    Args:
        service: Address of its device service, without user and password.
        login: Who asks; None: nobody.
        timeout_s: For everything that is asked.

    """

    def __init__(self, service: Address, login: Login | None, timeout_s: float) -> None:
        self.service = service
        self.ahead_s = 0.0  # of the device's clock before ours, once it is known
        self._login = login
        self._until = time.monotonic() + timeout_s

    def ask(self, at: Address, body: str) -> Node:
        """The answer to a question that anybody may ask.

        Raises:
            CameraError: none, a fault, or it is no ONVIF; the sentence begins with the host.

        """
        return self._answer(at, question(body))

    def ask_as_user(self, at: Address, body: str) -> Node:
        """The answer to a question that may need the password.

        Raises:
            CameraError: as ``ask``; also, the password is wrong or missing.

        """
        login = self._login
        if login is None:
            return self._answer(at, question(body))
        header = security(login, secrets.token_bytes(16), time.time() + self.ahead_s)
        return self._answer(at, question(body, header))

    def _answer(self, at: Address, data: bytes) -> Node:
        status, headers, answer = self._post(at, data, None)
        if status == 401 and self._login is not None:
            asked = strongest(read_challenges(headers.get_all("WWW-Authenticate") or []))
            if asked is not None and (asked.scheme == "digest" or at.scheme == "https"):
                credentials = Credentials(self._login.user, self._login.password)
                said = credentials.answer(asked, "POST", _target(at))
                status, headers, answer = self._post(at, data, said)
        host = at.host
        if status in (401, 403):
            raise self._unauthorised(host)
        try:
            node = read(answer)
        except MarkupError as error:
            raise CameraError(
                GapReason.UNSUPPORTED,
                f"{host} answers at port {port_of(at)}, but not in ONVIF (it sends {error})",
                Cause.NOT_ONVIF,
            ) from None
        if node.name != "Envelope":
            raise CameraError(
                GapReason.UNSUPPORTED,
                f"{host} answers at port {port_of(at)}, but not in ONVIF",
                Cause.NOT_ONVIF,
            )
        fault = fault_of(node)
        if fault is None:
            return node
        if fault.unauthorised:
            raise self._unauthorised(host)
        raise CameraError(
            GapReason.REFUSED, f"{host} does not answer a question of ONVIF ({fault.sentence})"
        )

    def _unauthorised(self, host: str) -> CameraError:
        if self._login is None:
            said, cause = f"{host} asks for a user and a password", Cause.PASSWORD_NEEDED
        else:
            said = (
                f"{host} refuses user {self._login.user} with this password; many cameras have "
                "users of their own for ONVIF, to be made in the camera's pages"
            )
            cause = Cause.WRONG_PASSWORD
        return CameraError(GapReason.REFUSED, said, cause)

    def _post(
        self, at: Address, data: bytes, authorization: str | None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        left_s = self._until - time.monotonic()
        if left_s <= 0.0:
            raise self._silent(at)
        line = dial(at, left_s)
        # a device that sends a byte now and then keeps each read from timing out, but not this
        cut = threading.Timer(max(self._until - time.monotonic(), 0.01), _shut, [line])
        cut.daemon = True
        cut.start()
        client = http.client.HTTPConnection(at.host)
        client.sock = line
        headers = {
            "Host": at.bare.split("/")[2],
            "User-Agent": "Curtilage",
            "Content-Type": "application/soap+xml; charset=utf-8",
            "Connection": "close",
        }
        if authorization is not None:
            headers["Authorization"] = authorization
        try:
            client.request("POST", _target(at), body=data, headers=headers)
            response = client.getresponse()
            whole = response.status, response.headers, response.read(BYTES_MOST + 1)
        except BROKEN:
            if time.monotonic() >= self._until - 0.05:
                raise self._silent(at) from None
            raise CameraError(
                GapReason.UNREACHABLE,
                f"{at.host} answers at port {port_of(at)}, but not in HTTP",
                Cause.NOT_ONVIF,
            ) from None
        finally:
            cut.cancel()
            line.close()
        if time.monotonic() >= self._until:  # it was cut, and looks whole
            raise self._silent(at)
        return whole

    def _silent(self, at: Address) -> CameraError:
        said = f"{at.host} takes connections at port {port_of(at)}, but does not answer"
        return CameraError(GapReason.UNREACHABLE, said, Cause.SILENT)


def _target(at: Address) -> str:
    return "/" + "/".join(at.bare.split("/")[3:])


def _shut(line: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)
