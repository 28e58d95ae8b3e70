"""Settings as they may be shown: addresses without passwords, line for line."""

import re

from curtilage.config.address import HIDDEN, Address

URL = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>]+""")
SECRET_KEY = re.compile(r"""^(\s*(?:#+\s*)?(?:-\s+)?(?:url|database)\s*:\s+)(.*?)(\s*)$""")


def without_passwords(text: str) -> str:
    """Every address in ``text`` with its password hidden, whatever else the text is."""
    return URL.sub(lambda match: _shown(match[0]), text)


def shown_settings(text: str) -> str:
    """A settings file for the screen: as many lines, none with a password.

    Also for files that are no YAML: what stands behind ``url:`` and ``database:`` is hidden as a
    whole where it is not read as an address.
    """
    return "\n".join(_shown_line(line) for line in text.split("\n"))


def _shown_line(line: str) -> str:
    found = SECRET_KEY.match(line)
    if found is None:
        return without_passwords(line)
    head, value, tail = found.groups()
    bare = value.strip("\"'")
    if not bare or bare in ("null", "~") or bare.startswith("#"):
        return line
    shown = without_passwords(value)
    whole = URL.fullmatch(bare.split(" #")[0].strip().strip("\"'")) is not None
    return head + (shown if whole else HIDDEN) + tail


def _shown(url: str) -> str:
    closing = ""
    while url and url[-1] in ",;)}]":
        url, closing = url[:-1], url[-1] + closing
    try:
        return str(Address(url)) + closing
    except ValueError:
        pass
    scheme, _, rest = url.partition("://")
    secrets, at, host = rest.rpartition("@")
    if not at and "?" not in rest:
        return url + closing
    user = f"{secrets.split(':')[0]}:" if ":" in secrets else ""
    query = f"?{HIDDEN}" if "?" in host else ""
    who = f"{user}{HIDDEN}@" if at else ""
    return f"{scheme}://{who}{host.split('?')[0]}{query}{closing}"
