"""An ONVIF device for tests: device, Media and Media2 service over SOAP, and WS-Discovery.

It checks passwords as devices do: the digest, its age by the device's own clock, a nonce used once.
What it was asked, in order, is in ``asked``.
"""

import base64
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from xml.sax.saxutils import escape

from curtilage.ingest.onvif.envelope import password_digest
from tests.cameras.auth import Account

SPACES = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema"'
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
    ' xmlns:trt="http://www.onvif.org/ver10/media/wsdl"'
    ' xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" xmlns:ter="http://www.onvif.org/ver10/error"'
)
FRESH_S = 5.0
GROUP, PORT = "239.255.255.250", 3702


@dataclass
class Offered:
    """A profile and where it plays."""

    token: str
    uri: str
    codec: str = "H264"
    size: tuple[int, int] = (1920, 1080)
    source: str = "lens1"
    sound: bool = False


@dataclass
class Behaviour:
    """What the device is like."""

    profiles: list[Offered] = field(default_factory=list)
    account: Account | None = None
    ahead_s: float = 0.0
    media2: bool = True
    services: bool = True  # knows GetServices
    everything_needs_the_password: bool = False
    by_http: bool = False  # wants the password in HTTP, not in SOAP
    named: str | None = None  # host that it believes to be; None: the one it is asked at
    answer: Callable[["Behaviour", str], bytes] | None = None  # instead of what is right
    maker: str = "Acme"


class OnvifDevice:
    """A device at an address; ``with`` it."""

    def __init__(self, behaviour: Behaviour, at: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self.behaviour = behaviour
        self.asked: list[str] = []
        self.raw: list[bytes] = []
        device = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                device._post(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(at, Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.host = at[0]
        self._nonces: set[str] = set()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.daemon = True

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/onvif/device_service"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        data = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        text = data.decode()
        found = re.search(r":Body>\s*<(?:\w+:)?(\w+)", text)
        action = found[1] if found else ""
        self.asked.append(action)
        self.raw.append(data)
        odd = self.behaviour.answer
        if odd is not None and (body := odd(self.behaviour, action)):
            if body.startswith(b"HTTP/"):
                request.wfile.write(body)
                return
            self._send(request, 200, body)
            return
        free = {"GetSystemDateAndTime", "GetServices", "GetCapabilities"}
        if self.behaviour.everything_needs_the_password:
            free = {"GetSystemDateAndTime"}
        if self.behaviour.account is not None and action not in free:
            if self.behaviour.by_http:
                if not self._http_is_good(request):
                    return
            elif not self._token_is_good(text):
                self._send(request, 400, fault("ter:NotAuthorized", "Sender not authorized"))
                return
        made = self._made(action, text)
        if made is None:
            self._send(request, 500, fault("ter:ActionNotSupported", "Action not supported"))
            return
        self._send(request, 200, envelope(made))

    def _send(self, request: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
        request.send_response(status)
        request.send_header("Content-Type", "application/soap+xml; charset=utf-8")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _token_is_good(self, text: str) -> bool:
        account = self.behaviour.account
        assert account is not None
        said = {
            name: (
                found[1] if (found := re.search(rf"<\w+:{name}(?: [^>]*)?>([^<]*)<", text)) else ""
            )
            for name in ("Username", "Password", "Nonce", "Created")
        }
        if said["Username"] != account.user or said["Nonce"] in self._nonces:
            return False
        self._nonces.add(said["Nonce"])
        made = datetime.fromisoformat(said["Created"]).timestamp()
        if abs(made - time.time() - self.behaviour.ahead_s) > FRESH_S:
            return False
        nonce = base64.b64decode(said["Nonce"])
        return said["Password"] == password_digest(nonce, said["Created"], account.password)

    def _http_is_good(self, request: BaseHTTPRequestHandler) -> bool:
        account = self.behaviour.account
        assert account is not None
        given = request.headers.get("Authorization")
        if given is not None and account.accepts("POST", given):
            return True
        request.send_response(401)
        for challenge in account.challenges():
            request.send_header("WWW-Authenticate", challenge)
        request.send_header("Content-Length", "0")
        request.end_headers()
        return False

    def _made(self, action: str, text: str) -> str | None:
        like = self.behaviour
        host = f"{like.named or self.host}:{self.port}"
        match action:
            case "GetSystemDateAndTime":
                return clock(time.time() + like.ahead_s)
            case "GetDeviceInformation":
                return (
                    f"<tds:GetDeviceInformationResponse><tds:Manufacturer>{escape(like.maker)}"
                    "</tds:Manufacturer><tds:Model>Eye 3</tds:Model><tds:FirmwareVersion>1.2.3"
                    "</tds:FirmwareVersion><tds:SerialNumber>77</tds:SerialNumber><tds:HardwareId>B"
                    "</tds:HardwareId></tds:GetDeviceInformationResponse>"
                )
            case "GetServices" if like.services:
                kinds = ["ver10/media/wsdl"] + ["ver20/media/wsdl"] * like.media2
                found = "".join(
                    f"<tds:Service><tds:Namespace>http://www.onvif.org/{kind}</tds:Namespace>"
                    f"<tds:XAddr>http://{host}/onvif/{kind[3:5]}</tds:XAddr></tds:Service>"
                    for kind in kinds
                )
                return f"<tds:GetServicesResponse>{found}</tds:GetServicesResponse>"
            case "GetCapabilities":
                return (
                    "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>"
                    f"http://{host}/onvif/10</tt:XAddr></tt:Media></tds:Capabilities>"
                    "</tds:GetCapabilitiesResponse>"
                )
            case "GetProfiles":
                new = "ver20/media" in text
                if new and not like.media2:
                    return None
                profiles = "".join(
                    (profile2 if new else profile1)(one)
                    for one in like.profiles
                    if new or one.codec != "H265"
                )
                return f"<trt:GetProfilesResponse>{profiles}</trt:GetProfilesResponse>"
            case "GetStreamUri":
                token = re.search(r"ProfileToken>([^<]*)<", text)
                uri = next((o.uri for o in like.profiles if token and o.token == token[1]), None)
                if uri is None:
                    return None
                if "ver20/media" in text:
                    told = f"<tr2:Uri>{escape(uri)}</tr2:Uri>"
                    return f"<tr2:GetStreamUriResponse>{told}</tr2:GetStreamUriResponse>"
                return (
                    f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{escape(uri)}</tt:Uri>"
                    "</trt:MediaUri></trt:GetStreamUriResponse>"
                )
        return None


def envelope(body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope {SPACES}><s:Header/>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def fault(code: str, words: str) -> bytes:
    return envelope(
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>"
        f"{code}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang='en'>{words}</s:Text>"
        "</s:Reason></s:Fault>"
    )


def clock(at_s: float) -> str:
    now = datetime.fromtimestamp(at_s, UTC)
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual"
        "</tt:DateTimeType><tt:UTCDateTime>"
        f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute>"
        f"<tt:Second>{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}</tt:Year>"
        f"<tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date></tt:UTCDateTime>"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def profile1(one: Offered) -> str:
    sound = (
        "<tt:AudioEncoderConfiguration token='a'><tt:Encoding>G711</tt:Encoding>"
        "</tt:AudioEncoderConfiguration>"
    )
    return (
        f"<trt:Profiles token='{one.token}' fixed='true'><tt:Name>{one.token} name</tt:Name>"
        "<tt:VideoSourceConfiguration token='v'><tt:Name>video</tt:Name><tt:SourceToken>"
        f"{one.source}</tt:SourceToken></tt:VideoSourceConfiguration>"
        f"<tt:VideoEncoderConfiguration token='e'><tt:Encoding>{one.codec}</tt:Encoding>"
        f"<tt:Resolution><tt:Width>{one.size[0]}</tt:Width><tt:Height>{one.size[1]}</tt:Height>"
        "</tt:Resolution><tt:RateControl><tt:FrameRateLimit>15</tt:FrameRateLimit></tt:RateControl>"
        "<tt:H264><tt:GovLength>30</tt:GovLength></tt:H264></tt:VideoEncoderConfiguration>"
        f"{sound if one.sound else ''}</trt:Profiles>"
    )


def profile2(one: Offered) -> str:
    sound = "<tr2:AudioEncoder token='a'><tt:Encoding>PCMU</tt:Encoding></tr2:AudioEncoder>"
    return (
        f"<tr2:Profiles token='{one.token}'><tr2:Name>{one.token} name</tr2:Name>"
        "<tr2:Configurations><tr2:VideoSource token='v'><tt:Name>video</tt:Name><tt:SourceToken>"
        f"{one.source}</tt:SourceToken></tr2:VideoSource>"
        f"<tr2:VideoEncoder token='e' GovLength='30'><tt:Encoding>{one.codec}</tt:Encoding>"
        f"<tt:Resolution><tt:Width>{one.size[0]}</tt:Width><tt:Height>{one.size[1]}</tt:Height>"
        "</tt:Resolution><tt:RateControl ConstantBitRate='false'><tt:FrameRateLimit>15.0"
        "</tt:FrameRateLimit></tt:RateControl></tr2:VideoEncoder>"
        f"{sound if one.sound else ''}</tr2:Configurations></tr2:Profiles>"
    )


def match(message: str, xaddrs: str, identity: str = "urn:uuid:77", name: str = "Front") -> bytes:
    """A ProbeMatches of WS-Discovery."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope'
        ' xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>'
        f"<a:RelatesTo>{message}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch>"
        f"<a:EndpointReference><a:Address>{identity}</a:Address></a:EndpointReference>"
        "<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/type/ptz"
        f" onvif://www.onvif.org/name/{name} onvif://www.onvif.org/hardware/Eye%203"
        " onvif://www.onvif.org/location/yard</d:Scopes>"
        f"<d:XAddrs>{xaddrs}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()


class Responder:
    """Answers WS-Discovery. To be made where it is to listen (in its network's namespace).

    Args:
        own: its address.
        xaddrs: what it says of where its service is.

    """

    def __init__(self, own: str, xaddrs: str) -> None:
        self._xaddrs = xaddrs
        self.asked = 0
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._line.bind((GROUP, PORT))
        both = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(own))
        self._line.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, both)
        self._line.settimeout(0.2)
        self._out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._out.bind((own, 0))
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ends.set()
        self._thread.join(2)
        self._line.close()
        self._out.close()

    def _run(self) -> None:
        while not self._ends.is_set():
            try:
                data, source = self._line.recvfrom(65_535)
            except TimeoutError:
                continue
            self.asked += 1
            number = re.search(rb"MessageID>([^<]+)<", data)
            assert number is not None
            self._out.sendto(match(number[1].decode(), self._xaddrs), source)
