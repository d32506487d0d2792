"""Examples for the OpenAPI description: articles, jobs, sources and feedback by model name, problems by status."""

from __future__ import annotations

from typing import Any

_RESULT: dict[str, Any] = {"status": "created", "id": "larkfield-census", "warnings": [], "error": None}
_SOURCE: dict[str, Any] = {
    "name": "harbor-post",
    "kind": "feed",
    "address": "https://harborpost.example/rss",
    "interval_seconds": 900,
    "gone": "keep",
    "full_text": False,
    "state": "active",
    "created": "2021-08-01T08:00:00Z",
    "next_run": "2021-08-09T12:15:00Z",
    "checked": "2021-08-09T12:00:00Z",
    "succeeded": "2021-08-09T12:00:00Z",
    "failures": 0,
    "error": None,
    "entries": {"pending": 0, "taken": 412, "duplicate": 3, "dead": 1, "gone": 0},
}
_FEEDBACK: dict[str, Any] = {
    "id": "fb_1c9d5e",
    "answer_id": "ans_0f8c3e",
    "claim_id": "c1",
    "rating": "unhelpful",
    "reasons": ["outdated"],
    "comment": "There has been a new census since.",
    "created": "2021-08-09T12:05:00Z",
}

MODELS: dict[str, dict[str, Any]] = {
    "ArticleResult": _RESULT,
    "BatchResult": {
        "created": 1,
        "revised": 0,
        "unchanged": 0,
        "errors": 1,
        "results": [
            _RESULT,
            {
                "status": "error",
                "id": None,
                "warnings": [],
                "error": {"location": "articles[1].text", "message": "Field required"},
            },
        ],
    },
    "JobOut": {
        "id": "job_7d2f41",
        "state": "running",
        "created": "2021-08-09T12:00:00Z",
        "finished": None,
        "line": 400,
        "added": 390,
        "revised": 2,
        "unchanged": 7,
        "kept_out": 0,
        "failed": 1,
        "errors": [{"line": 17, "reason": "The record has no text. Put the article's text in a field named text."}],
        "message": None,
    },
    "Withdrawn": {"article_id": "larkfield-census", "withdrawn": True, "already": False, "answers": 3},
    "Purged": {
        "article_id": "larkfield-census",
        "purged_at": "2021-08-09T12:00:00Z",
        "reason": "court order of 2 August 2021",
        "already": False,
        "answers": 3,
    },
    "SourceOut": _SOURCE,
    "SourceList": {"sources": [_SOURCE]},
    "EntryList": {
        "entries": [
            {
                "key": "https://harborpost.example/?p=812",
                "state": "dead",
                "url": "https://harborpost.example/census",
                "articles": [],
                "attempts": 1,
                "next_try": None,
                "changed": "2021-08-09T12:00:00Z",
                "error": "harborpost.example says that it is not found (404). Check the address in a browser.",
            }
        ],
        "next_cursor": None,
    },
    "FeedbackOut": _FEEDBACK,
    "FeedbackList": {"feedback": [_FEEDBACK]},
    "StatusOut": {
        "home": "/var/lib/dateline",
        "counts": {"articles": 41, "withdrawn": 0, "passages": 210, "stories": 38, "answers": 12},
        "encoder": "all-MiniLM-L6-v2@53aa51172d14",
        "sequence": 42,
        "snapshot": "4f1c2a9b7d3e-42",
        "lag": 0,
        "trouble": None,
        "archive_bytes": 1_540_096,
        "index_bytes": 702_114,
        "cache_bytes": 91_226_112,
    },
}

PROBLEMS: dict[str, dict[str, Any]] = {
    "404": {
        "type": "urn:dateline:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "there is no article 'larkfield-census'",
        "hint": "dateline articles list shows all of them.",
        "retryable": False,
        "request_id": "5f0c1c0f6f0b4b7e8f3f0a4f5f1f2b3c",
    },
    "409": {
        "type": "urn:dateline:problem:in-flight",
        "title": "The same request is still being worked on",
        "status": 409,
        "detail": "a request with this Idempotency-Key is still in progress",
        "retryable": True,
        "request_id": "5f0c1c0f6f0b4b7e8f3f0a4f5f1f2b3c",
    },
    "410": {
        "type": "urn:dateline:problem:purged",
        "title": "The article was purged",
        "status": 410,
        "detail": "the article 'larkfield-census' was purged on 2021-08-09: court order of 2 August 2021",
        "retryable": False,
        "request_id": "5f0c1c0f6f0b4b7e8f3f0a4f5f1f2b3c",
        "tombstone": {
            "article_id": "larkfield-census",
            "purged_at": "2021-08-09T12:00:00+00:00",
            "reason": "court order of 2 August 2021",
        },
    },
}
