"""What a site may reach over the network, as systemd enforces it: a drop-in for the unit.

``IPAddressDeny=any`` stands in the unit; this lists the exceptions. systemd's filter (a BPF program
of the unit's control group) looks at packets in both directions, so the networks of browsers are
exceptions, too.
"""

import ipaddress
import socket
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from curtilage.config import SiteSettings
from curtilage.config.live import is_loopback
from curtilage.errors import InputError

HEAD = """\
# Made by `curtilage config firewall`; put it into
#   /etc/systemd/system/curtilage.service.d/firewall.conf
# and then: systemctl daemon-reload && systemctl restart curtilage
[Service]
"""


class FirewallError(InputError):
    """A network that is none, or a host whose address is not known."""


def drop_in(site: SiteSettings, browsers: Sequence[str]) -> str:
    """The drop-in's text.

    Args:
        site: Its cameras, its database, and where its web listens.
        browsers: Networks that people look from, as in "192.168.1.0/24".

    Raises:
        FirewallError: one of them is no network, or a camera's name has no address.

    """
    lines = [HEAD, "IPAddressAllow=localhost\n"]
    for who, host in _hosts(site):
        for address in _addresses(who, host):
            lines += [f"# {who}\n", f"IPAddressAllow={address}\n"]
    for given in browsers:
        try:
            network = ipaddress.ip_network(given, strict=False)
        except ValueError:
            raise FirewallError(
                f"--browsers {given!r} is no network; write it as in 192.168.1.0/24"
            ) from None
        lines += ["# browsers\n", f"IPAddressAllow={network}\n"]
    if not browsers and not is_loopback(site.web.host):
        lines.append("# No browser reaches the control room but on this machine: no --browsers.\n")
    return "".join(lines)


def _hosts(site: SiteSettings) -> Iterator[tuple[str, str]]:
    """Who is reached, and its host; each host once."""
    seen: set[str] = set()
    for camera in site.cameras:
        for stream in camera.all_streams:
            if stream.url.host and stream.url.host not in seen:
                seen.add(stream.url.host)
                yield f"camera {camera.name}", stream.url.host
    if site.database is not None:
        host = urlsplit(site.database.get_secret_value()).hostname
        if host and host not in seen:
            yield "database", host


def _addresses(who: str, host: str) -> list[str]:
    """Addresses of a host; none for this machine, which is allowed anyway."""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, None)}
    except OSError:
        raise FirewallError(f"{who}: the name {host!r} has no address now") from None
    addresses = sorted((ipaddress.ip_address(one.partition("%")[0]) for one in found), key=str)
    return [str(one) for one in addresses if not one.is_loopback]
