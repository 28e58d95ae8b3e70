"""A network of its own for what a test starts, with a canary that records every packet in it.

Only the thread that enters one lives there, and what that thread starts: processes, threads,
sockets. All else of the test stays where it was.
"""

import ctypes
import os
import socket
import struct
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import pytest

NEW_MOUNTS, NEW_NET = 0x00020000, 0x40000000  # CLONE_NEWNS, CLONE_NEWNET
RESOLVER = "198.51.100.53"
OUT, CABLE = "out0", "cable0"
EVERY_PROTOCOL = 3  # ETH_P_ALL
OUTGOING = 4  # PACKET_OUTGOING
IPV4, IPV6, ARP = 0x0800, 0x86DD, 0x0806
TCP, UDP, ICMPV6 = 6, 17, 58
KERNELS = frozenset({133, 135, 136, 143})  # ICMPv6 that an interface says of itself
DNS = 53

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Seen:
    """A packet that left over an interface."""

    interface: str
    to: str  # address
    protocol: int  # of IP; 0: none
    port: int  # it is sent to; 0: none
    asked: str = ""  # a name, where it is a question for one


class Namespace:
    """A network with a loopback; ``run`` runs something in it."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, initializer=_enter)

    def run(self, what: Callable[[], Answer]) -> Answer:
        """The answer of ``what``, from inside."""
        return self._thread.submit(what).result(180)

    def ip(self, *words: str) -> None:
        """``ip`` inside."""
        self.run(lambda: subprocess.run(["ip", *words], check=True, timeout=10))

    @property
    def pid(self) -> str:
        """How ``ip`` names it: by its thread."""
        return str(self.run(threading.get_native_id))

    def close(self) -> None:
        """It goes with the last that lives in it."""
        self._thread.shutdown()


class Canary:
    """Records what leaves over every interface of a namespace, loopback included."""

    def __init__(self, namespace: Namespace) -> None:
        self.seen: list[Seen] = []
        self._socket = namespace.run(
            lambda: socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERY_PROTOCOL))
        )
        self._socket.settimeout(0.2)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.set()
        self._thread.join()
        self._socket.close()

    def leaks(self, camera: str, port: int) -> list[Seen]:
        """All that went neither to the camera nor to this machine, and every question for names."""
        return [
            one
            for one in self.seen
            if one.port == DNS
            or (one.interface == CABLE and (one.to, one.protocol, one.port) != (camera, TCP, port))
            or one.interface == OUT
        ]

    def _run(self) -> None:
        while not self._ends.is_set():
            try:
                data, (interface, ether, way, _, _) = self._socket.recvfrom(200)
            except TimeoutError:
                continue
            if way == OUTGOING and (one := _seen(interface, ether, data)) is not None:
                self.seen.append(one)


def new_house(folder: Path) -> tuple[Namespace, Namespace]:
    """A machine's network, whose way out leads past the canary alone, and its camera's.

    They are 10.99.0.1 and 10.99.0.2; names are asked for at ``RESOLVER``, which never answers.
    """
    if os.geteuid() != 0:
        pytest.skip("needs root, to make networks")
    try:
        machine, camera = Namespace(), Namespace()
        machine.ip("link", "add", CABLE, "type", "veth", "peer", "name", CABLE, "netns", camera.pid)
        machine.ip("link", "add", OUT, "type", "veth", "peer", "name", OUT, "netns", camera.pid)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"cannot make networks here: {error}")
    for one, address in ((machine, "10.99.0.1/24"), (camera, "10.99.0.2/24")):
        one.ip("link", "set", "lo", "up")
        one.ip("address", "add", address, "dev", CABLE)
        one.ip("link", "set", CABLE, "up")
    machine.ip("address", "add", "198.51.100.1/24", "dev", OUT)
    machine.ip("address", "add", "2001:db8::1/64", "dev", OUT, "nodad")
    for one in (machine, camera):
        one.ip("link", "set", OUT, "arp", "off", "up")  # whatever is sent leaves, without questions
    machine.ip("route", "add", "default", "dev", OUT)
    machine.ip("-6", "route", "add", "default", "dev", OUT)
    names = folder / "resolv.conf"
    names.write_text(f"nameserver {RESOLVER}\noptions timeout:1 attempts:1\n")
    mount = ["mount", "--bind", str(names), os.path.realpath("/etc/resolv.conf")]
    machine.run(lambda: subprocess.run(mount, check=True, timeout=10))
    return machine, camera


class Relay:
    """Lets a camera of this test be reached at an address of another namespace."""

    def __init__(self, namespace: Namespace, address: tuple[str, int], port: int) -> None:
        self._port = port
        self._listening = namespace.run(lambda: socket.create_server(address))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """No more clients."""
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                return
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=_copy, args=(one, other), daemon=True).start()


def _copy(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    for end in (one, other):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            end.close()


def _enter() -> None:
    if _libc().unshare(NEW_MOUNTS | NEW_NET) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    subprocess.run(["mount", "--make-rprivate", "/"], check=True, timeout=10)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _seen(interface: str, ether: int, data: bytes) -> Seen | None:
    """A packet; None for what the kernel says of itself."""
    if ether == ARP:
        asked = socket.inet_ntoa(data[24:28])
        return None if interface == CABLE and asked == "10.99.0.2" else Seen(interface, asked, 0, 0)
    if ether == IPV4:
        protocol, to, body = data[9], socket.inet_ntoa(data[16:20]), data[(data[0] & 15) * 4 :]
    elif ether == IPV6:
        to, protocol, body = socket.inet_ntop(socket.AF_INET6, data[24:40]), data[6], data[40:]
        if protocol == 0:  # hop by hop: reports of multicast groups have it
            protocol, body = body[0], body[(body[1] + 1) * 8 :]
        if protocol == ICMPV6 and body and body[0] in KERNELS:
            return None
    else:
        return Seen(interface, f"ether {ether:#06x}", 0, 0)
    port = struct.unpack("!H", body[2:4])[0] if protocol in (TCP, UDP) and len(body) >= 4 else 0
    asked = _name(body[8 + 12 :]) if (protocol, port) == (UDP, DNS) else ""
    return Seen(interface, to, protocol, port, asked)


def _name(data: bytes) -> str:
    """Of the first question of a DNS message."""
    parts = []
    while data and data[0] and len(data) > data[0]:
        parts.append(data[1 : 1 + data[0]].decode("ascii", "replace"))
        data = data[1 + data[0] :]
    return ".".join(parts)
