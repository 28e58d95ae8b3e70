"""The files of the control room: what a browser needs before anybody has signed in, and no data.

They are built from ``web/`` (``build_pages``). Each file of the folder is one exact route, listed
when the app is made: a path in a request never becomes a path on the disk.
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER: Final = Path(__file__).parent / "built"
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
_START: Final = "index.html"
_NAMED_BY_CONTENT: Final = "assets/"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SMALL: Final = 512  # bytes; less is not worth compressing
_PACKED: Final = frozenset({".png", ".woff2"})
_UNBUILT: Final = (
    b"<!doctype html><html lang=en><meta charset=utf-8><title>Curtilage</title>"
    b"<p>The control room's pages are not built: run <code>python -m build_pages</code> in the "
    b"sources, or install the package. The API under /api works."
)
_MARK: Final = "mark.svg"


class PageFile(Route):
    """One file of the pages; the only routes besides the guarded ones."""


def page_files(folder: Path = FOLDER) -> list[PageFile]:
    """A route for each file: ``index.html`` is ``/``, others are ``/`` and their name.

    Browsers ask for ``/favicon.ico`` of any document that names no icon (an answer as JSON, a
    picture), so the mark answers there too. Pages that were not built say so.
    """
    found = sorted(path for path in folder.rglob("*") if path.suffix in TYPES and path.is_file())
    files = [_route(path, path.relative_to(folder).as_posix()) for path in found]
    mark = folder / _MARK
    if mark.is_file():
        files.append(_route(mark, "favicon.ico"))
    if not (folder / _START).is_file():
        files.append(_answering("/", _UNBUILT, TYPES[".html"], "no-cache", is_packed=True))
    return files


def _route(path: Path, name: str) -> PageFile:
    # Vite names what lies in assets by its content; the others are asked for again each time.
    kept = _FOR_EVER if name.startswith(_NAMED_BY_CONTENT) else "no-cache"
    address = "/" if name == _START else f"/{name}"
    is_packed = path.suffix in _PACKED
    return _answering(address, path.read_bytes(), TYPES[path.suffix], kept, is_packed=is_packed)


def _answering(address: str, body: bytes, kind: str, kept: str, *, is_packed: bool) -> PageFile:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    small = None if is_packed or len(body) < _SMALL else _compressed(body)
    headers = {"content-type": kind, "etag": tag, "cache-control": kept, "vary": "accept-encoding"}

    async def serve(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"etag": tag})
        if small is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(small, headers=headers | {"content-encoding": "gzip"})
        return Response(body, headers=headers)

    return PageFile(address, serve, methods=["GET"])


@cache
def _compressed(body: bytes) -> bytes:
    """Once for all apps of a process: it takes longer than all else in the making of an app."""
    return gzip.compress(body, mtime=0)
