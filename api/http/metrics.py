"""Prometheus metrics: requests, answers by stage, refusals, dropped claims, the LLM, the index.

If several processes serve one archive, each writes its counts to files in PROMETHEUS_MULTIPROC_DIR, and the one that is
scraped adds them up (prometheus-client's multiprocess mode). Labels have few values. Knows nothing of HTTP.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from dateline.api.compose import Services
from dateline.index.errors import DatelineError
from dateline.rag.answer import Answer
from dateline.rag.redaction import without_details

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Folder of the processes' counts; prometheus-client reads this variable on import, so it can't be an argument."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the buckets: from reading an article to waiting for an LLM."""


class Metrics:
    """The metrics of one application, in a registry of their own. Safe for threads."""

    def __init__(self) -> None:
        self._registry = own = CollectorRegistry()
        self._requests = Counter(
            "dateline_http_requests", "Requests by route.", ("method", "route", "status"), registry=own
        )
        self._request_seconds = Histogram(
            "dateline_http_request_seconds", "Until a request was done.", ("route",), buckets=SECONDS, registry=own
        )
        self._answers = Counter(
            "dateline_answers",
            "Answers by their status and by whether the LLM wrote them.",
            ("status", "by"),
            registry=own,
        )
        self._stage_seconds = Histogram(
            "dateline_stage_seconds", "What each stage of an answer took.", ("stage",), buckets=SECONDS, registry=own
        )
        self._refusals = Counter("dateline_refusals", "Refusals by reason.", ("reason",), registry=own)
        self._dropped = Counter(
            "dateline_dropped_claims", "What was not said, by the kind of reason.", ("reason",), registry=own
        )
        self._tokens = Counter(
            "dateline_llm_tokens", "Tokens by the LLM's own count, where its server says.", ("kind",), registry=own
        )
        self._faults = Counter(
            "dateline_llm_faults", "Why the LLM's words were not all used.", ("fault",), registry=own
        )
        self._turned_away = Counter("dateline_turned_away", "Requests that found the queue full.", registry=own)
        self.running = Gauge(
            "dateline_running", "Running answers and searches.", multiprocess_mode="livesum", registry=own
        )
        self.waiting = Gauge("dateline_waiting", "Waiting requests.", multiprocess_mode="livesum", registry=own)
        self._shared = os.environ.get(SHARED)
        if self._shared:
            _forget_the_dead(Path(self._shared))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request. `route`: its template, so that ids don't become labels."""
        self._requests.labels(method, route, status).inc()
        self._request_seconds.labels(route).observe(seconds)

    def turned_away(self) -> None:
        """Count a request that found the queue full."""
        self._turned_away.inc()

    def answer(self, answer: Answer) -> None:
        """Count an answer."""
        self._answers.labels(answer.status, "reader" if answer.answered_by == "reader" else "llm").inc()
        if answer.refusal is not None:
            self._refusals.labels(answer.refusal.reason).inc()
        for stage, milliseconds in answer.receipt.timings_ms.items():
            self._stage_seconds.labels(stage).observe(milliseconds / 1000)
        for dropped in answer.receipt.dropped:
            self._dropped.labels(without_details(dropped.reason)).inc()
        use = answer.receipt.llm
        if use is not None and use.fault is not None:
            self._faults.labels(without_details(use.fault)).inc()
        for kind, count in (("prompt", use and use.prompt_tokens), ("completion", use and use.completion_tokens)):
            if count:
                self._tokens.labels(kind).inc(count)

    def exposition(self, services: Services | None) -> bytes:
        """All metrics in the text format, with the archive's if it is open."""
        registry = self._registry
        if self._shared:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        state = generate_latest(_of_archive(services)) if services is not None else b""
        return generate_latest(registry) + state


class _Archive(Collector):
    """Collects an archive's counts and index lag when scraped."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        archive, indexed = self._services.archive, self._services.searcher.sequence
        counts, sequence = archive.counts(), archive.sequence()
        for name, about, value in (
            ("dateline_articles", "Articles in use.", counts.articles),
            ("dateline_passages", "Passages in use.", counts.passages),
            ("dateline_stored_answers", "Answers that the archive keeps.", counts.answers),
            ("dateline_archive_sequence", "The number of the archive's latest change.", sequence),
            ("dateline_index_lag", "Changes that this process hasn't indexed yet.", max(0, sequence - indexed)),
        ):
            yield GaugeMetricFamily(name, about, value)


def _of_archive(services: Services) -> CollectorRegistry:
    registry = CollectorRegistry()
    with suppress(DatelineError):  # that it can't be read is what /readyz says
        registry.register(_Archive(services))
    return registry


def _forget_the_dead(folder: Path) -> None:
    """Drop the gauges of dead processes; their counters stay."""
    for file in folder.glob("gauge_live*.db"):
        process = int(file.stem.rpartition("_")[2])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            mark_process_dead(process)  # type: ignore[no-untyped-call]
        except PermissionError:
            continue
