"""The site's own certificate authority, and the certificate that the web shows (RFC 5280).

A browser that was told to trust the authority trusts it for this site's names and for addresses
of private networks only (name constraints): a stolen key cannot pretend to be a bank. Pure: time
and names are arguments, files are ``tls/files.py``'s.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_FOR: Final = timedelta(days=3650)
LEAF_FOR: Final = timedelta(days=90)
RENEWED_BEFORE: Final = timedelta(days=30)
_EARLIER: Final = timedelta(days=1)
"""A phone whose clock is a little behind must not find the certificate too young."""

_LOCAL_DOMAINS: Final = ("localhost", "local", "lan", "internal", "home.arpa")
_PRIVATE: Final = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def new_authority(names: Iterable[str], now: datetime) -> Pair:
    """An authority that can speak for ``names``, local domains and private addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _called("Curtilage of this site")
    domains, networks = _permitted(names)
    permitted: list[x509.GeneralName] = [x509.DNSName(domain) for domain in domains]
    permitted += [x509.IPAddress(network) for network in networks]
    certificate = (
        _builder(subject, subject, key, now, AUTHORITY_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Pair(certificate, key)


def new_leaf(authority: Pair, names: Iterable[str], now: datetime) -> Pair:
    """A certificate for ``names`` (and addresses), signed by ``authority``."""
    key = ec.generate_private_key(ec.SECP256R1())
    wanted = sorted(set(names))
    alternatives = x509.SubjectAlternativeName([_general(name) for name in wanted])
    issuer = authority.certificate
    lasts = min(now + LEAF_FOR, issuer.not_valid_after_utc) - now
    certificate = (
        _builder(_called("Curtilage"), issuer.subject, key, now, lasts, issuer=authority.key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(alternatives, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Pair(certificate, key)


def covers(authority: x509.Certificate, names: Iterable[str]) -> bool:
    """Whether ``authority`` may speak for all ``names``."""
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    domains, networks = set(), []
    for one in constraints.permitted_subtrees or ():
        if isinstance(one, x509.DNSName):
            domains.add(one.value)
        elif isinstance(one, x509.IPAddress) and isinstance(one.value, Network):
            networks.append(one.value)
    return all(_is_within(name, domains, networks) for name in names)


def is_fresh(certificate: x509.Certificate, names: Iterable[str], now: datetime) -> bool:
    """Whether the leaf is for exactly ``names`` and not due to be renewed."""
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        return False
    if certificate.not_valid_after_utc - now < RENEWED_BEFORE:
        return False
    given = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    have = {str(one.value) for one in given}
    return have == {str(_general(name).value) for name in names}


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as browsers show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _permitted(names: Iterable[str]) -> tuple[list[str], list[Network]]:
    domains, networks = list(_LOCAL_DOMAINS), [ipaddress.ip_network(one) for one in _PRIVATE]
    for name in sorted(set(names)):
        if _is_within(name, set(domains), networks):
            continue
        address = _address(name)
        if address is None:
            domains.append(name)
        else:
            networks.append(ipaddress.ip_network(address))
    return domains, networks


def _is_within(name: str, domains: set[str], networks: list[Network]) -> bool:
    address = _address(name)
    if address is not None:
        return any(address in network for network in networks)
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None


def _general(name: str) -> x509.DNSName | x509.IPAddress:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name,
    issuer_name: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    lasts: timedelta,
    *,
    issuer: ec.EllipticCurvePrivateKey | None = None,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer or key).public_key()),
            critical=False,
        )
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
