"""Where a camera is, as the owner writes it, with the password kept out of every message."""

import os
import re
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

SCHEMES = {
    "rtsp": "a network camera",
    "rtsps": "a network camera over TLS",
    "http": "a camera that sends MJPEG",
    "https": "a camera that sends MJPEG over TLS",
    "file": "a video file or a folder of them, played as a camera",
    "v4l2": "a camera at this machine's USB",
}
HIDDEN = "***"
SECRET_WORDS = ("pass", "pwd", "token", "key", "auth", "secret")
IN_PATH = re.compile(rf"(?i)(\w*?(?:{'|'.join(SECRET_WORDS)})[a-z]*)=([^&_/;]+)")
"""Recorders of one family take the password in the path: ``/user=admin_password=…_channel=1``."""


class Address:
    """A camera's URL. ``str()`` and ``repr()`` never hold the password; ``secret`` does.

    Raises:
        ValueError: the text is no address of a camera; the sentence says what would be right,
            without repeating the text (it may hold a password).

    """

    __slots__ = ("_parts",)

    def __init__(self, text: str) -> None:
        try:
            parts = urlsplit(text.strip())
            _ = parts.port
        except ValueError:
            raise ValueError(
                "is no address of a camera; write it as in 'rtsp://user:password@192.0.2.7:554/path'"
                " (characters like @ : / # in a password as %40 %3A %2F %23)"
            ) from None
        if not parts.scheme and parts.path.startswith("/"):
            parts = parts._replace(scheme="v4l2" if parts.path.startswith("/dev/") else "file")
        if parts.scheme not in SCHEMES:
            known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
            raise ValueError(f"is no address of a camera; it must begin with one of {known}")
        if parts.scheme in ("file", "v4l2"):
            if parts.netloc or not parts.path.startswith("/"):
                raise ValueError(f"must be a whole path, as in '{parts.scheme}:///path/of/it'")
        elif not parts.hostname:
            raise ValueError(
                f"names no host; write it as in '{parts.scheme}://user:password@192.0.2.7/path'"
            )
        self._parts = parts

    @property
    def scheme(self) -> str:
        """One of ``SCHEMES``."""
        return self._parts.scheme

    @property
    def host(self) -> str:
        """Name or number of the host; empty for files and USB."""
        return self._parts.hostname or ""

    @property
    def port(self) -> int | None:
        """The port, or None when the scheme's own is meant."""
        return self._parts.port

    @property
    def path(self) -> str:
        """Path of the file or device, or path of the URL as it was written."""
        if self.scheme in ("file", "v4l2"):
            return unquote(self._parts.path)
        return self._parts.path

    @property
    def user(self) -> str | None:
        """The user's name, decoded."""
        return unquote(self._parts.username) if self._parts.username is not None else None

    @property
    def password(self) -> str | None:
        """The password, decoded. Never for a message."""
        return unquote(self._parts.password) if self._parts.password is not None else None

    @property
    def secret(self) -> str:
        """The whole URL, with the password. Never for a message."""
        return urlunsplit(self._parts)

    @property
    def bare(self) -> str:
        """The URL without user and password, as it goes into requests."""
        return urlunsplit(self._parts._replace(netloc=self._host_and_port()))

    def redact(self, message: str) -> str:
        """``message`` (of a library, of the system) with this address's secrets taken out."""
        for secret in self._secrets():
            message = message.replace(secret, HIDDEN)
        return message

    def _secrets(self) -> list[str]:
        """Every spelling of the password and of query values (many cameras take it there)."""
        found = {self._parts.password or "", self.password or ""}
        found |= {
            value for pair in self._parts.query.split("&") for value in [pair.partition("=")[2]]
        }
        found |= {match[2] for match in IN_PATH.finditer(self._parts.path)}
        return sorted((s for s in found if len(s) >= 3), key=len, reverse=True)

    def _host_and_port(self) -> str:
        host = self.host
        host = f"[{host}]" if ":" in host else host
        return f"{host}:{self.port}" if self.port is not None else host

    def _shown(self) -> SplitResult:
        netloc = self._host_and_port() if self.host else ""
        if self._parts.username is not None:
            netloc = f"{self._parts.username}:{HIDDEN}@{netloc}"
        query = "&".join(
            f"{key}={HIDDEN}" if _is_secret(key) else f"{key}{equals}{value}"
            for pair in self._parts.query.split("&")
            if pair
            for key, equals, value in [pair.partition("=")]
        )
        path = IN_PATH.sub(rf"\1={HIDDEN}", self._parts.path)
        return self._parts._replace(netloc=netloc, path=path, query=query)

    def __str__(self) -> str:
        shown = self._shown()
        return urlunsplit(shown) if shown.netloc else f"{shown.scheme}://{shown.path}"

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Address) and self.secret == other.secret

    def __hash__(self) -> int:
        return hash(self.secret)

    @classmethod
    def of_path(cls, path: str | os.PathLike[str]) -> Self:
        """The address of a file or folder."""
        from pathlib import Path

        return cls(Path(path).resolve().as_uri())


def _is_secret(key: str) -> bool:
    return any(word in key.lower() for word in SECRET_WORDS)
