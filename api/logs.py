"""Logging of the server: lines of text or JSON on stderr, with the id of the request.

Knows nothing of what is logged; `api/http/observing.py` logs requests and answers.
"""

from __future__ import annotations

import json
import logging
import time
from contextvars import ContextVar
from typing import Any, Literal

LogFormat = Literal["text", "json"]

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Id of the current request, in its threads too."""


def config(form: LogFormat) -> dict[str, Any]:
    """A configuration for `logging.config`."""
    heard = {"level": "INFO", "handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": Json if form == "json" else Text}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "loggers": dict.fromkeys(("uvicorn", "dateline"), heard) | {"uvicorn.error": {"level": "INFO"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
    }


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """A record's extra fields: `extra={"fields": {…}}` and the request's id."""
    fields: dict[str, Any] = getattr(record, "fields", {})
    current = request_id.get()
    return fields | ({"request_id": current} if current else {})


class Json(logging.Formatter):
    """Formats a record as a JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
            **fields_of(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class Text(logging.Formatter):
    """Formats a record as a line of text: level, message, `name=value`; a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        fields = "".join(f" {name}={_written(value)}" for name, value in fields_of(record).items())
        line = f"{record.levelname.lower()}: {record.getMessage()}{fields}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _written(value: object) -> str:
    """A value as JSON unless it is one plain word, so that a question can't start a line."""
    text = str(value)
    return text if text.isascii() and text.isprintable() and not set(text) & set(' "=') else json.dumps(text)
