"""Passwords of a site kept out of its log: of cameras, and of the database."""

from curtilage.config.redact import without_passwords
from curtilage.config.site import SiteSettings


class Redaction:
    """Takes the passwords of a site's addresses out of a text."""

    def __init__(self, site: SiteSettings) -> None:
        self.take(site)

    def take(self, site: SiteSettings) -> None:
        """The addresses of other settings; those of the ones before may still be said."""
        before = getattr(self, "_addresses", ())
        now = [stream.url for camera in site.cameras for stream in camera.all_streams]
        self._addresses = tuple(dict.fromkeys([*now, *before]))[: 2 * len(now) + 20]

    def __call__(self, text: str) -> str:
        """``text`` as it may be shown."""
        for address in self._addresses:
            text = address.redact(text)
        return without_passwords(text)
