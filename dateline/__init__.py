"""Dateline from Python: the names that docs/python.md describes.

Each is imported when it is first used, so that a command that needs no model doesn't wait for one.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateline.api.compose import Services, open_bulk_encoder, open_encoder, open_reader, open_services, open_support
    from dateline.api.settings import Settings, load_settings
    from dateline.index.archive import Archive
    from dateline.index.encoder import Encoder
    from dateline.index.errors import DatelineError
    from dateline.index.filters import Filters
    from dateline.index.ingest import ingest
    from dateline.index.search import Searcher
    from dateline.rag.answer import Answer
    from dateline.rag.answerer import Answerer
    from dateline.rag.question import Question
    from dateline.rag.reading.reader import Reader
    from dateline.rag.verification.checking import check_text

__all__ = [
    "Answer",
    "Answerer",
    "Archive",
    "DatelineError",
    "Encoder",
    "Filters",
    "Question",
    "Reader",
    "Searcher",
    "Services",
    "Settings",
    "check_text",
    "ingest",
    "load_settings",
    "open_bulk_encoder",
    "open_encoder",
    "open_reader",
    "open_services",
    "open_support",
]

_MODULES = {
    "Answer": "rag.answer",
    "Answerer": "rag.answerer",
    "Archive": "index.archive",
    "DatelineError": "index.errors",
    "Encoder": "index.encoder",
    "Filters": "index.filters",
    "Question": "rag.question",
    "Reader": "rag.reading.reader",
    "Searcher": "index.search",
    "Services": "api.compose",
    "Settings": "api.settings",
    "check_text": "rag.verification.checking",
    "ingest": "index.ingest",
    "load_settings": "api.settings",
    "open_bulk_encoder": "api.compose",
    "open_encoder": "api.compose",
    "open_reader": "api.compose",
    "open_services": "api.compose",
    "open_support": "api.compose",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
