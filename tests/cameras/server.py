"""Many cameras in one process: an RTSP server on the loopback interface, for tests.

Any path is a camera. ``CameraServer`` runs in a thread of its own; ``python -m tests.cameras``
and ``CameraProcess`` run the same in a process.
"""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import quote

from tests.cameras.auth import Account
from tests.cameras.camera import Camera, Setup, prepared
from tests.cameras.clips import clip
from tests.cameras.faults import Fault, Kind
from tests.cameras.session import Session
from tests.cameras.transcript import Transcript

NET = "127.0.0"
"""All of it is the loopback interface, on Linux."""
MOST_HOSTS = 250
PATIENCE_S = 20.0  # for the server's thread to answer
Answer = TypeVar("Answer")


class CameraServer:
    """Test cameras, in a thread.

    ::

        with CameraServer("small") as server:
            source = LiveSource("yard", "main", Address(server.url("yard")))
            server.fault("yard", "stall")

    Args:
        video: a clip's name (``clips.CLIPS``) or a video file that every camera plays.
        audio: "aac", "pcma" or "pcmu": sound is offered.
        account: who may watch; None: anybody.
        certificate: certificate and key in one PEM file: RTSP over TLS.
        port: 0 for one that is free.
        only: paths that exist; None: any.
        hosts: how many addresses to listen at, from 127.0.0.1 on: a client may take all that is
            at one address for one device. ``cam7`` is at the eighth; all cameras are at all.

    """

    def __init__(
        self,
        video: str | Path = "tiny",
        *,
        audio: str | None = None,
        account: Account | None = None,
        certificate: Path | None = None,
        port: int = 0,
        only: frozenset[str] | None = None,
        hosts: int = 1,
    ) -> None:
        self.account = account
        self.transcript = Transcript()
        self.port = port
        self._setup = Setup(clip(str(video)), audio)
        prepared(self._setup.video, True)
        self._setups: dict[str, Setup] = {}
        self._only = only
        self._hosts = [f"{NET}.{n + 1}" for n in range(min(hosts, MOST_HOSTS))]
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self._cameras: dict[str, Camera] = {}
        self._sessions: set[Session] = set()
        self._arrivals = 0
        self._quiet_since = 0.0
        self._listeners: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cameras", daemon=True)

    def start(self) -> Self:
        """Listen; returns when clients may come."""
        self._thread.start()
        self._do(self._listen)
        return self

    def stop(self) -> None:
        """Close everything."""

        async def end() -> None:
            await self._unlisten()
            for session in tuple(self._sessions):
                session.cut()
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        self._do(end)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, path: str = "cam0") -> str:
        """Address of a camera, with user and password if it wants them."""
        who = ""
        if self.account is not None:
            user, password = (
                quote(self.account.user, safe=""),
                quote(self.account.password, safe=""),
            )
            who = f"{user}:{password}@"
        return f"{'rtsps' if self._tls else 'rtsp'}://{who}{self._host(path)}:{self.port}/{path}"

    def mjpeg_url(self, path: str = "cam0") -> str:
        """Address of the camera's MJPEG over HTTP."""
        return f"http{'s' if self._tls else ''}://{self._host(path)}:{self.port}/{path}.mjpeg"

    def add(self, path: str, video: str | Path, *, audio: str | None = None,
            parameter_sets_in_band: bool = True, report_every_s: float = 5.0) -> None:  # fmt: skip
        """A camera that differs from the others; before anybody asks for it."""
        setup = Setup(clip(str(video)), audio, parameter_sets_in_band, report_every_s)
        prepared(setup.video, parameter_sets_in_band)
        self._setups[path] = setup

    def fault(self, path: str, fault: Fault | str) -> None:
        """Begin a trouble of one camera, as in ``server.fault("yard", "jump=3600")``."""
        given = Fault.parse(fault) if isinstance(fault, str) else fault
        if given.kind in (Kind.CHANGE, Kind.SWAP):
            prepared(clip(given.name), True)  # here: it may take seconds, and other cameras play on
        self._with(path, lambda camera: camera.give(given))

    def clear(self, path: str, kind: Kind | str | None = None) -> None:
        """End one kind of trouble, or all."""
        self._with(path, lambda camera: camera.troubles.clear(Kind(kind) if kind else None))

    def kill_listener(self) -> None:
        """Refuse new connections; those that are open stay."""
        self._do(self._unlisten)

    def listen_again(self) -> None:
        """Take connections again, at the same port."""
        self._do(self._listen)

    def drop_all(self) -> None:
        """Close every connection at once, as a camera does that loses power."""

        async def cut() -> None:
            for session in tuple(self._sessions):
                session.cut()

        self._do(cut)

    def setups(self, track: str, path: str | None = None) -> int:
        """How often "video" or "audio" was asked for, of one camera or of all."""
        return self.transcript.setups(track, path)

    def viewers(self, path: str) -> int:
        """How many play this camera now."""
        return self._with(path, lambda camera: len(camera.viewers))

    def sent(self, path: str) -> int:
        """Pictures sent so far."""
        return self._with(path, lambda camera: camera.sent)

    def last_sent_ns(self, path: str) -> int:
        """UTC of the last picture that was sent; 0 before the first."""
        return self._with(path, lambda camera: camera.last_sent_ns)

    def quiet_s(self) -> float:
        """For how long nobody is connected."""
        return 0.0 if self._sessions else self._loop.time() - self._quiet_since

    # what sessions need

    def camera(self, path: str) -> Camera | None:
        """The camera at a path, made when first asked for."""
        if self._only is not None and path not in self._only:
            return None
        if path not in self._cameras:
            setup = self._setups.get(path, self._setup)
            self._cameras[path] = Camera(path, setup, self._loop)
        return self._cameras[path]

    def arrived(self, session: Session) -> int:
        """Count a connection."""
        self._sessions.add(session)
        self._arrivals += 1
        return self._arrivals

    def left(self, session: Session) -> None:
        """Forget a connection."""
        self._sessions.discard(session)
        self._quiet_since = self._loop.time()

    def _host(self, path: str) -> str:
        number = path[len(path.rstrip("0123456789")) :]
        return self._hosts[int(number or 0) % len(self._hosts)]

    async def _listen(self) -> None:
        for host in self._hosts:
            listener = await self._loop.create_server(
                lambda: Session(self), host, self.port, ssl=self._tls, backlog=512,
                reuse_address=True,
            )  # fmt: skip
            self._listeners.append(listener)
            self.port = listener.sockets[0].getsockname()[1]
        self._quiet_since = self._loop.time()

    async def _unlisten(self) -> None:
        while self._listeners:
            self._listeners.pop().close()

    def _with(self, path: str, act: Callable[[Camera], Answer]) -> Answer:
        async def inside() -> Answer:
            camera = self.camera(path)
            if camera is None:
                raise ValueError(f"no camera is at {path}")
            return act(camera)

        return self._do(inside)

    def _do(self, act: Callable[[], Awaitable[Answer]]) -> Answer:
        async def inside() -> Answer:
            return await act()

        return asyncio.run_coroutine_threadsafe(inside(), self._loop).result(PATIENCE_S)
