"""OpenTelemetry traces: a span for each request, with a child span for each stage of its answer.

Imported only if OTEL_* variables name an exporter. Knows nothing of what the stages do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dateline.index.errors import InputError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

NANOSECONDS = 1_000_000
"""In a millisecond."""


class Tracing:
    """Makes spans and passes them to the exporter, in a thread of its own."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("dateline")

    @contextmanager
    def request(self, headers: Mapping[str, str]) -> Iterator[Span]:
        """The span of a request, a child of its caller's if the header `traceparent` names one (W3C Trace Context)."""
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        caller = TraceContextTextMapPropagator().extract(headers)
        with self._tracer.start_as_current_span("request", context=caller, kind=SpanKind.SERVER) as span:
            yield span

    def stages(self, timings_ms: Mapping[str, float], now: int) -> None:
        """Add a child span for each stage; the stages ran one after the other until `now`.

        `now`: nanoseconds since 1970. Timings are durations, so gaps between stages (microseconds) move to the front.
        """
        start = now - round(sum(timings_ms.values()) * NANOSECONDS)
        for stage, milliseconds in timings_ms.items():
            end = start + round(milliseconds * NANOSECONDS)
            self._tracer.start_span(stage, start_time=start).end(end)
            start = end

    def close(self) -> None:
        """Send pending spans."""
        self._provider.shutdown()


def open_tracing() -> Tracing:
    """Traces sent by OTLP over HTTP, as the OTEL_* variables say. Raises `InputError` without the extra `otel`."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise InputError(
            "the OTEL_* variables ask for traces, and OpenTelemetry isn't installed",
            hint="pip install 'dateline[otel]', or unset them.",
        ) from error
    # Detected last, so that OTEL_SERVICE_NAME wins.
    provider = TracerProvider(resource=Resource({SERVICE_NAME: "dateline"}).merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)
