"""Answers a camera that asks who we are: Basic and Digest (RFC 7617, RFC 7616), RTSP and HTTP.

Of what a camera offers the strongest is taken: Digest with SHA-256, then with MD5, then Basic.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

_PARAMETER = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_SCHEME = re.compile(r"(?:^|,)\s*(Basic|Digest|[A-Za-z]+)(?=\s+[A-Za-z0-9_-]+\s*=|\s*$)", re.I)
_HASHES: dict[str, Callable[[bytes], str]] = {
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "SHA-512-256": lambda data: hashlib.new("sha512_256", data).hexdigest(),
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
}
_RANK = {"SHA-256": 3, "SHA-512-256": 2, "MD5": 1}


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a camera asks for, one of possibly several ways."""

    scheme: str  # basic, digest, or another in lower case
    realm: str
    parameters: dict[str, str] = field(hash=False)  # names in lower case

    @property
    def algorithm(self) -> str:
        """Of Digest: the hash, in capitals, without ``-SESS``."""
        return self.parameters.get("algorithm", "MD5").upper().removesuffix("-SESS")


def read_challenges(values: list[str]) -> list[Challenge]:
    """The challenges in WWW-Authenticate headers, several of which may be in one."""
    found = []
    for value in values:
        starts = [m for m in _SCHEME.finditer(value) if not _in_quotes(value, m.start(1))]
        ends = [*(start.start() for start in starts[1:]), len(value)]
        for start, end in zip(starts, ends, strict=False):
            text = value[start.end(1) : end]
            parameters = {
                m[1].lower(): re.sub(r"\\(.)", r"\1", m[2]) if m[2] is not None else m[3]
                for m in _PARAMETER.finditer(text)
            }
            found.append(Challenge(start[1].lower(), parameters.get("realm", ""), parameters))
    return found


def strongest(challenges: list[Challenge]) -> Challenge | None:
    """The challenge to answer; None if we can answer none of them."""
    usable = [
        c
        for c in challenges
        if c.scheme == "basic" or (c.scheme == "digest" and c.algorithm in _HASHES)
    ]
    return max(
        usable, key=lambda c: _RANK[c.algorithm] if c.scheme == "digest" else 0, default=None
    )


class Credentials:
    """A user and password, and the answers made of them. Its ``repr`` holds neither."""

    __slots__ = ("_count", "_nonce", "_password", "user")

    def __init__(self, user: str, password: str) -> None:
        self.user, self._password = user, password
        self._count = 0  # of answers with this nonce
        self._nonce = ""

    def __repr__(self) -> str:
        return f"Credentials({self.user!r})"

    def answer(self, challenge: Challenge, method: str, url: str) -> str:
        """The Authorization header for a request."""
        if challenge.scheme == "basic":
            both = f"{self.user}:{self._password}".encode()
            return "Basic " + base64.b64encode(both).decode()
        return self._digest(challenge, method, url, secrets.token_hex(8))

    def _digest(self, challenge: Challenge, method: str, url: str, cnonce: str) -> str:
        said = challenge.parameters
        of = _HASHES[challenge.algorithm]
        nonce = said.get("nonce", "")
        first = of(f"{self.user}:{challenge.realm}:{self._password}".encode())
        if said.get("algorithm", "").upper().endswith("-SESS"):
            first = of(f"{first}:{nonce}:{cnonce}".encode())
        second = of(f"{method}:{url}".encode())
        ways = [way.strip().lower() for way in said.get("qop", "").split(",")]
        fields = [
            ("username", _quoted(self.user)),
            ("realm", _quoted(challenge.realm)),
            ("nonce", _quoted(nonce)),
            ("uri", _quoted(url)),
        ]
        if nonce != self._nonce:
            self._nonce, self._count = nonce, 0
        if "auth" in ways:
            self._count += 1
            count = f"{self._count:08x}"
            response = of(f"{first}:{nonce}:{count}:{cnonce}:auth:{second}".encode())
            fields += [("qop", "auth"), ("nc", count), ("cnonce", _quoted(cnonce))]
        else:
            response = of(f"{first}:{nonce}:{second}".encode())
        fields.append(("response", _quoted(response)))
        if "algorithm" in said:
            fields.append(("algorithm", said["algorithm"]))
        if "opaque" in said:
            fields.append(("opaque", _quoted(said["opaque"])))
        return "Digest " + ", ".join(f"{name}={value}" for name, value in fields)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _in_quotes(text: str, position: int) -> bool:
    return text.count('"', 0, position) % 2 == 1
