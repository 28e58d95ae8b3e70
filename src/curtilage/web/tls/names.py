"""The names and addresses that the web's certificate is for."""

import ipaddress
import socket

from curtilage.config.live import WebSettings, is_loopback
from curtilage.web.guard.door import names_of

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what the settings may say, not what we choose


def certificate_names(web: WebSettings, addresses: list[str] | None = None) -> list[str]:
    """Every name that the door answers to, and this machine's own addresses."""
    names = {name.strip("[]") for name in names_of(web) if name not in _EVERYWHERE}
    own = own_addresses() if addresses is None else addresses
    if web.host in _EVERYWHERE:
        names |= set(own)
    names |= {"127.0.0.1", "::1"} if is_loopback(web.host) or web.host in _EVERYWHERE else set()
    return sorted(name for name in names if _is_possible(name))


def own_addresses() -> list[str]:
    """Addresses of this machine's networks; asks only this machine."""
    found: set[str] = set()
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        # Connecting a datagram socket sends nothing; it only asks which way a packet would leave.
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            try:
                asking.connect((far, 9))
                found.add(str(asking.getsockname()[0]))
            except OSError:
                continue
    return sorted(found)


def _is_possible(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name.isascii() and 0 < len(name) <= 253 and " " not in name
    return True
