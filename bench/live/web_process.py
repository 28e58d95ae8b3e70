"""The web of a site in a process of its own: ``SETTINGS``; prints port and cookie, ends with stdin.

``SETTINGS`` is JSON. The one who is signed in is an administrator.
"""

import json
import sys
from pathlib import Path

from curtilage.config.site import SiteSettings
from tests.web.live.site import web


def main(settings: str) -> None:
    """Serve until standard input ends."""
    site = SiteSettings.model_validate_json(Path(settings).read_text(encoding="utf-8"))
    with web(site) as served:
        served.set_up()
        print(json.dumps({"port": served.port, "cookie": served.cookie}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
