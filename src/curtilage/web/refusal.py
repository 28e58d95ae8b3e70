"""Why a request is not answered: a status and a sentence, on HTTP and on a WebSocket alike."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

TOO_MANY: Final = 429


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """The guard's answer."""

    def __init__(
        self, status: int, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = dict(headers or {})


def sign_in_first() -> Refused:
    """Nobody is signed in."""
    return Refused(401, "Sign in first.")


def not_allowed() -> Refused:
    """Somebody is, but may not do this."""
    return Refused(403, "Your role, or this token, does not allow this.")


def not_found() -> Refused:
    """There is no such thing, or not for them: the two must look alike."""
    return Refused(404, "There is no such thing here, or it is not yours to see.")


async def answer(refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    """Sends it; to a WebSocket as the answer to its opening request."""
    response = JSONResponse(
        {"detail": refused.sentence}, refused.status, headers=refused.headers or None
    )
    if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
        await response(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": refused.sentence})
