"""The OpenAPI description: problems, security and examples added to FastAPI's schema.

Knows the schema, nothing of what the routes do.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from dateline.api.access import ACCESS
from dateline.api.http import examples, openai_errors, openapi_events
from dateline.api.http.problems import (
    MEDIA_TYPE,
    FieldProblem,
    Problem,
    Tombstone,
    internal_error,
    of_status,
    problem_of,
)
from dateline.api.http.wire.chat import ErrorBody, ErrorOut
from dateline.api.http.wire.intake import ArticleResult
from dateline.index.errors import NotFoundError, OverloadedError, QuestionError

_ERRORS: dict[str, Problem] = {
    "404": problem_of(NotFoundError("there is no article 'x'", hint="dateline articles list shows all of them.")),
    "413": of_status(413, "the body is larger than 1,000,000 bytes", hint="A question needs no more."),
    "422": problem_of(QuestionError("the question is empty", hint="Ask something, e.g. “Who is the mayor?”")),
    "503": problem_of(OverloadedError("too many questions are being answered, and too many wait")),
    "default": internal_error(),
}
"""Examples of errors by status; for others the status itself is enough."""
_ERROR_EXAMPLE = {
    "error": {
        "message": "n: there is one answer, so n can only be 1. /docs describes the fields.",
        "type": "invalid_request_error",
        "param": "n",
        "code": "request",
    }
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"description": "A key is needed: `Authorization: Bearer dl_…`."},
    403: {"description": "The key doesn't have the scope, or is restricted to a part of the archive."},
    404: {"description": "There is no such article, answer, conversation or address."},
    413: {"description": "The body is too large."},
    415: {"description": "The body is compressed, or its Content-Type is not JSON."},
    422: {"description": "The request, the question or its filters can't be used."},
    429: {"description": "Too many requests; see Retry-After."},
    503: {"description": "The archive is being opened or is busy, or too many requests are waiting; see Retry-After."},
    504: {"description": "No response had started in time."},
    "default": {"description": "Any other error."},
}
"""Error responses of every route."""

_SECURITY_SCHEMES: dict[str, dict[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key created by `dateline keys create`."},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key."},
}
_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}, {}]
"""One of the headers; none while the server has no keys."""

CONFLICT: dict[int | str, dict[str, Any]] = {409: {"description": "It is in use."}}
"""Further responses of a route that deletes something."""

ANSWER: dict[int | str, dict[str, Any]] = {200: {"description": "The answer, or a refusal with its reason."}}
"""Further responses of a route that gives an Answer."""

KEYED: dict[int | str, dict[str, Any]] = {
    409: {"description": "A request with the same Idempotency-Key is still in progress."},
}
"""Further responses of a route that takes an Idempotency-Key."""

KNOWN_ARTICLE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The article was known; it was revised or is unchanged.", "model": ArticleResult}
}
GONE: dict[int | str, dict[str, Any]] = {410: {"description": "It is gone, e.g. a purged article."}}
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"},
                "example": "# Census\n\nLarkfield has 8,100 inhabitants.\n",
            }
        },
    }
}
NDJSON: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-ndjson": {
                "schema": {"type": "string", "format": "binary"},
                "example": '{"id": "larkfield-census", "text": "Larkfield has 8,100 inhabitants."}\n',
            }
        },
    }
}

_ANSWER_EXAMPLE: dict[str, Any] = {
    "id": "ans_0f8c3e",
    "status": "answered",
    "question": "How many people live in Larkfield?",
    "asked_at": "2021-08-09T12:00:00Z",
    "answered_by": "reader",
    "text": "Larkfield has 8,100 inhabitants. [1]",
    "short_answer": {"text": "8,100", "claim": "c1", "source_span": {"start": 14, "end": 19}},
    "confidence": 0.93,
    "claims": [
        {
            "id": "c1",
            "text": "Larkfield has 8,100 inhabitants.",
            "heading": None,
            "answer_span": {"start": 0, "end": 36},
            "citations": [
                {
                    "source": 1,
                    "article_id": "larkfield-census",
                    "passage_id": "larkfield-census:1:0",
                    "source_span": {"start": 0, "end": 32},
                    "quote": "Larkfield has 8,100 inhabitants.",
                    "page": None,
                }
            ],
            "speaker": None,
            "speaker_role": None,
            "event_time": None,
            "support": {"label": "supported", "score": 1.0, "method": "verbatim"},
        }
    ],
    "disagreements": [],
    "sources": [
        {
            "number": 1,
            "article_id": "larkfield-census",
            "title": "Census",
            "outlet": "Larkfield Gazette",
            "url": None,
            "published": "2021-08-05",
            "published_basis": "metadata",
            "story_id": "larkfield-census",
            "copies": [],
            "corrected_by": [],
        }
    ],
    "origins": 1,
    "gaps": [],
    "refusal": None,
    "understanding": {
        "standalone_question": "How many people live in Larkfield?",
        "kind": "fact",
        "time_window": {"from": None, "to": None, "applies_to": None},
        "language": "en",
        "notes": [],
    },
    "receipt": {
        "index_snapshot": "4f1c2a9b7d3e-42",
        "encoder": "all-MiniLM-L6-v2@53aa51172d14",
        "reader": "dateline-reader@3f9a61c27b04",
        "prompt_sha256": None,
        "passages": [],
        "dropped": [],
        "timings_ms": {},
    },
    "conversation_id": None,
    "stored": True,
}

_COMPLETION_EXAMPLE: dict[str, Any] = {
    "id": "ans_0f8c3e",
    "object": "chat.completion",
    "created": 1628510400,
    "model": "dateline",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "Larkfield has 8,100 inhabitants. [1]\n\nSources:\n"
                "- [1] Larkfield Gazette, “Census”, 5 Aug 2021: https://gazette.example/census",
                "refusal": None,
                "annotations": [
                    {
                        "type": "url_citation",
                        "url_citation": {
                            "start_index": 33,
                            "end_index": 36,
                            "url": "https://gazette.example/census",
                            "title": "Census",
                        },
                    }
                ],
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 7, "completion_tokens": 45, "total_tokens": 52},
}

_EXAMPLES: dict[str, dict[str, Any]] = {
    "ChatCompletion": _COMPLETION_EXAMPLE,
    **examples.MODELS,
    "Answer": _ANSWER_EXAMPLE,
    "StoredAnswer": {
        **_ANSWER_EXAMPLE,
        "flags": [
            {"kind": "corrected", "article_id": "larkfield-census", "by": "larkfield-census-correction", "detail": None}
        ],
    },
}
"""By the name of the model that is sent."""


def install(app: FastAPI) -> None:
    """Add problems, examples and the needed scopes to the schema of `app`."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(
                get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to change the schema


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorOut"}, "example": _ERROR_EXAMPLE}}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            scope = ACCESS[method.upper(), path].scope
            operation["security"] = [] if scope is None else _SECURITY
            if scope is not None:
                needed = "a key of any scope" if scope == "any" else f"the scope `{scope}`"
                operation["description"] += f"\n\nNeeds {needed}."
            if path.startswith(openai_errors.PATHS):
                operation["responses"]["400"] = operation["responses"].pop("422")
            for status, response in operation["responses"].items():
                if not status.startswith("2"):
                    shown = examples.PROBLEMS.get(status) or _error(status)
                    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": shown}}
                    response["content"] = error if path.startswith(openai_errors.PATHS) else problem
                    continue
                content = response.get("content", {}).get("application/json", {})
                model = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                if model in _EXAMPLES:  # put in here, for FastAPI leaves out what is null
                    content["example"] = _EXAMPLES[model]
    schema["components"]["securitySchemes"] = _SECURITY_SCHEMES
    schema["components"]["schemas"] = openapi_events.models() | schema["components"]["schemas"]
    for model in (FieldProblem, Tombstone, Problem, ErrorBody, ErrorOut):
        described = model.model_json_schema(ref_template="#/components/schemas/{model}")
        described.pop("$defs", None)
        schema["components"]["schemas"][model.__name__] = described
    return schema


def _error(status: str) -> dict[str, Any]:
    problem = _ERRORS.get(status) or of_status(int(status), HTTPStatus(int(status)).description)
    shown = problem.model_copy(update={"request_id": "5f0c1c0f6f0b4b7e8f3f0a4f5f1f2b3c"})
    return shown.model_dump(exclude_none=True)
