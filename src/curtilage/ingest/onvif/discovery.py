"""Asks who is an ONVIF camera on this machine's own networks (WS-Discovery 2005/04).

One question to a multicast group that no router passes on, from each interface; whoever is a
camera answers to us alone. Nobody is asked anything further here, whatever an answer says.
"""

import errno
import select
import socket
import struct
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import Final
from urllib.parse import unquote, urlsplit

from curtilage.config.address import Address
from curtilage.ingest.onvif.device import PATH
from curtilage.ingest.onvif.markup import MarkupError, Node, plain, read
from curtilage.ingest.onvif.networks import Network, own_networks
from curtilage.ingest.rtsp.dial import PORTS

GROUP, PORT = "239.255.255.250", 3702
ANSWERS_MOST: Final = 512
AGAIN_S: Final = 0.5  # the question is asked twice: datagrams get lost
_PROBE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>'
    '<a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>'
    "<a:MessageID>uuid:{id}</a:MessageID>"
    "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
    "</a:Address></a:ReplyTo>"
    '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>'
    '<s:Body><Probe xmlns="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
    '<d:Types xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    ' xmlns:t="{space}">t:{kind}</d:Types></Probe></s:Body></s:Envelope>'
)
_KINDS: Final = (
    ("http://www.onvif.org/ver10/network/wsdl", "NetworkVideoTransmitter"),
    ("http://www.onvif.org/ver10/device/wsdl", "Device"),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A device that answered. Texts are its own words: cut, printable, perhaps empty."""

    service: Address  # of its device service, at the host that answered
    name: str
    hardware: str
    place: str
    identity: str  # the same from one time to the next
    foreign: bool  # its address is in none of this machine's networks


@dataclass(frozen=True, slots=True)
class Discovered:
    """Who answered, and where was asked."""

    devices: tuple[Answered, ...]
    interfaces: tuple[str, ...]  # that were asked
    unasked: tuple[str, ...]  # sentences: where the question could not be sent


def discover(timeout_s: float = 3.0) -> Discovered:
    """Ask, and listen for ``timeout_s``."""
    networks = own_networks()
    asked, unasked, lines = [], [], []
    ids = [uuid.uuid4() for _ in _KINDS]
    try:
        for network in networks:
            line = _line(network)
            lines.append(line)
            problem = _ask(line, ids)
            if problem is None:
                asked.append(network.interface)
            else:
                unasked.append(f"{network.interface}: {problem}")
        answers = _listen(lines, ids, timeout_s) if asked else []
    finally:
        for line in lines:
            line.close()
    found: dict[str, Answered] = {}
    for host, data in answers:
        for one in devices_in(host, data, [str(number) for number in ids], networks):
            found.setdefault(one.identity, one)
    devices = sorted(found.values(), key=lambda one: socket.inet_aton(one.service.host))
    return Discovered(tuple(devices), tuple(asked), tuple(unasked))


def devices_in(
    host: str, data: bytes, ids: Sequence[str], networks: Sequence[Network]
) -> list[Answered]:
    """The devices in one answer; none if it is no answer to one of the questions ``ids``.

    Args:
        host: IPv4 address that it came from. Addresses in it are believed as to port and path.
        data: The datagram.
        ids: UUIDs of the questions.
        networks: This machine's own.

    """
    try:
        answer = read(data)
    except MarkupError:
        return []
    related = answer.said("RelatesTo").lower()
    if not any(related.endswith(number) for number in ids):
        return []
    found = []
    for match in [*answer.every("ProbeMatch")][:8]:
        one = _device(host, match)
        if one is not None:
            near = any(IPv4Address(host) in network.address.network for network in networks)
            found.append(replace(one, foreign=not near))
    return found


def _device(host: str, match: Node) -> Answered | None:
    scopes = [unquote(word)[:300] for word in match.said("Scopes").split()[:100]]
    named = [word for word in match.said("XAddrs").split()[:16] if word.startswith("http")]
    onvif = any("onvif" in word.lower() for word in (*scopes, *named, match.said("Types")))
    if not onvif and "NetworkVideoTransmitter" not in match.said("Types"):
        return None
    service = _service(host, named)
    identity = match.said("EndpointReference", "Address")[:200] or host
    return Answered(
        service=service,
        name=_scope(scopes, "name"),
        hardware=_scope(scopes, "hardware"),
        place=_scope(scopes, "location"),
        identity=f"{identity.lower()} {host}",
        foreign=False,
    )


def _service(host: str, named: Sequence[str]) -> Address:
    """The device service at the host that answered: port and path by its own word, if it has one.

    A camera that was moved to another address names where it was; its port is right all the same.
    """
    of_host = [(_host(word), word) for word in named]
    word = next((word for at, word in of_host if at == host), next(iter(named), ""))
    scheme = "https" if word.startswith("https:") else "http"
    try:
        port = urlsplit(word).port
        path = urlsplit(word).path or PATH
        return Address(f"{scheme}://{host}:{port or PORTS[scheme]}{path[:300]}")
    except ValueError:
        return Address(f"http://{host}:{PORTS['http']}{PATH}")


def _host(word: str) -> str | None:
    try:
        return urlsplit(word).hostname
    except ValueError:
        return None


def _scope(scopes: Sequence[str], name: str) -> str:
    """What a scope says, as in ``onvif://www.onvif.org/name/Front``."""
    head = f"onvif://www.onvif.org/{name}/"
    told = (word[len(head) :] for word in scopes if word.lower().startswith(head))
    return plain(next(told, "").replace("_", " "))[:100]


def _line(network: Network) -> socket.socket:
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # group, own address, number of the interface: struct ip_mreqn
    through = struct.pack("4s4si", b"\0" * 4, b"\0" * 4, network.index)
    line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, through)
    line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    line.setblocking(False)
    return line


def _ask(line: socket.socket, ids: Sequence[uuid.UUID]) -> str | None:
    """Send the questions; why not, if they cannot be sent."""
    try:
        for number, (space, kind) in zip(ids, _KINDS, strict=True):
            line.sendto(_PROBE.format(id=number, space=space, kind=kind).encode(), (GROUP, PORT))
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES):
            return "a firewall of this machine does not let the question out"
        return f"the question cannot be sent ({error.strerror})"
    return None


def _listen(
    lines: Sequence[socket.socket], ids: Sequence[uuid.UUID], timeout_s: float
) -> list[tuple[str, bytes]]:
    answers: list[tuple[str, bytes]] = []
    begin = time.monotonic()
    again: float | None = begin + min(AGAIN_S, timeout_s / 2)
    while len(answers) < ANSWERS_MOST and (left := begin + timeout_s - time.monotonic()) > 0:
        if again is not None and time.monotonic() >= again:
            again = None
            for line in lines:
                _ask(line, ids)
        wait_s = left if again is None else min(left, max(again - time.monotonic(), 0.0))
        for line in select.select(lines, [], [], wait_s)[0]:
            try:
                data, source = line.recvfrom(65_535)
            except OSError:
                continue
            answers.append((str(source[0]), data))
    return answers
