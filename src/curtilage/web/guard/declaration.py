"""What a route needs, written once where the route is; from it come both the check and the docs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from curtilage.web.context import WebContext
from curtilage.web.guard.principal import Principal
from curtilage.web.guard.rights import TOKEN_RIGHTS, Right, roles_with

BODY_BYTES: Final = 1 << 20

CameraOf: TypeAlias = Callable[[WebContext, Mapping[str, str]], str | None]
"""Finds the camera of a route's thing (an event, an export) from its path; None: no such thing."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """Who may use a route."""

    needs: Right | None  # None: anybody at all; only `OPEN` may
    camera: str | CameraOf | None  # path parameter that names it, or how to find it
    body_bytes: int = BODY_BYTES
    stays_open: bool = False  # an answer without an end: it takes no turn from others

    def allows(self, principal: Principal) -> bool:
        """Whether their rights suffice."""
        return self.needs is None or self.needs in principal.rights

    def camera_of(self, context: WebContext, path: Mapping[str, str]) -> str | None:
        """The camera that this request is about; None: no such thing."""
        if callable(self.camera):
            return self.camera(context, path)
        return path.get(self.camera) if self.camera is not None else None

    def described(self) -> dict[str, Any]:
        """As it stands in the OpenAPI file."""
        if self.needs is None:
            return {"x-required-right": "none", "x-roles": "anybody"}
        return {
            "x-required-right": self.needs.value,
            "x-roles": [role.value for role in roles_with(self.needs)],
            "x-by-token": self.needs in TOKEN_RIGHTS or self.needs is Right.SIGNED_IN,
            **({} if self.camera is None else {"x-camera": self._camera_word()}),
        }

    def _camera_word(self) -> str:
        return self.camera if isinstance(self.camera, str) else "found"


OPEN: Final = frozenset(
    {
        ("GET", "/api/health"),
        ("GET", "/api/setup"),
        ("POST", "/api/setup"),
        ("POST", "/api/login"),
    }
)
"""The only routes that answer whoever asks (besides the files of the pages themselves)."""
