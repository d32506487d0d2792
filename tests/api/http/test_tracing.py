"""Traces: what a collector receives over HTTP, and that nothing is imported where none is named."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.api.http.metrics import Metrics
from dateline.api.http.observing import Observer
from dateline.api.http.tracing import open_tracing
from dateline.api.settings import traces_wanted
from tests.api.cli.test_ingest import ROOT
from tests.api.conftest import HERE
from tests.test_imports import loaded_by

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Bodies that were sent to the collector that the environment names."""
    pytest.importorskip("opentelemetry.exporter.otlp", reason="needs the extra `otel`")
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "newsroom")
    yield bodies
    server.shutdown()
    server.server_close()
    thread.join()


def test_spans_of_a_request_and_its_stages(services: Services, collector: list[bytes]) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    app = create_app(lambda: services, observer=Observer(Metrics(), open_tracing()))
    with TestClient(app, base_url=HERE) as client:
        while client.get("/readyz").status_code != 200:
            pass
        headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
        request = {"question": "How far did the river Alm rise on Monday?"}
        answer = client.post("/v1/answers", json=request, headers=headers).json()
    received = [ExportTraceServiceRequest.FromString(body) for body in collector]
    resources = [resource for one in received for resource in one.resource_spans]
    assert {a.value.string_value for r in resources for a in r.resource.attributes if a.key == "service.name"} == {
        "newsroom"
    }
    spans = [span for resource in resources for scope in resource.scope_spans for span in scope.spans]
    ours = {span.name: span for span in spans if span.trace_id.hex() == TRACE}
    timings = answer["receipt"]["timings_ms"]
    assert set(ours) == {"POST /v1/answers", *timings}
    request_span = ours["POST /v1/answers"]
    assert request_span.parent_span_id.hex() == CALLER
    attributes = {a.key: a.value.string_value or a.value.int_value for a in request_span.attributes}
    assert attributes == {"http.route": "/v1/answers", "http.response.status_code": 200}
    before = 0
    for stage, milliseconds in timings.items():
        span = ours[stage]
        assert span.parent_span_id == request_span.span_id
        assert span.end_time_unix_nano - span.start_time_unix_nano == pytest.approx(milliseconds * 1e6, abs=2)
        assert span.start_time_unix_nano >= before
        before = span.end_time_unix_nano


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "x"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
        ({"OTEL_SDK_DISABLED": "True", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
    ],
)
def test_when_traces_are_wanted(environment: dict[str, str], wanted: bool) -> None:
    assert traces_wanted(environment) is wanted


def test_nothing_is_imported_unless_wanted() -> None:
    assert loaded_by("dateline.api.http.worker", ["opentelemetry.sdk", "opentelemetry.exporter"], ROOT) == []
