"""`/metrics`: what was counted is what happened."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from dateline.api.http.metrics import Metrics
from dateline.index.archive import Archive
from dateline.rag.answer import Dropped
from tests.api.answers import ANSWER
from tests.api.cli.test_ingest import ROOT
from tests.articles import record, take_in

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: str) -> Samples:
    """Each sample by its name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scraped(client: TestClient) -> Samples:
    """What a server counts."""
    return samples(client.get("/metrics").text)


def test_requests_by_route_and_status(client: TestClient) -> None:
    client.post("/v1/answers", json={"question": "How far did the river Alm rise on Monday?"})
    for article in ("river", "chess", "nobody"):
        client.get(f"/v1/articles/{article}")
    client.get("/v2/secret")
    found = scraped(client)

    def requests(method: str, route: str, status: int) -> float:
        labels = (("method", method), ("route", route), ("status", str(status)))
        return found[("dateline_http_requests_total", labels)]

    assert requests("POST", "/v1/answers", 200) == 1
    assert requests("GET", "/v1/articles/{article_id}", 200) == 2
    assert requests("GET", "/v1/articles/{article_id}", 404) == 1
    assert requests("GET", "none", 404) == 1
    assert not any("secret" in value for _, labels in found for _, value in labels)
    assert found[("dateline_http_request_seconds_count", (("route", "/v1/articles/{article_id}"),))] == 3


def test_answers_by_stage_and_refusals_by_reason(client: TestClient) -> None:
    answer = client.post("/v1/answers", json={"question": "How far did the river Alm rise on Monday?"}).json()
    client.post("/v1/answers", json={"question": "Who is Xerxes Xu of Xanten?"})
    found = scraped(client)
    assert found[("dateline_answers_total", (("by", "reader"), ("status", "answered")))] == 1
    assert found[("dateline_refusals_total", (("reason", "no_coverage"),))] == 1
    for stage in answer["receipt"]["timings_ms"]:
        both = 2 if stage in ("understand", "retrieve") else 1  # the refusal came before reading
        assert found[("dateline_stage_seconds_count", (("stage", stage),))] == both
    assert found[("dateline_running", ())] == found[("dateline_waiting", ())] == 0


def test_reasons_make_few_labels() -> None:
    metrics = Metrics()
    reasons = ("number not in passage: 42", "number not in passage: 43", "it was not finished")
    dropped = tuple(Dropped("…", reason) for reason in reasons)
    metrics.answer(replace(ANSWER, receipt=replace(ANSWER.receipt, dropped=dropped)))
    found = samples(metrics.exposition(None).decode())
    counted = {labels[0][1]: n for (name, labels), n in found.items() if name == "dateline_dropped_claims_total"}
    assert counted == {"number not in passage": 2, "it was not finished": 1}


def test_size_and_lag_of_the_index(client: TestClient, archive: Archive) -> None:
    before = scraped(client)
    assert (before[("dateline_articles", ())], before[("dateline_index_lag", ())]) == (3, 0)
    take_in(archive, record("late", "The harbour froze over on Friday."))
    behind = scraped(client)
    assert (behind[("dateline_articles", ())], behind[("dateline_index_lag", ())]) == (4, 1)
    assert behind[("dateline_archive_sequence", ())] == before[("dateline_archive_sequence", ())] + 1
    client.post("/v1/search", json={"query": "harbour"})
    assert scraped(client)[("dateline_index_lag", ())] == 0


def test_applications_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.turned_away()
    assert samples(one.exposition(None).decode())[("dateline_turned_away_total", ())] == 1
    assert samples(other.exposition(None).decode())[("dateline_turned_away_total", ())] == 0


def test_processes_count_together(tmp_path: Path) -> None:
    program = (
        "from dateline.api.http.metrics import Metrics\n"
        "m = Metrics()\n"
        "m.turned_away()\n"
        "m.running.inc()\n"
        "import sys, os\n"
        "sys.stdout.write(m.exposition(None).decode())\n"
        "sys.stdout.flush()\n"
        "os._exit(1)\n"  # as a kill leaves it
    )
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", program]
    first, second = (
        samples(subprocess.run(run, env=environment, capture_output=True, text=True, check=False).stdout)
        for _ in range(2)
    )
    counted = ("dateline_turned_away_total", ())
    assert (first[counted], second[counted]) == (1, 2)
    assert second[("dateline_running", ())] == 1, "what a process that died had under way counts no more"


def test_life_needs_no_archive() -> None:
    from dateline.api.compose import Services
    from dateline.api.http.app import create_app
    from dateline.index.errors import StorageError

    def fail() -> Services:
        raise StorageError("the disk is gone")

    with TestClient(create_app(fail)) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/metrics").status_code == 507, "who may see them is in the archive"
