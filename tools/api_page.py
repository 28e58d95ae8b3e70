"""The API for people: every route with who may use it; and its OpenAPI document for programs."""

import json
from typing import Any

from curtilage.web.guard.rights import RIGHTS, Right, Role
from curtilage.web.openapi import describe
from curtilage.web.routes import routers


def document() -> dict[str, Any]:
    """The OpenAPI document of all routes."""
    return describe([route for router in routers() for route in router.routes])


def openapi_text() -> str:
    """The same, as it is kept."""
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def api_page() -> str:
    """Every route: method, path, right, what it does."""
    told = document()
    text = (
        "# API\n\nAt `/api` of the control room's address; JSON, times in RFC 3339, coordinates as "
        "fractions of the picture. Whole description for programs: [openapi.json](openapi.json), "
        "or `GET /api/openapi.json`. Sign in by `POST /api/login` (a cookie; changes need the "
        "header `X-Curtilage` too) or send a token: `Authorization: Bearer …`. A camera that you "
        "do not see answers 404, as one that does not exist. More: "
        "[who may see what](../guide/access.md).\n\n## Rights\n\n"
    )
    text += _rights_table()
    by_tag: dict[str, list[str]] = {}
    for path, methods in told["paths"].items():
        for method, route in methods.items():
            row = _row(method.upper(), path, route)
            by_tag.setdefault(route["tags"][0], []).append(row)
    for tag, rows in by_tag.items():
        head = "| | path | right | |\n|---|---|---|---|\n"
        text += f"\n## {tag.capitalize()}\n\n{head}{''.join(rows)}"
    sockets = "".join(_row("WS", one["path"], one) for one in told["x-websockets"])
    return text + f"\n## WebSockets\n\n| | path | right | |\n|---|---|---|---|\n{sockets}"


def _rights_table() -> str:
    roles = list(Role)
    head = f"| right | {' | '.join(role.value for role in roles)} |\n"
    line = f"|---|{'---|' * len(roles)}\n"
    rows = [
        f"| `{right.value}` | {' | '.join('yes' if right in RIGHTS[r] else '' for r in roles)} |\n"
        for right in Right
    ]
    return head + line + "".join(rows)


def _row(method: str, path: str, route: dict[str, Any]) -> str:
    right = route["x-required-right"]
    who = "open to anybody" if right in (None, "none") else f"`{right}`"
    said = (route.get("description") or route.get("summary") or "").split("\n\n")[0]
    return f"| {method} | `{path}` | {who} | {' '.join(said.split())} |\n"
