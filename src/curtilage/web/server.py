"""The web as a long-lived part: one listening socket, one thread, TLS of the site's own.

There is no second port, and none without a sign-in.
"""

import asyncio
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import uvicorn

from curtilage.config.live import WebSettings
from curtilage.config.site import SiteSettings
from curtilage.store.index.database import Database
from curtilage.web.api.export_desk import ExportDesk
from curtilage.web.app import create_app
from curtilage.web.context import WebContext
from curtilage.web.errors import WebError
from curtilage.web.patience import Impatient
from curtilage.web.reports.desk import ReportDesk
from curtilage.web.tls.authority import fingerprint
from curtilage.web.tls.files import Certificates
from curtilage.web.tls.names import certificate_names

_log = logging.getLogger(__name__)

START_S: Final = 20.0
GRACE_S: Final = 2
RENEW_EVERY_S: Final = 6 * 3600.0
CONNECTIONS: Final = 512
TICK_S: Final = 0.5
"""Between two looks whether it shall end."""
_HEADER_BYTES: Final = 16 << 10
_MESSAGE_BYTES: Final = 64 << 10


class WebServer:
    """Serves the API and the pages of ``site``."""

    def __init__(self, site: SiteSettings) -> None:
        self._site = site
        self._tls: ssl.SSLContext | None = None
        self._leaving = threading.Event()
        self._failure: BaseException | None = None
        self._context: WebContext | None = None
        self._server: uvicorn.Server | None = None
        self._threads: list[threading.Thread] = []

    @property
    def address(self) -> str:
        """Where a browser on this machine finds it."""
        return address_of(self._site.web)

    def start(self) -> None:
        """Listens. Raises ``WebError`` or ``TlsError`` with a sentence if it cannot."""
        web = self._site.web
        listening = _listen(web)
        try:
            if web.encrypted:
                self._tls = self._new_tls()
            self._context = WebContext(self._site, Database.of(self._site))
            self._context.part(ExportDesk, ExportDesk)  # it deletes old ones, asked for or not
            self._context.part(ReportDesk, ReportDesk)  # it makes them by schedule
            self._server = _Calm(_config(self._context, web, self._tls))
        except BaseException:
            listening.close()
            raise
        self._begin("web", lambda: self._serve(listening))
        if self._tls is not None:
            self._begin("certificates", self._renew_now_and_then)
        until = time.monotonic() + START_S
        while not self._server.started:
            if self._failure is not None or time.monotonic() > until:
                raise WebError(f"The web did not start on {self.address}: {self._failure}.")
            time.sleep(0.01)

    def stop(self) -> None:
        """Ends what is open and lets the socket go, within a few seconds."""
        self._leaving.set()
        if self._context is not None:
            self._context.stopping.set()
        if self._server is not None:
            self._server.should_exit = True
        for thread in self._threads:
            thread.join(GRACE_S + 2)
        if self._context is not None:
            self._context.stop()
            self._context.database.close()
            self._context = None

    def health(self) -> dict[str, Any]:
        """How it goes."""
        server = self._server
        return {
            "serving": server is not None and server.started and self._failure is None,
            "address": self.address,
            "connections": 0 if server is None else len(server.server_state.connections),
        }

    def broken(self) -> str | None:
        """Why it must be stopped and started again, in a sentence; None: it need not."""
        return None if self._failure is None else f"The web stopped: {self._failure}."

    def apply(self, site: SiteSettings) -> str | None:
        """Takes over new settings; a sentence if it must be started again for them."""
        old, new = self._site, site
        if (old.web.host, old.web.port, old.web.tls, old.web.behind_proxy) != (
            new.web.host,
            new.web.port,
            new.web.tls,
            new.web.behind_proxy,
        ):
            return "the web listens elsewhere, or otherwise, from now on"
        if (old.state, old.database) != (new.state, new.database):
            return "the web reads another index from now on"
        self._site = site
        if self._tls is not None:
            self._renew()
        if self._context is not None:
            self._context.apply(site)
        return None

    def _new_tls(self) -> ssl.SSLContext:
        certificates = Certificates(self._site.state)
        certificates.renew(certificate_names(self._site.web), datetime.now(UTC))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        certificates.load_into(context)
        _log.info(
            "the authority %s has the fingerprint %s",
            certificates.authority_file,
            fingerprint(certificates.authority()),
        )
        return context

    def _renew(self) -> None:
        certificates = Certificates(self._site.state)
        names = certificate_names(self._site.web)
        if certificates.renew(names, datetime.now(UTC)) and self._tls is not None:
            certificates.load_into(self._tls)

    def _renew_now_and_then(self) -> None:
        while not self._leaving.wait(RENEW_EVERY_S):
            try:
                self._renew()
            except Exception:
                _log.exception("the certificate could not be renewed; the old one stays")

    def _serve(self, listening: socket.socket) -> None:
        assert self._server is not None  # noqa: S101 - start made it
        try:
            self._server.run(sockets=[listening])
        except BaseException as error:
            self._failure = error
            _log.exception("the web stopped")
        finally:
            listening.close()

    def _begin(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()


class _Calm(uvicorn.Server):
    """Uvicorn's own, but its loop, which wakes ten times a second: most of an idle web's cost."""

    async def main_loop(self) -> None:
        """Until it shall end; the time in answers' headers is kept."""
        while not await self.on_tick(0):
            await asyncio.sleep(TICK_S)


def address_of(web: WebSettings) -> str:
    """As a browser on this machine is told."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(web.host, web.host)  # noqa: S104
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"{'https' if web.encrypted else 'http'}://{host}:{web.port}"


def _config(context: WebContext, web: WebSettings, tls: ssl.SSLContext | None) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(context),
        http=Impatient,
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        access_log=False,  # paths and addresses of who watched what belong in the audit log alone
        server_header=False,
        proxy_headers=web.behind_proxy,
        forwarded_allow_ips=["127.0.0.1", "::1"],
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=_HEADER_BYTES,
        ws_max_size=_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # video does not shrink, and it would cost
        ssl_context_factory=None if tls is None else (lambda _config, _default: tls),
    )


def _listen(web: WebSettings) -> socket.socket:
    host = web.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, web.port))
        listening.listen(256)
    except OSError as error:
        listening.close()
        raise WebError(
            f"web.host {web.host}, web.port {web.port}: cannot listen there ({error.strerror}); "
            "another program may have the port."
        ) from error
    listening.setblocking(False)
    return listening
