"""The route that has a text checked. Knows nothing of how that is done."""

from __future__ import annotations

from fastapi import APIRouter

from api.compose import open_support
from api.dependencies import Ready
from api.wire_check import CheckRequest
from rag.checked import CheckedText
from rag.checking import check_text

routes = APIRouter()


@routes.post("/v1/check", tags=["answers"])
def check(request: CheckRequest, services: Ready) -> CheckedText:
    """Check a text, sentence by sentence: what of it the archive bears out, and what says otherwise."""
    filters = request.filters.with_as_of(request.as_of)
    return check_text(request.text, services.searcher, open_support(), filters=filters)
