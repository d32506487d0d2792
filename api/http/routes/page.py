"""Routes of the chat page and its files. Knows nothing of what is on the page."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from dateline.api.page.files import INDEX, page_files

routes = APIRouter(include_in_schema=False)


@routes.get("/")
def page(request: Request) -> Response:
    """The chat page."""
    return _file(request, INDEX)


@routes.get("/page/{name}")
def page_file(name: str, request: Request) -> Response:
    """A script, a style sheet or a picture of the chat page."""
    return _file(request, name)


def _file(request: Request, name: str) -> Response:
    file = page_files().get(name)
    if file is None:
        raise HTTPException(404)
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = file.headers(zipped=zipped)
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.zipped if zipped else file.body, headers=headers, media_type=file.media_type)
