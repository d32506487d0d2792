"""Errors as RFC 9457 `application/problem+json`.

A problem says what was wrong and what to do, never an exception's text or the input. Knows nothing of routes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from dateline.index.errors import DatelineError, KeyNeededError, PurgedError, TooManyRequestsError

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
"""Seconds in Retry-After: about a batch of an ingest run."""
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Dateline"'}
"""The challenge of a 401 (RFC 6750)."""

CLIENT_GONE = 499
"""Logged if the client has disconnected; never sent. nginx's number."""


_INSTEAD = re.compile(r"dateline (articles|filters|sources) list shows all of them\.")
_COMMAND = re.compile(r"\bdateline [a-z]")


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    location: str = Field(description="Where in the request.", examples=["body.filters.published_from"])
    message: str


class Tombstone(BaseModel):
    """What remains of an article that was purged."""

    article_id: str
    purged_at: str
    reason: str | None


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field(description="Names the kind of problem; stable.", examples=["urn:dateline:problem:question"])
    title: str = Field(description="The kind of problem in words, constant for a type.")
    status: int
    detail: str = Field(description="What was wrong this time.")
    hint: str | None = Field(default=None, description="What to do about it.")
    retryable: bool = Field(default=False, description="Whether the same request may succeed later.")
    request_id: str | None = Field(default=None, description="Also in the header X-Request-Id and the server's log.")
    errors: list[FieldProblem] | None = Field(default=None, description="The invalid fields.")
    tombstone: Tombstone | None = Field(default=None, description="What remains of an article that was purged.")


def problem_of(error: DatelineError) -> Problem:
    """One of Dateline's own errors as a problem."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__.removesuffix("Error")).lower()
    return Problem(
        type=f"urn:dateline:problem:{name}",
        title=error.title,
        status=error.status,
        detail=error.message,
        hint=_for_a_client(error.hint) or None,
        retryable=error.retryable,
        tombstone=Tombstone(article_id=error.article_id, purged_at=error.purged, reason=error.reason)
        if isinstance(error, PurgedError)
        else None,
    )


def _for_a_client(hint: str) -> str:
    """A hint in the terms of HTTP; one that names a command says that it is run on the server."""
    hint = _INSTEAD.sub(r"GET /v1/\1 lists all of them.", hint)
    return f"On the server: {hint}" if _COMMAND.search(hint) else hint


def of_status(status: int, detail: str, *, hint: str | None = None) -> Problem:
    """A problem described by its HTTP status."""
    return Problem(type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail, hint=hint)


def internal_error() -> Problem:
    """The problem for an unexpected error."""
    return of_status(
        500, "something went wrong inside Dateline", hint="Report the request_id: the server's log has the details."
    )


def response(problem: Problem, request_id: str | None, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as an HTTP response."""
    body = problem.model_copy(update={"request_id": request_id}).model_dump_json(exclude_none=True)
    extra = {"Retry-After": str(RETRY_SECONDS)} if problem.retryable else {}
    return Response(body, problem.status, {**extra, **(headers or {})}, MEDIA_TYPE)


def to_caller(request: Request, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The response in the format of the address. Every error response goes through this function."""
    return response(problem, request_id(request), headers)


def of_error(request: Request, error: DatelineError) -> Response:
    """The response to a request for one of Dateline's own errors."""
    headers: Mapping[str, str] = {}
    if isinstance(error, KeyNeededError):
        headers = CHALLENGE
    elif isinstance(error, TooManyRequestsError):
        headers = {"Retry-After": str(error.retry_after)}
    return to_caller(request, problem_of(error), headers)


def nowhere(request: Request, methods: Sequence[str]) -> Response:
    """The response for an unknown address (404), or for a method that is not among `methods` (405)."""
    status = 405 if methods else 404
    headers = {"Allow": ", ".join(methods)} if methods else {}
    hint = f"Use {' or '.join(methods)}; /docs describes each." if methods else None
    return to_caller(request, of_status(status, _details(request)[status], hint=hint), headers)


def install(app: FastAPI) -> None:
    """Make errors of `app` problems; unexpected ones are handled by `middleware.LastResort`."""

    @app.exception_handler(DatelineError)
    def _own(request: Request, error: DatelineError) -> Response:
        return of_error(request, error)

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        return to_caller(request, _of_media_type(request, error) or _of_validation(error))

    @app.exception_handler(ClientDisconnect)
    def _gone(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=CLIENT_GONE)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        problem = of_status(error.status_code, _details(request).get(error.status_code, str(error.detail)))
        return to_caller(request, problem, error.headers)


def request_id(request: Request) -> str | None:
    """The request's id, set by `observing.Observing`."""
    found: str | None = getattr(request.state, "request_id", None)
    return found


def _details(request: Request) -> dict[int, str]:
    return {
        404: "there is nothing at this address; /docs lists what there is",
        405: f"{request.method} is not allowed here",
    }


def _of_media_type(request: Request, error: RequestValidationError) -> Problem | None:
    """The problem of a body that was not read, because it doesn't say that it is JSON."""
    if not any(one["loc"] == ("body",) and isinstance(one.get("input"), bytes | str) for one in error.errors()):
        return None
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said == "application/json" or said.endswith("+json"):
        return None
    what = "the body has no Content-Type" if not said else "the body's Content-Type is not JSON"
    return of_status(415, what, hint="Send a JSON object with Content-Type: application/json.")


def _of_validation(error: RequestValidationError) -> Problem:
    errors = error.errors()
    if any(one["type"] == "json_invalid" for one in errors):
        return of_status(400, "the body is not valid JSON", hint="Send a JSON object as application/json.")
    return Problem(
        type="urn:dateline:problem:request",
        title="The request can't be used",
        status=422,
        detail="a field can't be used" if len(errors) == 1 else f"{len(errors)} fields can't be used",
        hint="/docs describes the fields.",
        errors=[
            FieldProblem(location=".".join(str(part) for part in one["loc"]), message=field_message(one))
            for one in errors
        ],
    )


def field_message(error: Mapping[str, object]) -> str:
    """What is wrong with a field, from one of pydantic's errors."""
    if error["type"] == "extra_forbidden":
        return "there is no such field"
    return str(error["msg"]).removeprefix("Value error, ")
