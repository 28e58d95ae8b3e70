"""Questions in SOAP, and the faults among the answers (SOAP 1.2; WS-Security UsernameToken 1.0).

The password itself is never sent: what goes out is the SHA-1 of a nonce, the time and the password,
as the profile of the UsernameToken says. The time must be the camera's own, or it refuses.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from curtilage.ingest.onvif.markup import Node

_ENVELOPE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
    "<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)
_SECURITY: Final = (
    '<o:Security s:mustUnderstand="1" xmlns:o="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-wssecurity-secext-1.0.xsd" xmlns:u="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-wssecurity-utility-1.0.xsd"><o:UsernameToken>'
    "<o:Username>{user}</o:Username>"
    '<o:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-'
    'profile-1.0#PasswordDigest">{digest}</o:Password>'
    '<o:Nonce EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-'
    'security-1.0#Base64Binary">{nonce}</o:Nonce>'
    "<u:Created>{created}</u:Created></o:UsernameToken></o:Security>"
)
_UNAUTHORISED: Final = frozenset(
    {"NotAuthorized", "FailedAuthentication", "InvalidSecurity", "SenderNotAuthorized"}
)


@dataclass(frozen=True, slots=True)
class Login:
    """User and password. Its ``repr`` does not hold the password."""

    user: str
    password: str = field(repr=False)


def question(body: str, security: str = "") -> bytes:
    """An envelope around ``body``, which is XML."""
    return _ENVELOPE.format(header=security, body=body).encode()


def security(login: Login, nonce: bytes, at_s: float) -> str:
    """The header that says who asks.

    Args:
        login: Of the camera's user.
        nonce: 16 random bytes, never used before.
        at_s: UTC by the camera's clock.

    """
    created = datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return _SECURITY.format(
        user=escape(login.user),
        digest=password_digest(nonce, created, login.password),
        nonce=base64.b64encode(nonce).decode(),
        created=created,
    )


def password_digest(nonce: bytes, created: str, password: str) -> str:
    """What is sent instead of the password."""
    secret = nonce + created.encode() + password.encode()
    return base64.b64encode(hashlib.sha1(secret, usedforsecurity=False).digest()).decode()


@dataclass(frozen=True, slots=True)
class SoapFault:
    """The camera does not do as asked."""

    unauthorised: bool
    sentence: str  # its own words, cut


def fault_of(answer: Node) -> SoapFault | None:
    """The fault in an answer, if it is one."""
    fault = answer.first("Fault")
    if fault is None:
        return None
    codes = [node.text.strip().rpartition(":")[2] for node in fault.every("Value")]
    codes.append(fault.said("faultcode").rpartition(":")[2])
    said = fault.said("Reason") or fault.said("Reason", "Text") or fault.said("faultstring")
    return SoapFault(not _UNAUTHORISED.isdisjoint(codes), said[:200] or "no reason given")
