"""Proof of a password as cameras want it: Basic and Digest (RFC 7617, RFC 2617, RFC 7616)."""

import hashlib
import re
import secrets
from base64 import b64decode
from dataclasses import dataclass, field

REALM = "Test camera"
_PAIR = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


@dataclass(frozen=True)
class Account:
    """Who may watch, and which ways of proving it are offered, best first."""

    user: str = "admin"
    password: str = "s3cret:@/#"  # noqa: S105 (a test camera's)
    ways: tuple[str, ...] = ("digest",)  # of "digest", "digest-sha256", "basic"
    qop: bool = False  # RFC 2617's quality of protection; most cameras do without
    nonces: set[str] = field(default_factory=set, compare=False)

    def challenges(self, stale: bool = False) -> list[str]:
        """Values of WWW-Authenticate, with a nonce that holds from now on."""
        nonce = secrets.token_hex(16)
        self.nonces.add(nonce)
        out = []
        for way in self.ways:
            if way == "basic":
                out.append(f'Basic realm="{REALM}"')
                continue
            algorithm = ", algorithm=SHA-256" if way == "digest-sha256" else ""
            qop = ', qop="auth"' if self.qop else ""
            old = ", stale=true" if stale else ""
            out.append(f'Digest realm="{REALM}", nonce="{nonce}"{algorithm}{qop}{old}')
        return out

    def accepts(self, method: str, authorization: str) -> bool:
        """Whether the header proves the password."""
        scheme, _, rest = authorization.partition(" ")
        if scheme.lower() == "basic":
            return "basic" in self.ways and _plain(rest) == f"{self.user}:{self.password}"
        if scheme.lower() != "digest":
            return False
        given = {name: quoted or bare for name, quoted, bare in _PAIR.findall(rest)}
        return self._digest_holds(method, given)

    def _digest_holds(self, method: str, given: dict[str, str]) -> bool:
        algorithm = given.get("algorithm", "MD5").upper()
        way = {"MD5": "digest", "SHA-256": "digest-sha256"}.get(algorithm, "")
        if way not in self.ways or given.get("nonce") not in self.nonces:
            return False

        def hashed(text: str) -> str:
            made = hashlib.sha256 if way == "digest-sha256" else hashlib.md5
            return made(text.encode()).hexdigest()

        who = hashed(f"{self.user}:{REALM}:{self.password}")
        what = hashed(f"{method}:{given.get('uri', '')}")
        if "qop" in given:
            counted = f"{given.get('nc', '')}:{given.get('cnonce', '')}:{given['qop']}"
            expected = hashed(f"{who}:{given['nonce']}:{counted}:{what}")
        else:
            expected = hashed(f"{who}:{given['nonce']}:{what}")
        return given.get("username") == self.user and secrets.compare_digest(
            given.get("response", ""), expected
        )


def _plain(token: str) -> str:
    try:
        return b64decode(token, validate=True).decode()
    except ValueError:
        return ""
