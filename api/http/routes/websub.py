"""The callback that WebSub hubs call: they ask whether a subscription is meant, and say that a source has changed.

Open in `api/access.py`: the address has a random part that only the hub knows, and notifications are signed. Knows
nothing of how hubs are asked.
"""

from __future__ import annotations

import logging
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from dateline.api.http.dependencies import Now, Ready, Working
from dateline.index.sources.subscriber import CALLBACK_PATH
from dateline.index.sources.subscriptions import confirm, deny, notify

log = logging.getLogger("uvicorn.error")  # the server's own log, which is set up to be seen
routes = APIRouter(prefix=CALLBACK_PATH, include_in_schema=False)

_LONGEST = 2_000


@routes.get("/{subscription_id}")
def verify_subscription(
    subscription_id: str,
    services: Ready,
    now: Now,
    mode: Annotated[Literal["subscribe", "unsubscribe", "denied"], Query(alias="hub.mode")],
    topic: Annotated[str, Query(alias="hub.topic", max_length=_LONGEST)],
    challenge: Annotated[str, Query(alias="hub.challenge", max_length=_LONGEST)] = "",
    lease: Annotated[int | None, Query(alias="hub.lease_seconds", ge=0)] = None,
    reason: Annotated[str, Query(alias="hub.reason", max_length=_LONGEST)] = "",
) -> Response:
    """Say that the subscription is meant, or learn that the hub denies it."""
    if mode == "denied":
        deny(services.archive, subscription_id, topic, reason, now)
    else:
        confirm(services.archive, subscription_id, mode, topic, lease, now)
    return PlainTextResponse(challenge)


@routes.post("/{subscription_id}", status_code=202)
async def receive_notification(
    subscription_id: str,
    request: Request,
    services: Ready,
    background: Working,
    now: Now,
    signature: Annotated[str | None, Header(alias="X-Hub-Signature", max_length=_LONGEST)] = None,
) -> None:
    """Run the source. What a notification says is not used: the feed is fetched as always.

    One with a wrong signature is ignored, and answered as any other, as the specification asks.
    """
    body = await request.body()
    if await run_in_threadpool(notify, services.archive, subscription_id, body, signature, now):
        background.look_at_sources()
    else:
        log.warning("a notification of a WebSub hub has a wrong signature, and was ignored")
