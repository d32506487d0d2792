"""The HTTP API as the settings want it; what each process of `dateline serve --workers` makes for itself.

Knows which settings go where, nothing of sockets or signals.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from fastapi import FastAPI

from api.compose import Services, doors_of, limits_of, open_services
from api.http import CONCURRENCY, CONCURRENCY_WITH_LLM, create_app
from api.metrics import Metrics
from api.observing import Observer
from api.rates import Rates, shared_rates
from api.settings import Settings, load_settings, traces_wanted
from api.tracing import open_tracing


def app(rates_at: str | None) -> FastAPI:
    """By the environment, for uvicorn in a process of its own. `rates_at`: where its parent counts requests, if so."""
    settings = load_settings()
    rates = None if rates_at is None else shared_rates(rates_at)
    return app_of(settings, lambda: open_services(settings), rates)


def app_of(settings: Settings, opening: Callable[[], Services], rates: Rates | None) -> FastAPI:
    """The API over the services that `opening` opens. Raises `InputError` if traces are wanted and can't be made."""
    tracing = open_tracing() if traces_wanted(os.environ) else None
    by_default = CONCURRENCY if settings.llm_model is None else CONCURRENCY_WITH_LLM
    return create_app(
        opening,
        doors=doors_of(settings, rates),
        limits=limits_of(settings),
        observer=Observer(Metrics(), tracing, settings.log_questions),
        concurrency=settings.concurrency or by_default,
        queue=settings.queue,
        llm=settings.llm_model,
    )
