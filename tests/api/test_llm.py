"""Every way in with a language model: `dateline ask`, `POST /v1/answers`, `dateline status --check-llm`."""

import json
from collections.abc import Callable
from pathlib import Path

from fastapi.testclient import TestClient

from dateline.api.compose import Services
from dateline.index.archive import Archive
from dateline.index.errors import LlmError
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.generation.llm import Llm, LlmServer
from dateline.rag.generation.writer import LlmWriter
from dateline.rag.verification.support import WordSupport
from tests.api.conftest import CommandLine
from tests.articles import FAKE, READER, record, trained_support, write_records
from tests.scripted_llm import Reply, in_turn, scripted_llm

QUESTION = "Who won the chess title in nine rounds?"
WON = "Vera Quist won the chess title in nine rounds."
WRITTEN = "The chess title was won by Vera Quist in nine rounds."


def test_ask(dateline: CommandLine, tmp_path: Path) -> None:
    file = write_records(tmp_path / "in.jsonl", record("chess", f"{WON} Her rival resigned.", outlet="Harbor Post"))
    with scripted_llm(in_turn(Reply("The chess title went to Otto Brandt."), Reply(f"{WRITTEN} [1]"))) as server:
        settings = {"llm_base_url": server.base_url, "llm_model": "scripted", "llm_api_key": "sk-secret"}
        assert dateline("ingest", str(file), **settings).exit_code == 0
        assert server.requests == []
        printed = dateline("ask", QUESTION, **settings)
        assert printed.exit_code == 0, printed.stderr
        assert f"{WON} [1]" in printed.stdout
        assert "answered by reader, in the sources' own words · ans_" in printed.stdout
        assert printed.stdout.endswith("scripted was not used: none of its sentences passed\n")
        answer = json.loads(dateline("ask", QUESTION, "--json", **settings).stdout)
        assert answer["text"] == f"{WRITTEN} [1]"
        assert answer["answered_by"] == "scripted"
        assert answer["claims"][0]["citations"][0]["quote"] == WON
        assert answer["receipt"]["llm"].pop("first_sentence_ms") > 0
        assert answer["receipt"]["llm"] == {
            "style": "prose",
            "model": "scripted",
            "support_check": trained_support().name,
            "passages": ["chess:1:0"],
            "finish_reason": "stop",
            "fault": None,
            "prompt_tokens": None,
            "cached_tokens": None,
            "completion_tokens": None,
            "prompt_tokens_per_second": None,
            "completion_tokens_per_second": None,
            "shortened_to": None,
        }
        assert "sk-secret" not in printed.stdout + printed.stderr + json.dumps(answer)


def test_http(archive: Archive, client_of: Callable[[Services], TestClient]) -> None:
    with scripted_llm(in_turn(Reply(f"{WRITTEN} [1]", usage=(310, 14)), Reply(status=401, body=b"{}"))) as server:
        searcher = Searcher(archive, FAKE)
        writer = LlmWriter(Llm(LlmServer(server.base_url, "scripted")), WordSupport())
        client = client_of(Services(archive, searcher, Answerer(searcher, READER, writer=writer), WordSupport))
        answers = [client.post("/v1/answers", json={"question": QUESTION}).json() for _ in range(2)]
    assert [answer["answered_by"] for answer in answers] == ["scripted", "reader"]
    assert [answer["claims"][0]["text"] for answer in answers] == [WRITTEN, WON]
    assert [answer["receipt"]["llm"]["fault"] for answer in answers] == [None, "the server refuses the key (HTTP 401)"]
    tokens = [(answer["receipt"]["llm"][f"{kind}_tokens"]) for answer in answers for kind in ("prompt", "completion")]
    assert tokens == [310, 14, None, None]
    counted = client.get("/metrics").text.splitlines()
    assert 'dateline_llm_tokens_total{kind="prompt"} 310.0' in counted
    assert 'dateline_llm_tokens_total{kind="completion"} 14.0' in counted
    assert 'dateline_llm_faults_total{fault="the server refuses the key (HTTP 401)"} 1.0' in counted
    assert 'dateline_answers_total{by="llm",status="answered"} 1.0' in counted


def test_status_checks_the_llm(bare: CommandLine, archive: Archive) -> None:
    with scripted_llm(in_turn(Reply("ready"), Reply("ready"), Reply(status=401, body=b"{}"))) as server:
        settings = {"llm_base_url": server.base_url, "llm_model": "scripted"}
        assert "llm" not in json.loads(bare("status", "--json", **settings).stdout)
        assert server.requests == []
        good = bare("status", "--check-llm", **settings)
        assert good.exit_code == 0
        assert "llm       scripted answers; first word after " in good.stdout
        as_json = json.loads(bare("status", "--check-llm", "--json", **settings).stdout)["llm"]
        assert (as_json["model"], as_json["fault"]) == ("scripted", None)
        assert 0 < as_json["first_ms"] <= as_json["whole_ms"]
        bad = bare("status", "--check-llm", **settings)
        assert bad.exit_code == LlmError.exit_code
        assert bad.stdout.endswith(
            "llm       scripted doesn't answer: the server refuses the key (HTTP 401). Check DATELINE_LLM_API_KEY.\n"
        )
    with scripted_llm(in_turn(Reply(""))) as server:
        empty = bare("status", "--check-llm", llm_base_url=server.base_url, llm_model="scripted")
        assert empty.exit_code == LlmError.exit_code
        assert "scripted doesn't answer: the completion is empty. A model that thinks first" in empty.stdout
    gone = bare("status", "--check-llm", "--json", **settings)
    assert gone.exit_code == LlmError.exit_code
    assert json.loads(gone.stdout)["llm"]["fault"]["message"] == "the server can't be reached: connection refused"
    none = bare("status", "--check-llm")
    assert (none.exit_code, none.stdout.splitlines()[-1]) == (0, "llm       none configured: the reader answers")
