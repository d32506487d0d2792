"""The report in a real browser: figures, plots, questions, filters, and nothing from the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from dateline.eval.formats.plain import PlainPrediction
from dateline.eval.judge import WordsJudge
from dateline.eval.recorded import record
from dateline.eval.report.page import render
from dateline.eval.runs import Run, load_run
from dateline.eval.scores import score_run
from dateline.eval.write import write_report
from dateline.index.archive import Archive
from tests.browser import opened_browser
from tests.eval.runs import GOLD, gold_question, run_into

SCRIPT = "<script>document.title = 'taken over'</script><img src=x onerror=\"document.title='taken over'\">"


def page_of(run: Run) -> str:
    return render(score_run(run, WordsJudge()), WordsJudge())


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    """A page of Debian's Chromium; skipped where there is none, but not in CI."""
    with opened_browser() as browser:
        yield browser.new_page(viewport={"width": 1280, "height": 900})


@pytest.fixture
def run(archive: Archive, tmp_path: Path) -> Run:
    run_into(tmp_path / "run", archive)
    return load_run(tmp_path / "run")


def test_the_page_asks_nothing_of_the_network(run: Run) -> None:
    page = page_of(run)
    assert "default-src 'none'" in page
    assert re.findall(r"""(?:src|href)=["'](?!#)[^"']*""", page) == []
    assert not re.search(r"@import|url\((?!#)", page)


def test_the_same_scores_make_the_same_page(run: Run) -> None:
    assert page_of(run) == page_of(run)


def test_what_an_article_or_an_answer_says_is_never_markup(tmp_path: Path) -> None:
    gold = [gold_question("q1", f"Who? {SCRIPT}", nuggets=[{"accepted": [SCRIPT]}])]
    record(tmp_path / "run", gold, [PlainPrediction(id="q1", text=SCRIPT)], None)
    assert SCRIPT not in page_of(load_run(tmp_path / "run"))


def test_a_partial_run_says_so_first(run: Run) -> None:
    partial = replace(run, missing={"q9": "not asked yet"})
    assert "Partial: 1 of 4 questions have no answer" in page_of(partial)


def test_the_report_in_a_browser(run: Run, tmp_path: Path, browser_page: Page) -> None:
    file = tmp_path / "report.html"
    write_report(file, score_run(run, WordsJudge()), WordsJudge())
    said: list[str] = []
    asked: list[str] = []
    browser_page.on("console", lambda message: said.append(message.text))
    browser_page.on("pageerror", lambda error: said.append(str(error)))
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.goto(file.as_uri())
    assert browser_page.title() == "run · Dateline evaluation"
    assert browser_page.locator("h1").inner_text() == "3 of 4 questions pass"
    assert browser_page.locator("#failures li").all_inner_texts() == [
        "In what way was the hall cold? lacks 'minus four'"
    ]
    assert browser_page.locator(".card .figure").first.inner_text() == "0.750"
    captions = browser_page.locator("figure figcaption b").all_inner_texts()
    assert captions == ["Retrieval", "Reliability", "Risk against coverage", "Latency by stage"]
    for plot in browser_page.locator("figure svg").all():
        box = plot.bounding_box()
        assert box is not None
        assert box["width"] > 200
        assert box["height"] > 100
    assert browser_page.locator("body").evaluate("body => body.scrollWidth <= innerWidth")

    # A question opened: its claim is coloured, its quote marked where it stands.
    browser_page.locator("#q-q1 > summary").click()
    claim = browser_page.locator("#q-q1 .claim").first
    assert "supported" in (claim.get_attribute("class") or "")
    assert claim.locator(".quote summary").first.inner_text() == "[1] Chess, 5 Aug 2021"
    claim.locator(".quote summary").first.click()
    assert claim.locator("mark").first.inner_text() == "Tamsin Okoro won 7 games."
    assert browser_page.locator("#q-q1 li.said").first.is_visible()

    # Filters.
    shown = browser_page.locator(".question:visible")
    assert browser_page.locator("#count").inner_text() == "4 of 4"
    browser_page.select_option("#show", "failed")
    assert shown.evaluate_all("all => all.map(one => one.id)") == ["q-q4"]
    browser_page.select_option("#show", "refused")
    assert shown.evaluate_all("all => all.map(one => one.id)") == ["q-q3"]
    browser_page.select_option("#show", "")
    browser_page.select_option("#kind", "fact")
    assert shown.count() == 3
    browser_page.fill("#words", "tamsin okoro win")
    assert shown.evaluate_all("all => all.map(one => one.id)") == ["q-q1"]
    assert browser_page.locator("#count").inner_text() == "1 of 4"

    # A link to a question opens it, whatever is filtered.
    browser_page.goto(file.as_uri() + "#q-q3")
    assert browser_page.locator("#q-q3 .refused").is_visible()
    assert said == []
    assert [url for url in asked if not url.startswith("file:")] == []


def test_the_page_of_plain_predictions_has_what_there_is(tmp_path: Path, browser_page: Page) -> None:
    record(tmp_path / "run", GOLD[:1], [PlainPrediction(id="q1", text="She won seven.")], None)
    scores = score_run(load_run(tmp_path / "run"), WordsJudge())
    write_report(tmp_path / "report.html", scores, WordsJudge())
    browser_page.goto((tmp_path / "report.html").as_uri())
    assert browser_page.locator("figure").count() == 0
    browser_page.locator("#q-q1 > summary").click()
    assert browser_page.locator("#q-q1 .answer").inner_text() == "She won seven."
