"""How routes are made: ``Guarded`` is the only way, and none can be made without saying who may.

    router = Guarded("/api/cameras", tags=["cameras"])

    @router.get("/{camera}/events", needs=Right.FINDINGS, camera="camera")
    def events(context: Context, who: Who, camera: str) -> list[EventOut]: ...

The route is wrapped in ``Checked``, and its declaration stands in the OpenAPI file.
"""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.requests import HTTPConnection

from curtilage.web.guard.checked import Checked
from curtilage.web.guard.declaration import BODY_BYTES, OPEN, CameraOf, Declaration
from curtilage.web.guard.principal import Principal
from curtilage.web.guard.rights import Right

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_CAMERA: Final = re.compile(r"\{camera(:\w+)?\}")
_OPEN_BODY_BYTES: Final = 8 << 10


class DeclarationError(Exception):
    """A route is declared wrongly: a mistake of ours, found when the app is made."""


class Guarded:
    """Routes under one prefix. ``routes`` goes into the app."""

    def __init__(self, prefix: str, tags: Sequence[str]) -> None:
        self.prefix = prefix
        self.tags = list(tags)
        self.routes: list[APIRoute | APIWebSocketRoute] = []

    def get(
        self, path: str, *, needs: Right, camera: str | CameraOf | None = None, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Declares a GET route; ``options`` as FastAPI's."""
        return self._add("GET", path, _declared(needs, camera, options), options)

    def post(
        self, path: str, *, needs: Right, camera: str | CameraOf | None = None, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Declares a POST route."""
        return self._add("POST", path, _declared(needs, camera, options), options)

    def put(
        self, path: str, *, needs: Right, camera: str | CameraOf | None = None, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Declares a PUT route."""
        return self._add("PUT", path, _declared(needs, camera, options), options)

    def patch(
        self, path: str, *, needs: Right, camera: str | CameraOf | None = None, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Declares a PATCH route."""
        return self._add("PATCH", path, _declared(needs, camera, options), options)

    def delete(
        self, path: str, *, needs: Right, camera: str | CameraOf | None = None, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Declares a DELETE route."""
        return self._add("DELETE", path, _declared(needs, camera, options), options)

    def websocket(
        self, path: str, *, needs: Right, camera: str | CameraOf | None = None
    ) -> Callable[[Endpoint], Endpoint]:
        """Declares a WebSocket."""
        declaration = Declaration(needs, camera)
        whole = self.prefix + path
        _must_name_its_camera(whole, declaration)

        def added(endpoint: Endpoint) -> Endpoint:
            route = APIWebSocketRoute(whole, endpoint)
            route.app = Checked(declaration, route.app)
            self.routes.append(route)
            return endpoint

        return added

    def open(self, method: str, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """Declares one of the few routes that answer anybody (``declaration.OPEN``)."""
        if (method, self.prefix + path) not in OPEN:
            raise DeclarationError(f"{method} {self.prefix + path} may not be open to anybody")
        return self._add(method, path, Declaration(None, None, _OPEN_BODY_BYTES), options)

    def _add(
        self, method: str, path: str, declaration: Declaration, options: dict[str, Any]
    ) -> Callable[[Endpoint], Endpoint]:
        whole = self.prefix + path
        _must_name_its_camera(whole, declaration)

        def added(endpoint: Endpoint) -> Endpoint:
            route = APIRoute(
                whole,
                endpoint,
                methods=[method],
                tags=list(self.tags),
                openapi_extra=declaration.described() | options.pop("openapi_extra", {}),
                **options,
            )
            route.app = Checked(declaration, route.app)
            self.routes.append(route)
            return endpoint

        return added


def _declared(needs: Right, camera: str | CameraOf | None, options: dict[str, Any]) -> Declaration:
    return Declaration(
        needs, camera, options.pop("body_bytes", BODY_BYTES), options.pop("stays_open", False)
    )


def _must_name_its_camera(path: str, declaration: Declaration) -> None:
    named = declaration.camera
    if isinstance(named, str) and re.search(rf"\{{{named}(:\w+)?\}}", path) is None:
        raise DeclarationError(f"{path} names no {named!r}, by which its camera would be known")
    if named is None and _CAMERA.search(path):
        raise DeclarationError(f"{path} has a camera in it; declare camera='camera'")


def _principal_of(connection: HTTPConnection) -> Principal:
    principal = connection.scope["state"]["principal"]
    assert isinstance(principal, Principal)  # noqa: S101 - tells the type, nothing else
    return principal


Who = Annotated[Principal, Depends(_principal_of)]
"""For the signature of a route: ``def route(who: Who)``."""
