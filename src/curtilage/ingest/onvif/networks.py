"""The networks that this machine itself is in: where cameras are looked for, and which are ours."""

import array
import fcntl
import ipaddress
import socket
import struct
from dataclasses import dataclass
from typing import Final

_SIOCGIFFLAGS, _SIOCGIFADDR, _SIOCGIFNETMASK = 0x8913, 0x8915, 0x891B
_UP, _LOOPBACK, _POINT_TO_POINT, _MULTICAST = 0x1, 0x8, 0x10, 0x1000
INTERFACES_MOST: Final = 32


@dataclass(frozen=True, slots=True)
class Network:
    """One interface with its first IPv4 address."""

    interface: str
    index: int
    address: ipaddress.IPv4Interface


def own_networks() -> list[Network]:
    """Interfaces that are up and reach several hosts at once; no loopback and no tunnels."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for index, name in socket.if_nameindex()[:INTERFACES_MOST]:
            try:
                flags = struct.unpack("H", _asked(asking, _SIOCGIFFLAGS, name)[16:18])[0]
                if flags & (_UP | _MULTICAST) != _UP | _MULTICAST:
                    continue
                if flags & (_LOOPBACK | _POINT_TO_POINT):
                    continue
                address = socket.inet_ntoa(_asked(asking, _SIOCGIFADDR, name)[20:24])
                mask = socket.inet_ntoa(_asked(asking, _SIOCGIFNETMASK, name)[20:24])
                of = ipaddress.IPv4Interface(f"{address}/{mask}")
            except (OSError, ValueError):
                continue  # no IPv4 there, or it went away
            found.append(Network(name, index, of))
    return found


def _asked(asking: socket.socket, what: int, name: str) -> bytes:
    request = array.array("b", struct.pack("256s", name.encode()[:15]))
    fcntl.ioctl(asking, what, request, True)
    return request.tobytes()
