"""Where a camera is, as the owner writes it, with the password kept out of every message."""

import re
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urlsplit, urlunsplit

SCHEMES = {
    "rtsp": "a network camera",
    "rtsps": "a network camera over TLS",
    "http": "a camera that sends MJPEG",
    "https": "a camera that sends MJPEG over TLS",
    "file": "a video file or a folder of them, played as a camera",
    "v4l2": "a camera at this machine's USB",
}
HIDDEN = "***"
ENCODE = "characters like @ : / # ? in a password as %40 %3A %2F %23 %3F"
HARMLESS = re.compile(
    r"(?i)cam|camera|ch|channel|channelno|id|unicast|proto|transport|transport_?mode|profile"
    r"|stream|stream_?type|streamid|real_stream|subtype|track|trackid|type|codec|videocodec|video"
    r"|audio|resolution|size|width|height|fps|framerate|compression|quality|bitrate|rotation"
    r"|format|action|user|username"
)
"""Keys of a query or a path that may be shown with a plain value; all else may be a password."""
PLAIN = re.compile(r"[\w.-]{0,32}")
TELLING = re.compile(r"(?i)(?=[a-z_]{2,12}$).*(pas|psw|pw|token|key|auth|secret)")
"""Keys of these names are shown, their values are not; of any other pair nothing is shown."""
PAIR = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9]*)([=:])(.*?)(?=[_&;,/?][A-Za-z][A-Za-z0-9]*[=:]|$)"
)
"""Recorders of one family take the password in the path: ``/user=admin_password=…_channel=1``."""


class Address:
    """A camera's URL. ``str()`` and ``repr()`` never hold the password; ``secret`` does.

    Raises:
        ValueError: the text is no address of a camera; the sentence says what would be right,
            without repeating the text (it may hold a password).

    """

    __slots__ = ("_parts",)

    def __init__(self, text: str) -> None:
        text = text.strip()
        try:
            parts = _of_path(text) if text.startswith("/") else urlsplit(text)
            _ = parts.port
        except ValueError:
            raise ValueError(
                "is no address of a camera; write it as in "
                f"'rtsp://user:password@192.0.2.7:554/path' ({ENCODE})"
            ) from None
        if parts.scheme not in SCHEMES:
            known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
            raise ValueError(f"is no address of a camera; it must begin with one of {known}")
        if parts.scheme in ("file", "v4l2"):
            if parts.netloc or parts.query or parts.fragment or not parts.path.startswith("/"):
                raise ValueError(
                    f"must be a whole path, as in '{parts.scheme}:///path/of/it' "
                    "(# and ? as %23 and %3F)"
                )
        elif not parts.hostname:
            raise ValueError(
                f"names no host; write it as in '{parts.scheme}://user:password@192.0.2.7/path'"
            )
        elif _is_torn(parts):
            raise ValueError(
                f"is no address of a camera; write it as in '{parts.scheme}://user:password@"
                f"192.0.2.7:554/path' ({ENCODE}, and so anywhere in the address)"
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
        for whole in (self.secret, self.bare):
            message = message.replace(whole, str(self))
        if self._parts.password:
            message = message.replace(f":{self._parts.password}@", f":{HIDDEN}@")
        return self._without_secrets(message)

    @property
    def shown_path(self) -> str:
        """The path as it may stand in a message: some cameras take the password in it."""
        if self.scheme in ("file", "v4l2"):
            return self.path
        return self._without_secrets(_pairs_hidden(self._parts.path))

    def _without_secrets(self, message: str) -> str:
        for secret in self._secrets():
            message = message.replace(secret, HIDDEN)
        return message

    def _secrets(self) -> list[str]:
        """Every spelling of the password and of what is not shown of path and query.

        One or two characters are in every word; they are hidden only where the address stands.
        """
        found = {self._parts.password or "", self.password or ""}
        for pair in _query_pairs(self._parts.query):
            if not _is_harmless(*pair):
                found.add(pair[1] or pair[0])
        for match in PAIR.finditer(self._parts.path if self.host else ""):
            if not _is_harmless(match[1], match[3]):
                found.add(match[3])
        for given in list(found):
            found |= {unquote(given), unquote_plus(given), quote(unquote(given), safe="")}
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
            _pair_shown(key, "=", value) for key, value in _query_pairs(self._parts.query)
        )
        return self._parts._replace(
            netloc=netloc, path=self.shown_path, query=self._without_secrets(query)
        )

    def __str__(self) -> str:
        shown = self._shown()
        return urlunsplit(shown) if shown.netloc else f"{shown.scheme}://{shown.path}"

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Address) and self.secret == other.secret

    def __hash__(self) -> int:
        return hash(self.secret)


def _of_path(path: str) -> SplitResult:
    """A path as it is: in a file's name neither # nor ? nor % mean anything."""
    scheme = "v4l2" if path.startswith("/dev/") else "file"
    return SplitResult(scheme, "", quote(path), "", "")


def _is_torn(parts: SplitResult) -> bool:
    """Whether a password that was not encoded was cut in two, its half taken for the host."""
    name = unquote(parts.username or "")
    return bool(parts.fragment) or "@" in parts.path + parts.query or ":" in name


def _query_pairs(query: str) -> list[tuple[str, str]]:
    pairs = [pair.partition("=") for pair in re.split("[&;?]", query) if pair]
    return [(key, value) for key, _, value in pairs]


def _pairs_hidden(path: str) -> str:
    return PAIR.sub(lambda match: _pair_shown(match[1], match[2], match[3]), path)


def _pair_shown(key: str, equals: str, value: str) -> str:
    if _is_harmless(key, value):
        return f"{key}{equals}{value}"
    if TELLING.match(key):
        return f"{key}{equals}{HIDDEN}"
    return HIDDEN


def _is_harmless(key: str, value: str) -> bool:
    return HARMLESS.fullmatch(key) is not None and PLAIN.fullmatch(value) is not None
