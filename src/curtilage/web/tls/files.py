"""The authority and the certificate as files of the state folder, renewed when they are due."""

import contextlib
import os
import ssl
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from curtilage.errors import InputError
from curtilage.web.tls.authority import Pair, covers, is_fresh, new_authority, new_leaf

FOLDER: Final = "tls"
AUTHORITY: Final = "authority.pem"
_AUTHORITY_KEY: Final = "authority.key"
_BOTH: Final = "web.pem"
"""Certificate and key of the web in one file: they cannot be of two different renewals."""


_NO_USE: Final = (OSError, ValueError, x509.ExtensionNotFound, InvalidSignature)
"""Missing, rubbish, not ours, or of another authority: a new one is made."""


class TlsError(InputError):
    """The certificates cannot be made or read; ``str(error)`` says which and why."""


class Certificates:
    """The certificates of one site.

    Args:
        state: The site's state folder; they live in ``tls/`` of it, readable by nobody else.

    """

    def __init__(self, state: Path) -> None:
        self._folder = state / FOLDER

    @property
    def authority_file(self) -> Path:
        """What a browser or phone is told to trust."""
        return self._folder / AUTHORITY

    def authority(self) -> x509.Certificate:
        """The authority's certificate. Raises ``TlsError`` if there is none."""
        return self._read_authority().certificate

    def renew(self, names: Iterable[str], now: datetime) -> bool:
        """Makes what is missing or due; True if the web's certificate is a new one."""
        wanted = sorted(set(names))
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            authority = self._fitting_authority(wanted, now)
            with contextlib.suppress(*_NO_USE):
                leaf = x509.load_pem_x509_certificate((self._folder / _BOTH).read_bytes())
                leaf.verify_directly_issued_by(authority.certificate)
                if is_fresh(leaf, wanted, now):
                    return False
            self._write(_BOTH, _pem(new_leaf(authority, wanted, now)))
        except OSError as error:
            raise TlsError(
                f"The certificates in {self._folder} cannot be written ({error.strerror})."
            ) from error
        return True

    def load_into(self, context: ssl.SSLContext) -> None:
        """Lets new connections of ``context`` show the present certificate."""
        try:
            context.load_cert_chain(self._folder / _BOTH)
        except (OSError, ssl.SSLError) as error:
            raise TlsError(
                f"The certificate {self._folder / _BOTH} cannot be read ({error})."
            ) from error

    def _fitting_authority(self, names: list[str], now: datetime) -> Pair:
        """The one there is, unless it is none, ends soon or may not speak for a new name."""
        if self.authority_file.exists():
            found = self._read_authority()
            ends = found.certificate.not_valid_after_utc
            if now < ends and covers(found.certificate, names):
                return found
            stamp = now.strftime("%Y%m%d-%H%M%S")
            self.authority_file.replace(self._folder / f"authority-until-{stamp}.pem")
        made = new_authority(names, now)
        self._write(_AUTHORITY_KEY, _key_pem(made.key))
        self._write(AUTHORITY, made.certificate.public_bytes(serialization.Encoding.PEM))
        return made

    def _read_authority(self) -> Pair:
        try:
            certificate = x509.load_pem_x509_certificate(self.authority_file.read_bytes())
            key = serialization.load_pem_private_key(
                (self._folder / _AUTHORITY_KEY).read_bytes(), None
            )
        except (OSError, ValueError, TypeError) as error:
            raise TlsError(
                f"The authority in {self._folder} cannot be read ({error}); move that folder away "
                "and a new one is made, which browsers must be told to trust again."
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or (
            key.public_key() != certificate.public_key()
        ):
            raise TlsError(
                f"The authority in {self._folder} and its key do not belong together; move that "
                "folder away and a new one is made."
            )
        return Pair(certificate, key)

    def _write(self, name: str, content: bytes) -> None:
        """All or nothing, on the disk, readable by us alone (``mkstemp`` makes it so)."""
        descriptor, path = tempfile.mkstemp(dir=self._folder, prefix=f".{name}-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(path).replace(self._folder / name)
        except BaseException:
            Path(path).unlink(missing_ok=True)
            raise


def _pem(pair: Pair) -> bytes:
    return pair.certificate.public_bytes(serialization.Encoding.PEM) + _key_pem(pair.key)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
