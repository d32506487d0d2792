"""Builds the application from the settings, in each process of `dateline serve --workers`.

Knows which settings go where, nothing of sockets or signals.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from fastapi import FastAPI

from dateline.api.compose import Services, open_services, profile_of
from dateline.api.http.app import CONCURRENCY, CONCURRENCY_WITH_LLM, create_app
from dateline.api.http.guard import AccessPolicy
from dateline.api.http.metrics import Metrics
from dateline.api.http.middleware import Limits
from dateline.api.http.observing import Observer
from dateline.api.http.tracing import open_tracing
from dateline.api.rates import Rates, shared_rates
from dateline.api.settings import Settings, load_settings, traces_wanted
from dateline.api.slack.settings import load_slack_settings, need_slack
from dateline.rag.generation.prompts import warm_up_prompt

if TYPE_CHECKING:
    from dateline.api.slack.app import SlackApp


def app(rates_at: str | None, models_at: Path | None = None) -> FastAPI:
    """The application for a uvicorn worker, from the environment.

    `rates_at`: address at which the parent counts requests, if it does. `models_at`: the folder of the parent's local
    model process.
    """
    settings = load_settings()
    rates = None if rates_at is None else shared_rates(rates_at)
    return app_of(settings, lambda: open_services(settings, servers=models_at), rates)


def app_of(settings: Settings, opening: Callable[[], Services], rates: Rates | None) -> FastAPI:
    """The application over the services that `opening` opens. Raises `InputError` if traces can't be set up."""
    tracing = open_tracing() if traces_wanted(os.environ) else None
    # A local model needs the same processor; one on another server is only waited for.
    by_default = CONCURRENCY if settings.llm_base_url is None else CONCURRENCY_WITH_LLM

    def opened() -> Services:
        services = opening()
        profile = profile_of(settings)
        if services.llm is not None and profile.style != "off":
            prompt = warm_up_prompt(profile.instructions)
            Thread(target=services.llm.warm_up, args=(prompt,), name="dateline-warm-up", daemon=True).start()
        return services

    return create_app(
        opened,
        access=access_policy_of(settings, rates),
        limits=limits_of(settings),
        observer=Observer(Metrics(), tracing, settings.log_questions),
        concurrency=settings.concurrency or by_default,
        queue=settings.queue,
        llm=settings.llm_name,
        slack=_slack(settings),
    )


def _slack(settings: Settings) -> Callable[[Services], SlackApp] | None:
    """A factory of the Slack app, if its events come by HTTP. Raises `InputError`."""
    slack_settings = load_slack_settings()
    if not slack_settings.serves_http:
        return None
    need_slack()
    from dateline.api.slack.app import open_slack

    return lambda services: open_slack(services, slack_settings, settings.home)


def access_policy_of(settings: Settings, rates: Rates | None) -> AccessPolicy:
    """The access policy of the settings."""
    return AccessPolicy(settings.allowed_hosts, settings.cors_origins, rates)


def limits_of(settings: Settings) -> Limits:
    """The limits of the settings."""
    return Limits(settings.max_body_bytes, settings.max_upload_bytes, settings.request_timeout)
