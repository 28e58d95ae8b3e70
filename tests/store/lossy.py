"""A way to a server that loses the answer to a commit, or the commit itself."""

import contextlib
import select
import socket
import threading
from types import TracebackType
from typing import Self

COMMIT = b"COMMIT\0"


class Lossy:
    """Listens on ``port`` of this machine and passes all on to ``server_port``."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = self._listen(0)
        self.port = int(self._listener.getsockname()[1])
        self.lost = threading.Event()
        self._loses = self._arrives = self._closes = False
        self._threads = [self._run()]

    def lose_next_commit(self, arrives: bool, *, closed: bool = False) -> None:
        """The next COMMIT reaches the server or does not; its answer is lost in either case.

        ``closed``: nobody is let in any more until ``open_again``.
        """
        self._arrives, self._closes, self._loses = arrives, closed, True

    def open_again(self) -> None:
        """After ``closed``."""
        self._listener = self._listen(self.port)
        self._threads.append(self._run())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._shut()
        for thread in self._threads:
            thread.join(10.0)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        listener.settimeout(0.05)
        return listener

    def _run(self) -> threading.Thread:
        thread = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        thread.start()
        return thread

    def _shut(self) -> None:
        self._listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while listener.fileno() >= 0:
            try:
                client, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            client.setblocking(True)
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._server_port)) as server:
            other = {client: server, server: client}
            with contextlib.suppress(OSError):
                while True:
                    ready, _, _ = select.select(list(other), [], [])
                    for one in ready:
                        data = one.recv(1 << 16)
                        if not data:
                            return
                        if one is client and self._loses and COMMIT in data:
                            self._lose(server, data)
                            return
                        other[one].sendall(data)

    def _lose(self, server: socket.socket, data: bytes) -> None:
        self._loses = False
        if self._closes:
            self._shut()
        if self._arrives:
            server.sendall(data)
            server.recv(1 << 16)  # the answer: it has been done
        self.lost.set()
