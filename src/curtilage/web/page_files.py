"""The files of the pages: what a browser needs before anybody has signed in; no data is in them.

Each file of the folder is one exact route, listed when the app is made: a path in a request never
becomes a path on the disk.
"""

import hashlib
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER: Final = Path(__file__).parent / "pages"
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
_START: Final = "index.html"
_MARK: Final = "mark.svg"


class PageFile(Route):
    """One file of the pages; the only routes besides the guarded ones."""


def page_files(folder: Path = FOLDER) -> list[PageFile]:
    """A route for each file: ``index.html`` is ``/``, others are ``/`` and their name.

    Browsers ask for ``/favicon.ico`` of any document that names no icon (an answer as JSON, a
    picture), so the mark answers there too.
    """
    found = sorted(path for path in folder.rglob("*") if path.suffix in TYPES and path.is_file())
    files = [_route(path, path.relative_to(folder).as_posix()) for path in found]
    mark = folder / _MARK
    return [*files, _route(mark, "favicon.ico")] if mark.is_file() else files


def _route(path: Path, name: str) -> PageFile:
    body = path.read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"content-type": TYPES[path.suffix], "etag": tag, "cache-control": "no-cache"}

    async def serve(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"etag": tag})
        return Response(body, headers=headers)

    return PageFile("/" if name == _START else f"/{name}", serve, methods=["GET"])
