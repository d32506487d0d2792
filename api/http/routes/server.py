"""Routes for health, readiness, status, metrics and documentation. Knows nothing of answers or articles."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from dateline.api.http import docs_page, problems
from dateline.api.http.admission import Admission
from dateline.api.http.dependencies import Calling, Ready
from dateline.api.http.metrics import Metrics
from dateline.api.http.startup import ServiceStartup
from dateline.api.http.wire.server import CallerOut, Health, LocalModelOut, Readiness, ServerStatusOut
from dateline.api.status import status_of
from dateline.index.errors import DatelineError
from dateline.index.filters import NO_FILTERS
from dateline.index.outlets import newest_of, outlets_of

routes = APIRouter()


@routes.get("/healthz", tags=["server"])
async def healthz() -> Health:
    """Liveness: whether the process responds. Says nothing of the archive, and needs no thread."""
    return Health()


@routes.get("/readyz", tags=["server"], response_model=Readiness)
def readyz(request: Request) -> Readiness | Response:
    """Readiness: 503 while the archive is being opened or can't be read."""
    startup: ServiceStartup = request.app.state.startup
    try:
        return Readiness(index_snapshot=startup.get().searcher.index_snapshot())
    except DatelineError as error:
        problem = problems.problem_of(error).model_copy(update={"status": 503, "retryable": True})
        return problems.response(problem, problems.request_id(request))


@routes.get("/v1/caller", tags=["server"])
def get_caller(request: Request, services: Ready, caller: Calling) -> CallerOut:
    """The rights of the key that you send, and the features of this server."""
    return CallerOut.of(
        caller,
        llm=request.app.state.llm,
        stores_answers=services.store_answers,
        retain_answers_days=services.retain_answers_days,
    )


@routes.get("/v1/status", tags=["server"])
def get_status(request: Request, services: Ready) -> ServerStatusOut:
    """The archive's status as in `dateline status --json`, the load of this process, and the local model."""
    admission: Admission = request.app.state.admission
    model = services.llm.state if services.llm is not None else None
    return ServerStatusOut(
        **status_of(services.archive, services.cache).as_json(),
        newest=newest_of(outlets_of(services.archive, NO_FILTERS)),
        llm=request.app.state.llm,
        local_model=LocalModelOut(**model.as_json()) if model is not None else None,
        running=admission.running,
        waiting=admission.waiting,
    )


@routes.get("/metrics", tags=["server"], response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Metrics in Prometheus's text format: requests, answers by stage, refusals, the LLM, the index, the queue."""
    startup: ServiceStartup = request.app.state.startup
    found: Metrics = request.app.state.metrics
    return Response(found.exposition(startup.peek()), media_type=CONTENT_TYPE_PLAIN_0_0_4)


@routes.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """This API as a page: contents, curl commands and forms to try. It needs no network."""
    policy = {"Content-Security-Policy": docs_page.PAGE_POLICY}
    return HTMLResponse(docs_page.page(request.app.openapi(), str(request.base_url)), headers=policy)
