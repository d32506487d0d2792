"""Routes of the Slack app: its signed events, and the two pages of an installation by OAuth.

Open in `api/access.py`: a signature guards the events, a state of our own making an installation. Knows nothing of
what events are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from dateline.api.http.dependencies import Ready
from dateline.index.errors import NotFoundError

if TYPE_CHECKING:
    from dateline.api.slack.app import SlackApp
    from dateline.api.slack.installations import Installations

routes = APIRouter(prefix="/slack", include_in_schema=False)


def _app(request: Request) -> SlackApp:
    app: SlackApp | None = request.app.state.slack
    if app is None:
        raise NotFoundError("this server has no Slack app", hint="docs/slack.md says how to set one up.")
    return app


def _installations(request: Request) -> Installations:
    installations = _app(request).installations
    if installations is None:
        raise NotFoundError("this Slack app is for one workspace", hint="docs/slack.md says how it is for several.")
    return installations


@routes.post("/events")
async def slack_events(request: Request, _services: Ready) -> Response:
    """Slack's events, commands, shortcuts and button presses."""
    found = await run_in_threadpool(_app(request).handle, await request.body(), request.headers)
    return Response(found.body, found.status, found.first_headers())


@routes.get("/install")
def slack_install(request: Request, _services: Ready) -> Response:
    """Redirect to Slack, where a user allows the app into their workspace."""
    return RedirectResponse(_installations(request).begin(), status_code=302)


@routes.get("/oauth_redirect")
def slack_oauth_redirect(request: Request, _services: Ready) -> Response:
    """The redirect back from Slack."""
    _installations(request).finish(dict(request.query_params))
    return HTMLResponse("<!doctype html><title>Dateline</title><p>Dateline is installed in your workspace.</p>")
