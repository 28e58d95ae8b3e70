"""The app: every route behind its declaration, every answer behind the door.

``create_app`` refuses (``DeclarationError``) a route that was made past ``Guarded``.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.responses import Response
from starlette.routing import BaseRoute

from curtilage import __version__
from curtilage.web.context import WebContext
from curtilage.web.errors import speak_plainly
from curtilage.web.guard.checked import Checked
from curtilage.web.guard.door import Door
from curtilage.web.guard.rights import Right
from curtilage.web.guard.routes import DeclarationError, Guarded
from curtilage.web.openapi import describe
from curtilage.web.page_files import PageFile, page_files
from curtilage.web.routes import routers


def create_app(context: WebContext, more: Iterable[Guarded] = ()) -> FastAPI:
    """The app of ``context``; ``more`` are routers besides those of ``web/routes.py``."""
    app = FastAPI(
        title="Curtilage",
        version=__version__,
        openapi_url=None,  # our own route has it, behind a sign-in
        docs_url=None,  # FastAPI's would load scripts from another host
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.context = context
    app.add_middleware(Door)
    speak_plainly(app)
    for router in (*routers(), _description(app), *more):
        app.router.routes.extend(router.routes)
    app.router.routes.extend(page_files())
    for route in app.router.routes:
        must_be_guarded(route)
    return app


def must_be_guarded(route: BaseRoute) -> None:
    """Raises ``DeclarationError`` for a route that nobody declared."""
    if isinstance(route, PageFile):
        return
    if isinstance(route, APIRoute | APIWebSocketRoute) and isinstance(route.app, Checked):
        return
    raise DeclarationError(f"{route} was made past Guarded: nobody says who may use it")


def _description(app: FastAPI) -> Guarded:
    router = Guarded("/api", tags=["site"])
    described = cache(lambda: json.dumps(describe(app.router.routes)).encode())

    @router.get("/openapi.json", needs=Right.SIGNED_IN, response_model=dict[str, Any])
    def openapi() -> Response:
        """This description: every route, and who may use it."""
        return Response(described(), media_type="application/json")

    return router
