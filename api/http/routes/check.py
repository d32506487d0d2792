"""The route that checks a text. Knows nothing of how texts are checked."""

from __future__ import annotations

from fastapi import APIRouter

from dateline.api.http.dependencies import Calling, Ready, Turn
from dateline.api.http.wire.check import CheckRequest
from dateline.api.tenancy import filters_within
from dateline.rag.verification.checked import CheckedText
from dateline.rag.verification.checking import check_text

routes = APIRouter()


@routes.post("/v1/check", tags=["answers"], dependencies=[Turn])
def check(request: CheckRequest, services: Ready, caller: Calling) -> CheckedText:
    """Check a text sentence by sentence: which ones the archive supports, and which it contradicts."""
    filters = filters_within(services.archive, caller, request.filters, request.as_of)
    return check_text(request.text, services.searcher, services.support(), filters=filters)
