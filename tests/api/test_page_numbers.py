"""The pages of PDF and Word files, from the file to each place that shows a citation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dateline.api.access import OPERATOR
from dateline.api.asking import from_json
from dateline.api.cli.render_check import render_check
from dateline.api.compose import Services
from dateline.api.mcp.server import create_mcp
from dateline.api.render import render_answer
from dateline.api.slack.checking import checked_blocks
from dateline.api.slack.links import Links
from dateline.api.terminal import Page
from dateline.index.filters import NO_FILTERS
from dateline.index.ingest import ingest
from dateline.rag.verification.checking import check_text
from tests.api.conftest import CommandLine
from tests.api.slack.block_rules import words as read
from tests.api.test_mcp import talk, text_of
from tests.articles import FAKE, NOW
from tests.index.shapes import pdf, word

BEFORE = "The keeper of the lighthouse of Ruddle left it to the town, which had no money to mend it."
BID = "Ada Lorne bid ninety thousand crowns for the lighthouse at the auction."
AFTER = "Nobody else had come to the auction, for it rained all day."
FILES = {
    "report.pdf": pdf([[(40, 700, 11, BEFORE)], [(40, 700, 11, BID)], [(40, 700, 11, AFTER)]]),
    "report.docx": word(BEFORE, f"|{BID}", f"|{AFTER}"),
}
QUESTION = "How much did Ada Lorne bid for the lighthouse?"


@pytest.fixture(params=FILES)
def paged(request: pytest.FixtureRequest, services: Services, tmp_path: Path) -> Services:
    """An archive with a file of three pages beside articles without any."""
    pytest.importorskip("pdfminer" if request.param.endswith("pdf") else "docx")
    file = tmp_path / request.param
    file.write_bytes(FILES[request.param])
    report = ingest([file], services.archive, FAKE, now=lambda: NOW)
    assert report.added == 1, report.problems
    return services


def test_an_answer_names_the_page(paged: Services, client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    answer = client.post("/v1/answers", json={"question": QUESTION, "length": "short"}).json()
    assert [(claim["text"], claim["citations"][0]["page"]) for claim in answer["claims"]] == [(BID, 2), (AFTER, 3)]
    assert client.get(f"/v1/answers/{answer['id']}").json()["claims"] == answer["claims"]
    render_answer(from_json(json.dumps(answer)), Page())
    assert "[1] unknown outlet — without a title — date unknown, pp. 2, 3\n" in capsys.readouterr().out


def test_a_check_names_the_page(paged: Services, client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    [claim] = client.post("/v1/check", json={"text": BID}).json()["claims"]
    assert [citation["page"] for citation in claim["citations"]] == [2]
    checked = check_text(BID, paged.searcher, paged.support())
    render_check(checked, Page())
    assert "unknown outlet, date unknown, p. 2 [1]" in capsys.readouterr().out
    assert "date unknown, p. 2" in read(checked_blocks(checked, Links(paged.archive)))


def test_an_agent_is_told_the_page(paged: Services) -> None:
    server = create_mcp(lambda: paged, lambda: NOW, lambda _context: OPERATOR)
    asked = talk(server, lambda agent: agent.call_tool("ask", {"question": QUESTION, "length": "short"}))
    assert "[1] unknown outlet, “without a title”, date unknown, pp. 2, 3: " in text_of(asked)
    checked = talk(server, lambda agent: agent.call_tool("check", {"text": BID}))
    assert text_of(checked) == f"supported: {BID}\nunknown outlet, p. 2:\n| {BID}"


def test_an_article_is_shown_with_its_pages(paged: Services, bare: CommandLine) -> None:
    [article] = [one.article for one in paged.archive.list_articles(NO_FILTERS) if one.article.pages]
    shown = bare("articles", "show", article.id).output
    assert f"page 1\n{BEFORE}\n" in shown
    assert f"page 2\n{BID}\n" in shown
    assert f"page 3\n{AFTER}\n" in shown
