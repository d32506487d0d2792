"""The API's description: problems and examples in the OpenAPI schema, and `/docs`, a page that needs no network.

Swagger UI would be fetched from somebody else's server. Knows the schema, nothing of what the routes do.
"""

from __future__ import annotations

import html
import json
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE, FieldProblem, Problem, internal_error, of_status, problem_of
from index.errors import NotFoundError, OverloadedError, QuestionError

_ERRORS: dict[str, Problem] = {
    "404": problem_of(NotFoundError("there is no article 'x'", hint="dateline articles list shows what there is.")),
    "413": of_status(413, "the body is larger than 1,000,000 bytes", hint="A question needs no more."),
    "422": problem_of(QuestionError("the question is empty", hint="Ask something, e.g. “Who is the mayor?”")),
    "503": problem_of(OverloadedError("too many questions are being answered, and too many wait")),
    "default": internal_error(),
}
"""An example of each error; of one that is not here the status itself says enough."""
PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such article, answer, conversation or address."},
    413: {"description": "The body is too large."},
    422: {"description": "The request, the question or its filters can't be used."},
    503: {"description": "The archive is being opened or is busy, or too much is asked at once; see Retry-After."},
    "default": {"description": "Any other error."},
}
"""What every route may answer with."""

ANSWER: dict[int | str, dict[str, Any]] = {200: {"description": "The answer, or a refusal with its reason."}}
"""What a route that gives an Answer may answer with besides."""

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
}

_EXAMPLES: dict[str, dict[str, Any]] = {
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
    """Describe every error of `app` as the problem that it is sent as."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(
                get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to change the schema


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if not status.startswith("2"):
                    response["content"] = {MEDIA_TYPE: {"schema": reference, "example": _error(status)}}
                    continue
                content = response.get("content", {}).get("application/json", {})
                model = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                if model in _EXAMPLES:  # put in here, for FastAPI leaves out what is null
                    content["example"] = _EXAMPLES[model]
    for model in (FieldProblem, Problem):
        described = model.model_json_schema(ref_template="#/components/schemas/{model}")
        described.pop("$defs", None)
        schema["components"]["schemas"][model.__name__] = described
    return schema


def _error(status: str) -> dict[str, Any]:
    problem = _ERRORS.get(status) or of_status(int(status), HTTPStatus(int(status)).description)
    shown = problem.model_copy(update={"request_id": "5f0c1c0f6f0b4b7e8f3f0a4f5f1f2b3c"})
    return shown.model_dump(exclude_none=True)


def page(schema: dict[str, Any]) -> str:
    """The schema as a page of plain HTML."""
    sections = [
        _operation(path, method, operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    models = [
        f"<details id='{html.escape(name)}'><summary><code>{html.escape(name)}</code> "
        f"{html.escape(model.get('description', ''))}</summary>{_code(model)}</details>"
        for name, model in sorted(schema["components"]["schemas"].items())
    ]
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'><title>Dateline API</title>"
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "pre{background:#8881;padding:.75rem;overflow:auto;font-size:.85rem}summary{cursor:pointer}"
        "table{border-collapse:collapse}td{padding:.1rem .75rem .1rem 0;vertical-align:top}"
        "section{border-top:1px solid #8884;padding:.5rem 0}:root{color-scheme:light dark}</style>"
        f"<h1>Dateline API</h1><p>{html.escape(schema['info'].get('summary', ''))}</p>"
        "<p>For programs: <a href='/openapi.json'>/openapi.json</a>. Errors are "
        f"<a href='#Problem'>problems</a> (RFC 9457, <code>{MEDIA_TYPE}</code>).</p>"
        f"{''.join(sections)}<h2>Schemas</h2>{''.join(models)}</html>"
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    parts = [
        f"<section><h3><code>{method.upper()} {html.escape(path)}</code></h3>"
        f"<p>{html.escape(operation.get('description', ''))}</p>"
    ]
    rows = [
        f"<tr><td><code>{html.escape(one['name'])}</code><td>{one['in']}"
        f"<td>{html.escape(one.get('description', one['schema'].get('description', '')))}"
        for one in operation.get("parameters", [])
    ]
    if rows:
        parts.append(f"<table>{''.join(rows)}</table>")
    contents = [("Request", operation.get("requestBody", {}))]
    contents += [(f"Response {status}", response) for status, response in operation["responses"].items()]
    for title, holder in contents:
        for media_type, content in holder.get("content", {}).items():
            name = str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
            example = _code(content["example"]) if "example" in content else ""
            about = f"{title} {holder.get('description', '')} <code>{media_type}</code>"
            link = f" <a href='#{html.escape(name)}'>{html.escape(name)}</a>" if name else ""
            parts.append(f"<details><summary>{about}{link}</summary>{example}</details>")
    return "".join(parts) + "</section>"


def _code(value: Any) -> str:
    return f"<pre>{html.escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"
