"""The description of every route, WebSockets too, with who may use it (OpenAPI 3.1)."""

from typing import Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, APIWebSocketRoute
from pydantic import TypeAdapter
from starlette.routing import BaseRoute

from curtilage import __version__
from curtilage.web.guard.checked import Checked


def describe(routes: list[BaseRoute]) -> dict[str, Any]:
    """The OpenAPI document; ``x-websockets`` lists what OpenAPI has no word for."""
    document: dict[str, Any] = get_openapi(
        title="Curtilage",
        version=__version__,
        routes=[route for route in routes if isinstance(route, APIRoute)],
    )
    document["x-websockets"] = [
        _socket(route) for route in routes if isinstance(route, APIWebSocketRoute)
    ]
    return document


def _socket(route: APIWebSocketRoute) -> dict[str, Any]:
    assert isinstance(route.app, Checked)  # noqa: S101 - there is no other way to make one
    parameters = [
        {
            "name": field.alias,
            "in": place,
            "required": field.field_info.is_required(),
            "schema": _schema(field.field_info.annotation),
        }
        for place, fields in (
            ("path", route.dependant.path_params),
            ("query", route.dependant.query_params),
        )
        for field in fields
    ]
    return {
        "path": route.path,
        "summary": (route.endpoint.__doc__ or "").strip().partition("\n")[0],
        "parameters": parameters,
        **route.app.declaration.described(),
    }


def _schema(annotation: Any) -> dict[str, Any]:
    return TypeAdapter(annotation).json_schema()
