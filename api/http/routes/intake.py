"""Routes that add, withdraw, reinstate and purge articles. Knows nothing of tables."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from dateline.api.http import openapi
from dateline.api.http.dependencies import IdempotencyKey, Now, Ready, Working
from dateline.api.http.idempotency import IdempotentRequest, Reply, sha256_of
from dateline.api.http.spool import Spool
from dateline.api.http.wire.intake import (
    ArticleFault,
    ArticleIn,
    ArticleResult,
    BatchIn,
    BatchResult,
    JobOut,
    Purged,
    PurgeIn,
    Reason,
    Reinstated,
    Withdrawn,
)
from dateline.index.errors import ArticleError
from dateline.index.jobs import job_of
from dateline.index.read import records_of_file
from dateline.index.writer import Writer

routes = APIRouter(tags=["articles"])

Readmit = Annotated[bool, Query(description="Ingest purged articles too.")]


@routes.post(
    "/v1/articles", response_model=ArticleResult, status_code=201, responses=openapi.KEYED | openapi.KNOWN_ARTICLE
)
def create_article(
    article: ArticleIn,
    services: Ready,
    background: Working,
    now: Now,
    idempotency_key: IdempotencyKey,
    readmit: Readmit = False,
) -> Response:
    """Ingest an article: 201 if it is new, 200 if it is known, revised or not. It is searchable when this returns."""

    def work() -> Reply:
        (taken,) = background.intake.take_in([article.record("body")], readmit=readmit)
        result = ArticleResult.of(taken)
        if result.error is not None:
            raise ArticleError(result.error.message)
        status = 201 if result.status == "created" else 200
        return Reply(status, result.model_dump_json(), {"Location": f"/v1/articles/{result.id}"})

    idempotent = IdempotentRequest("articles", idempotency_key, sha256_of(article.model_dump_json(), str(readmit)))
    return idempotent.reply(services.archive, background.keys, now, work).response()


@routes.post("/v1/articles/batch", response_model=BatchResult, responses=openapi.KEYED)
def create_articles(
    batch: BatchIn,
    services: Ready,
    background: Working,
    now: Now,
    idempotency_key: IdempotencyKey,
    readmit: Readmit = False,
) -> Response:
    """Ingest several articles. Each is handled on its own: one that can't be used doesn't affect the others."""

    def work() -> Reply:
        read = [_read(item, f"articles[{i}]") for i, item in enumerate(batch.articles)]
        sound = [article.record(f"articles[{i}]") for i, article in enumerate(read) if isinstance(article, ArticleIn)]
        taken = iter(background.intake.take_in(sound, readmit=readmit) if sound else [])
        results = [ArticleResult.of(next(taken)) if isinstance(article, ArticleIn) else article for article in read]
        return Reply(200, BatchResult.of(results).model_dump_json())

    idempotent = IdempotentRequest("batch", idempotency_key, sha256_of(json.dumps(batch.articles), str(readmit)))
    return idempotent.reply(services.archive, background.keys, now, work).response()


@routes.post(
    "/v1/articles/upload", response_model=JobOut, status_code=202, responses=openapi.KEYED, openapi_extra=openapi.NDJSON
)
async def upload_articles(
    request: Request, services: Ready, background: Working, now: Now, idempotency_key: IdempotencyKey
) -> Response:
    """Upload many articles, one JSON object per line, as a job; `Location` is the address of its progress.

    The fields are those of a JSONL file for `dateline ingest`. The upload is on disk when this returns. The body may be
    compressed, with `Content-Encoding: gzip`.
    """
    spool = await run_in_threadpool(Spool, services.archive, now)
    try:
        async for block in request.stream():
            await run_in_threadpool(spool.write, block)
    except ClientDisconnect as error:
        raise HTTPException(400, "the body is incomplete") from error
    else:
        return await run_in_threadpool(_enter, spool, services, background, now, idempotency_key)
    finally:
        await run_in_threadpool(spool.discard)


def _enter(spool: Spool, services: Ready, background: Working, now: Now, key: str | None) -> Response:
    def work() -> Reply:
        job = spool.enter()
        background.uploads.wake()
        return Reply(202, JobOut.of(job).model_dump_json(), {"Location": f"/v1/jobs/{job.id}"})

    idempotent = IdempotentRequest("upload", key, spool.sha256())
    return idempotent.reply(services.archive, background.keys, now, work).response()


@routes.post("/v1/articles/file", response_model=BatchResult, responses=openapi.KEYED, openapi_extra=openapi.FILE)
async def create_from_file(
    request: Request,
    services: Ready,
    background: Working,
    now: Now,
    idempotency_key: IdempotencyKey,
    name: Annotated[
        str, Query(min_length=1, max_length=255, description="The file's name; its extension is its format.")
    ],
    readmit: Readmit = False,
) -> Response:
    """Ingest the articles of one file, in any format of `dateline ingest`: Markdown, text, HTML, JSON, a feed.

    The body is the file itself. For a JSONL file use `/v1/articles/upload`, which reports progress.
    """
    try:
        payload = await request.body()
    except ClientDisconnect as error:
        raise HTTPException(400, "the body is incomplete") from error

    def work() -> Reply:
        taken = background.intake.take_in(records_of_file(name, payload), readmit=readmit)
        return Reply(200, BatchResult.of([ArticleResult.of(one) for one in taken if one.kind]).model_dump_json())

    idempotent = IdempotentRequest(
        "file", idempotency_key, sha256_of(name, hashlib.sha256(payload).hexdigest(), str(readmit))
    )
    reply = await run_in_threadpool(idempotent.reply, services.archive, background.keys, now, work)
    return reply.response()


@routes.get("/v1/jobs/{job_id}")
def get_job(job_id: str, services: Ready) -> JobOut:
    """The progress of an upload."""
    return JobOut.of(job_of(services.archive, job_id))


@routes.delete("/v1/articles/{article_id}")
def withdraw_article(
    article_id: str, services: Ready, now: Now, reason: Annotated[Reason, Query()] = "no reason given"
) -> Withdrawn:
    """Withdraw an article: no new answer uses it. Its text and the old answers that cite it stay readable."""
    return Withdrawn.of(article_id, Writer(services.archive).withdraw(article_id, reason, now))


@routes.post("/v1/articles/{article_id}/reinstate", responses=openapi.GONE)
def reinstate_article(article_id: str, services: Ready) -> Reinstated:
    """Undo a withdrawal: answers may use the article again."""
    return Reinstated.of(article_id, Writer(services.archive).reinstate(article_id))


@routes.post("/v1/articles/{article_id}/purge", responses=openapi.GONE)
def purge_article(article_id: str, purge: PurgeIn, background: Working) -> Purged:
    """Erase an article and its words for good, from stored answers too. A tombstone with the reason stays.

    When this returns, no file of the archive contains its words. It is not ingested again, by its id or its text.
    Earlier backups still contain it: delete them, or purge the article again after restoring one.
    """
    return Purged.of(background.intake.purge(article_id, purge.reason))


def _read(item: object, where: str) -> ArticleIn | ArticleResult:
    try:
        return ArticleIn.model_validate(item)
    except ValidationError as error:
        problem = error.errors()[0]
        location = ".".join((where, *(str(part) for part in problem["loc"])))
        return ArticleResult(status="error", id=None, error=ArticleFault(location=location, message=problem["msg"]))
