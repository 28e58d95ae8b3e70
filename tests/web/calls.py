"""Every call that the OpenAPI document describes, with parameters made from its schemas.

Whoever adds a route adds nothing here: the sweep finds it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

SOCKET: Final = "WEBSOCKET"
GOOD: Final = {"to": "2026-11-23T11:00:00Z", "rule": "presence"}
"""Where any value of the type would do, but not for an answer with something in it."""
CAMERA_WORDS: Final = frozenset({"camera", "cameras"})
_TEXTS: Final = (
    "front",
    "one",
    "00000000-0000-7000-8000-000000000000",
    "2026-11-23T10:00:00Z",
    "1",
    "a long enough text",
)


@dataclass(frozen=True)
class Call:
    """One operation, and what it says of itself."""

    method: str
    path: str
    right: str | None
    roles: frozenset[str]
    camera: str | None  # path parameter, "found", or none
    by_token: bool
    parameters: tuple[Mapping[str, Any], ...] = field(repr=False)
    body: Mapping[str, Any] | None = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_open(self) -> bool:
        return self.right is None

    @property
    def changes(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH", "DELETE")

    @property
    def names_cameras(self) -> bool:
        """Whether any parameter, or the top of the body, is a camera."""
        named = {one["name"] for one in self.parameters}
        return bool(CAMERA_WORDS & (named | set(self._body_properties())))

    def url(self, camera: str, things: Mapping[str, str] = GOOD) -> str:
        """The path with dummy parameters; whatever is a camera is ``camera``."""
        path = self.path
        query: list[str] = []
        for one in self.parameters:
            is_camera = one["name"] in CAMERA_WORDS or one["name"] == self.camera
            value = camera if is_camera else things.get(one["name"]) or self.plain(one)
            if one["in"] == "path":
                path = re.sub(rf"\{{{one['name']}(:\w+)?\}}", value, path)
            elif one["in"] == "query" and (one.get("required") or is_camera):
                query.append(f"{one['name']}={value}")
        return path + ("?" + "&".join(query) if query else "")

    def plain(self, parameter: Mapping[str, Any]) -> str:
        """A good value of a parameter."""
        if parameter["name"] in CAMERA_WORDS or parameter["name"] == self.camera:
            return "front"
        return GOOD.get(parameter["name"]) or _text(self._sample(parameter["schema"]))

    def json(self, camera: str) -> Any:
        if self.body is None:
            return None
        made = self._sample(self.body)
        if isinstance(made, dict):
            for name, schema in self._body_properties().items():
                if name == "camera":
                    made[name] = camera
                elif name == "to":
                    made[name] = GOOD["to"]
                elif name == "cameras":
                    made[name] = [camera] if "array" in str(schema) else camera
        return made

    def _body_properties(self) -> Mapping[str, Any]:
        if self.body is None:
            return {}
        properties: Mapping[str, Any] = self._resolved(self.body).get("properties", {})
        return properties

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def _sample(self, schema: Mapping[str, Any]) -> Any:
        schema = self._resolved(schema)
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self._sample(next(s for s in schema[word] if s.get("type") != "null"))
        if "allOf" in schema:
            return self._sample(schema["allOf"][0])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object":
                return {
                    name: self._sample(one)
                    for name, one in schema.get("properties", {}).items()
                    if name in schema.get("required", ())
                }
            case "array":
                return [self._sample(schema.get("items", {}))] * max(1, schema.get("minItems", 0))
            case "integer" | "number":
                return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
            case "boolean":
                return True
        return _some_text(schema)


def calls_of(document: Mapping[str, Any]) -> list[Call]:
    """All of them, WebSockets too."""
    found = []
    for path, operations in document["paths"].items():
        for method, one in operations.items():
            content = one.get("requestBody", {}).get("content", {})
            found.append(
                _call(
                    document,
                    method.upper(),
                    path,
                    one,
                    content.get("application/json", {}).get("schema"),
                )
            )
    sockets = document["x-websockets"]
    return [*found, *(_call(document, SOCKET, one["path"], one, None) for one in sockets)]


def _call(
    document: Mapping[str, Any],
    method: str,
    path: str,
    one: Mapping[str, Any],
    body: Mapping[str, Any] | None,
) -> Call:
    roles = one["x-roles"]
    return Call(
        method=method,
        path=path,
        right=None if roles == "anybody" else one["x-required-right"],
        roles=frozenset() if roles == "anybody" else frozenset(roles),
        camera=one.get("x-camera"),
        by_token=one.get("x-by-token", False),
        parameters=tuple(one.get("parameters", ())),
        body=body,
        document=document,
    )


def _some_text(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "date-time":
        return "2026-11-23T10:00:00Z"
    pattern: str = schema.get("pattern", "")
    for text in _TEXTS:
        if len(text) < schema.get("minLength", 0):
            continue
        if len(text) > schema.get("maxLength", 1000):
            continue
        if re.search(pattern, text):
            return text
    shortest: int = schema.get("minLength", 1)
    return "x" * max(1, shortest)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value[0]) if isinstance(value, list) else str(value)
