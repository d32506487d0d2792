"""Checking a draft: `dateline check` and `POST /v1/check`."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dateline.index.errors import InputError
from dateline.rag.verification.checking import MOST_CHARS
from tests.api.conftest import CommandLine
from tests.articles import record, write_records

TEXT = "The chess final\n\nVera Quist won the chess title in twelve rounds. Her rival resigned. The mayor was there."
WON = "Vera Quist won the chess title in nine rounds."


def test_http(client: TestClient) -> None:
    checked = client.post("/v1/check", json={"text": TEXT}).json()
    assert [claim["not_checked"] for claim in checked["claims"]] == ["heading", None, None, None]
    assert [claim["support"] and claim["support"]["label"] for claim in checked["claims"]] == [
        None,
        "unsupported",  # by the fake, which contradicts nothing
        "supported",
        "unsupported",
    ]
    heading, won, resigned, _ = checked["claims"]
    assert (heading["text_span"], heading["support"], heading["contradiction"]) == ({"start": 0, "end": 15}, None, None)
    assert (won["missing"], won["contradiction"]) == ("word not in passage: twelve", None)
    assert resigned["citations"][0]["article_id"] == "chess"
    assert [source["number"] for source in checked["sources"]] == [1]
    assert checked["counts"] == {"supported": 1, "partial": 0, "contradicted": 0, "unsupported": 2, "not_checked": 1}
    assert checked["receipt"]["index_snapshot"] == client.get("/readyz").json()["index_snapshot"]


def test_filters_over_http(client: TestClient) -> None:
    asked = {"text": WON, "as_of": "2021-08-10"}  # the article is of the 20th
    [claim] = client.post("/v1/check", json=asked).json()["claims"]
    assert claim["support"]["label"] == "unsupported"


def test_what_cannot_be_checked_over_http(client: TestClient) -> None:
    for asked in ({"text": ""}, {"text": "a" * (MOST_CHARS + 1)}, {}, {"text": WON, "outlet": "x"}):
        refused = client.post("/v1/check", json=asked)
        assert refused.status_code == 422
        assert refused.headers["content-type"] == "application/problem+json"


def test_command_line(dateline: CommandLine, tmp_path: Path) -> None:
    chess = record("chess", f"{WON} Her rival resigned.", outlet="Harbor Post", title="Quist wins")
    assert dateline("ingest", str(write_records(tmp_path / "in.jsonl", chess))).exit_code == 0
    draft = tmp_path / "draft.md"
    draft.write_text(TEXT, encoding="utf-8")
    shown = dateline("check", str(draft))
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.splitlines()[:6] == [
        "· The chess final",
        "    not checked: a heading",
        "✗ Vera Quist won the chess title in twelve rounds.",
        "    contradicted",
        "    conflict: another figure: the draft says “twelve”, the article says “nine”",
        f"    “{WON}” — Harbor Post, 5 Aug 2021 [1]",
    ]
    assert "1 supported · 1 contradicted · 1 unsupported · 1 not checked" in shown.stdout
    assert json.loads(dateline("check", str(draft), "--json").stdout)["claims"][1]["support"]["label"] == "contradicted"
    none = json.loads(dateline("check", str(draft), "--json", "--to", "2020-01-01").stdout)
    assert {claim["support"]["label"] for claim in none["claims"][1:]} == {"unsupported"}


@pytest.mark.parametrize(
    ("labels", "code"),
    [("contradicted,unsupported", 1), ("contradicted", 1), ("partial", 0), ("", 0), ("wrong", 2)],
)
def test_a_pipeline_fails_on_labels(dateline: CommandLine, tmp_path: Path, labels: str, code: int) -> None:
    chess = record("chess", f"{WON} Her rival resigned.", outlet="Harbor Post", title="Quist wins")
    assert dateline("ingest", str(write_records(tmp_path / "in.jsonl", chess))).exit_code == 0
    draft = tmp_path / "draft.md"
    draft.write_text(TEXT, encoding="utf-8")
    done = dateline("check", str(draft), "--fail-on", labels)
    assert done.exit_code == code
    assert code != 2 or "wrong: the labels are supported, partial, contradicted, unsupported" in done.stderr


def test_there_must_be_a_model_to_check_with(dateline: CommandLine, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(TEXT, encoding="utf-8")
    refused = dateline("check", str(draft), "--llm")
    assert refused.exit_code == InputError.exit_code
    assert "no language model is configured" in refused.stderr


def test_what_is_no_text(bare: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_bytes(b"\xff\xfe\x00caf\xe9")
    refused = bare("check", str(tmp_path / "draft.txt"))
    assert refused.exit_code == InputError.exit_code
    assert "is not UTF-8 text" in refused.stderr
