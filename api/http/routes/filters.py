"""Routes for saved filters: named parts of the archive. Knows nothing of how they are stored or used."""

from __future__ import annotations

from fastapi import APIRouter

from dateline.api.http import openapi
from dateline.api.http.dependencies import Now, Ready
from dateline.api.http.wire.common import PartIn
from dateline.api.http.wire.filters import SavedFilterList, SavedFilterOut
from dateline.index.saved_filters import all_saved_filters, delete_filter, save_filter, saved_filter

routes = APIRouter()


@routes.get("/v1/filters", tags=["filters"])
def list_filters(services: Ready) -> SavedFilterList:
    """All saved filters, by name."""
    return SavedFilterList.of(all_saved_filters(services.archive))


@routes.get("/v1/filters/{name}", tags=["filters"])
def get_filter(name: str, services: Ready) -> SavedFilterOut:
    """A saved filter."""
    return SavedFilterOut.of(saved_filter(services.archive, name))


@routes.put("/v1/filters/{name}", tags=["filters"])
def put_filter(name: str, part: PartIn, services: Ready, now: Now) -> SavedFilterOut:
    """Save a filter under a name of a–z, 0–9, _ and -, replacing an existing one. Keys tied to it follow at once."""
    return SavedFilterOut.of(save_filter(services.archive, name, part.as_filters(), now))


@routes.delete("/v1/filters/{name}", tags=["filters"], status_code=204, responses=openapi.CONFLICT)
def remove_filter(name: str, services: Ready) -> None:
    """Delete a saved filter. It can't be deleted while a key is tied to it."""
    delete_filter(services.archive, name)
