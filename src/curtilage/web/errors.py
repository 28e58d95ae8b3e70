"""Errors as answers: one sentence for whoever asked, the rest in our own log.

What was sent is never sent back: it may hold a password.
"""

import logging
import secrets
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from curtilage.errors import InputError
from curtilage.store.accounts.users import NoSuchAccountError
from curtilage.store.errors import UnavailableError
from curtilage.web.refusal import Refused, answer

_log = logging.getLogger(__name__)


class WebError(InputError):
    """The web cannot be served so; ``str(error)`` says why."""


def speak_plainly(app: FastAPI) -> None:
    """Registers what this module does with each kind of error."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(InputError, _input)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(WebSocketRequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _tell(
    connection: Request | WebSocket, status: int, sentence: str, more: dict[str, Any] | None = None
) -> JSONResponse:
    if isinstance(connection, WebSocket):
        refused = Refused(status, sentence)
        await answer(refused, connection.scope, connection.receive, connection.send)
    return JSONResponse({"detail": sentence, **(more or {})}, status)


async def _refused(connection: Request | WebSocket, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)  # noqa: S101 - registered for it
    response = await _tell(connection, error.status, error.sentence)
    response.headers.update(error.headers)
    return response


async def _input(connection: Request | WebSocket, error: Exception) -> JSONResponse:
    if isinstance(error, UnavailableError):
        return await _tell(connection, 503, str(error))
    if isinstance(error, NoSuchAccountError):
        return await _tell(connection, 404, str(error))
    return await _tell(connection, 422, str(error))


async def _invalid(connection: Request | WebSocket, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError | WebSocketRequestValidationError)  # noqa: S101
    problems = said(error.errors())
    sentence = "; ".join(f"{one['where']}: {one['sentence']}" for one in problems[:3])
    return await _tell(connection, 422, sentence, {"problems": problems})


async def _http(connection: Request | WebSocket, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    response = await _tell(connection, error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


def unforeseen(error: Exception) -> JSONResponse:
    """A fault of ours: a number for whoever asked, all of it in the log."""
    number = secrets.token_hex(4)
    if isinstance(error, ValidationError):
        # Pydantic writes the offending values into its text.
        _log.error("error %s: %s", number, said(error.errors(include_input=False)))
    else:
        _log.error("error %s", number, exc_info=error)
    sentence = f"Something went wrong here; the log of the web has it as {number}."
    return JSONResponse({"detail": sentence}, 500)


def said(problems: Sequence[Any]) -> list[dict[str, str]]:
    """Pydantic's problems as where and sentence, without what was sent."""
    return [
        {
            "where": ".".join(str(part) for part in one["loc"]) or "body",
            "sentence": str(one["msg"]).removeprefix("Value error, "),
        }
        for one in problems
    ]
