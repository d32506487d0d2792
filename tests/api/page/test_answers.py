"""What an answer shows: short answer, periods, speakers, disagreements, refusals, whose words, flags, copies, receipt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dateline.index.filters import NO_FILTERS
from dateline.index.ingest import ingest
from dateline.index.writer import Writer
from dateline.rag.answer import LlmUse, TimeWindow
from tests.api.page.conftest import Site, answered, ask
from tests.api.page.scenes import NOW, Said, answer_of
from tests.articles import FAKE
from tests.index.shapes import FIRST, SECOND, pdf

WON = Said("chess", "Vera Quist won the chess title in nine rounds.", heading="August 2021")
ROSE = Said("river", "The river Alm rose by two metres on Monday.", heading="September 2021", speaker="the coastguard")


def shown(site: Site, page: Page, answer_question: str) -> None:
    """Ask a question that is staged, on a fresh page."""
    page.goto(site.url)
    ask(page, answer_question)
    answered(page)


def test_the_short_answer_comes_first_and_large_only_where_there_is_one(site: Site, page: Page) -> None:
    site.stage.says(answer_of(site.archive, "In how many rounds?", [WON], short="nine"))
    site.stage.says(answer_of(site.archive, "What happened?", [WON]))
    shown(site, page, "In how many rounds?")
    short, claim = page.locator(".short"), page.locator(".paragraph").first
    expect(short).to_have_text("nine")
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    assert short.evaluate(size) > 1.5 * claim.evaluate(size)
    assert short.evaluate("element => element.getBoundingClientRect().top") < claim.evaluate(
        "element => element.getBoundingClientRect().top"
    )
    ask(page, "What happened?")
    answered(page, 2)
    expect(page.locator(".turn").nth(1).locator(".short")).to_be_hidden()


def test_periods_and_speakers(site: Site, page: Page) -> None:
    site.stage.says(answer_of(site.archive, "What happened when?", [WON, ROSE]))
    shown(site, page, "What happened when?")
    expect(page.locator(".period")).to_have_text(["August 2021", "September 2021"])
    expect(page.locator(".paragraph")).to_have_count(2)
    expect(page.locator(".said")).to_have_text("the coastguard")


def test_a_conflict_stands_side_by_side_by_outlet(site: Site, page: Page) -> None:
    values = [("nine rounds", "chess", "nine rounds"), ("two metres", "river", "two metres")]
    site.stage.says(answer_of(site.archive, "How much?", [WON], differ=[("conflict", "Did it rise?", values)]))
    shown(site, page, "How much?")
    box = page.locator(".disagreement.conflict")
    expect(box.locator("h3")).to_have_text("Sources disagree: Did it rise?")
    expect(box.locator(".value")).to_have_text(["nine rounds", "two metres"])
    expect(box.locator(".who b")).to_have_text(["Harbor Post", "Larkfield Gazette"])
    assert box.locator("s").count() == 0
    tops = box.locator(".positions > li").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert tops[0] == tops[1]
    box.locator(".chip").nth(1).click()
    expect(page.locator("#source mark:not(.other)")).to_have_text("two metres")


def test_an_update_strikes_the_superseded_figure(site: Site, page: Page) -> None:
    values = [("three", "chess", "third"), ("two", "river", "two metres")]
    site.stage.says(answer_of(site.archive, "How many by now?", [WON], differ=[("update", "number of titles", values)]))
    shown(site, page, "How many by now?")
    box = page.locator(".disagreement.update")
    expect(box.locator("h3")).to_have_text("Updated: number of titles")
    expect(box.locator("s.value")).to_have_text("two")
    expect(box.locator("b.value")).to_have_text("three")
    expect(box.locator(".superseded .hidden")).to_have_text("Superseded:")


def test_the_window_is_shown_and_can_be_changed(site: Site, page: Page) -> None:
    from datetime import UTC, datetime

    window = TimeWindow(datetime(2021, 8, 1, tzinfo=UTC), datetime(2021, 8, 31, 23, 59, 59, tzinfo=UTC), "publication")
    site.stage.says(answer_of(site.archive, "What did they say in August 2021?", [WON], window=window))
    shown(site, page, "What did they say in August 2021?")
    expect(page.locator(".understood")).to_contain_text("Time: August 2021 of publication")
    page.get_by_role("button", name="Change the time").click()
    expect(page.get_by_label("Published from")).to_have_value("2021-08-01")
    expect(page.get_by_label("Published to")).to_have_value("2021-08-31")
    expect(page.get_by_role("textbox", name="Question")).to_have_value("What did they say in August 2021?")


def test_a_refusal_shows_what_is_nearest_and_a_next_step(site: Site, page: Page) -> None:
    nearest = [("river", "Bakers gave away four hundred loaves.")]
    refused = ("not_in_coverage", "Articles tell of this, but none says it.", nearest)
    site.stage.says(answer_of(site.archive, "Who baked the loaves?", refused=refused))  # type: ignore[arg-type]
    shown(site, page, "Who baked the loaves?")
    refusal = page.locator(".refusal")
    expect(refusal.locator(".refused")).to_have_text("No answer: Articles tell of this, but none says it.")
    expect(refusal.locator(".nearest b")).to_have_text("Larkfield Gazette")
    expect(refusal.locator("blockquote")).to_have_text("Bakers gave away four hundred loaves.")
    assert page.locator(".words").count() == 0
    refusal.get_by_role("button", name="Open at these words").click()
    expect(page.locator("#source mark")).to_have_text("Bakers gave away four hundred loaves.")
    refusal.get_by_role("link", name="Search the archive").click()
    expect(page.locator(".hits li").first).to_be_visible()
    assert page.get_by_label("Words").input_value() == "Who baked the loaves?"


def test_whose_words_they_are(site: Site, page: Page) -> None:
    written = Said("chess", WON.quote, text="Quist took the title in nine rounds.")
    use = LlmUse("tiny-1b", "words", ("chess:1:0",), "stop", None, 512, 40)
    site.stage.says(answer_of(site.archive, "Who took it?", [written], by="tiny-1b", llm=use))
    shown(site, page, "Who took it?")
    expect(page.locator(".words")).to_have_text("Written by tiny-1b, every sentence checked")
    fault = LlmUse("tiny-1b", "words", ("chess:1:0",), None, "no whole completion within the deadline")
    site.stage.says(answer_of(site.archive, "Who took it then?", [WON], llm=fault))
    ask(page, "Who took it then?")
    answered(page, 2)
    end = page.locator(".turn").nth(1).locator(".turn-end")
    expect(end).to_contain_text("tiny-1b did not answer: no whole completion within the deadline.")
    expect(end).to_contain_text("The reader answered instead, in the articles’ own words.")
    expect(end).to_contain_text("A model that is still loading may answer in a minute.")


def test_notes_of_a_language_that_is_not_read(site: Site, page: Page) -> None:
    note = "The question seems to be in German; the models read English, so it is found by its words alone."
    site.stage.says(answer_of(site.archive, "Wer hat gewonnen?", [WON], notes=(note,)))
    shown(site, page, "Wer hat gewonnen?")
    expect(page.locator(".turn-end")).to_contain_text(note)


def test_the_receipt(site: Site, page: Page) -> None:
    use = LlmUse("tiny-1b", "words", ("chess:1:0",), "stop", None, 512, 40)
    site.stage.says(answer_of(site.archive, "What does it rest on?", [WON], by="tiny-1b", llm=use))
    shown(site, page, "What does it rest on?")
    page.get_by_role("button", name="Receipt").click()
    receipt = page.locator(".receipt")
    for words in (
        "abc-4",
        "initials",
        "overlap",
        "tiny-1b",
        "512",
        "retrieve",
        "3.5",
        "The mayor danced.",
        "its words are not supported",
        "chess:1:0",
        "0.0500",
    ):
        expect(receipt).to_contain_text(words)
    receipt.get_by_role("link", name="chess:1:0").click()
    expect(page.locator("#source mark")).to_have_text("Vera Quist won the c")


def test_copies_with_citations(site: Site, page: Page) -> None:
    site.stage.says(answer_of(site.archive, "What is *bold*?", [WON, ROSE], short="nine"))
    shown(site, page, "What is *bold*?")

    def copied(kind: str) -> str:
        page.get_by_label("Copy").select_option(kind)
        expect(page.locator("#said")).to_contain_text("opied")
        text: str = page.evaluate("navigator.clipboard.readText()")
        page.evaluate("document.getElementById('said').textContent = ''")
        return text

    markdown = copied("markdown")
    assert "**What is \\*bold\\*?**" in markdown
    assert "### August 2021\n\nVera Quist won the chess title in nine rounds. [^1]" in markdown
    assert "[^2]: Larkfield Gazette, “Alm rises”, 5 August 2021 <https://gazette.example/alm>" in markdown
    plain = copied("plain")
    assert "The river Alm rose by two metres on Monday. [2]" in plain
    assert "[1] Harbor Post, “Quist wins”, 20 August 2021" in plain
    copied("html")
    html = page.evaluate(
        "navigator.clipboard.read().then(items => items[0].getType('text/html')).then(blob => blob.text())"
    )
    assert "<sup>1</sup>" in html
    assert re.search(r'href="https://gazette.example/alm"', html)
    link = copied("link")
    assert re.fullmatch(rf"{site.url}/#/answers/ans_[0-9a-f]+", link)
    page.goto(link)
    answered(page)
    expect(page.locator(".short")).to_have_text("nine")


def test_a_permalink_tells_what_happened_since(site: Site, page: Page) -> None:
    site.stage.says(
        answer_of(site.archive, "Why was it closed?", [Said("bridge", "Ferries carry the traffic instead.")])
    )
    shown(site, page, "Why was it closed?")
    page.get_by_role("link", name="Permalink").click()
    expect(page.locator(".flags")).to_contain_text("has been corrected since: [1] Harbor Post")
    expect(page.locator(".flags").get_by_role("link", name="mended")).to_be_visible()
    Writer(site.archive).withdraw("bridge", "retracted", NOW)
    page.reload()
    expect(page.locator(".flags .bad")).to_contain_text("has been withdrawn: [1] Harbor Post (retracted)")
    page.locator(".chip").click()
    expect(page.locator("#source .notice.bad")).to_contain_text("Withdrawn on 1 September 2021: retracted.")
    expect(page.locator("#source .notice").nth(1)).to_contain_text(
        "Corrected on 27 August 2021 by Harbor Post, “What was wrong”"
    )
    Writer(site.archive).reinstate("bridge")


def test_an_unknown_answer(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{site.url}/#/answers/ans_0")
    expect(page.get_by_role("alert")).to_contain_text("There is no answer 'ans_0'.")


def test_feedback_on_an_answer_and_on_one_sentence(site: Site, page: Page) -> None:
    site.stage.says(answer_of(site.archive, "Is it any good?", [WON, ROSE]))
    shown(site, page, "Is it any good?")
    page.get_by_role("button", name="Not helpful").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Outdated").check()
    dialog.get_by_label("Comment").fill("Since then <b>much</b> happened.")
    dialog.get_by_role("button", name="Send").click()
    expect(page.locator(".turn-end")).to_contain_text("Thank you. Your feedback is stored.")
    page.locator(".chip").nth(1).focus()
    page.keyboard.press("ArrowLeft")  # a key, so that the focus shows
    page.locator(".chip").nth(1).hover()
    page.locator(".card").get_by_role("button", name="Report sentence").click()
    expect(dialog.locator("blockquote")).to_have_text(ROSE.quote)
    dialog.get_by_label("Not what the source says").check()
    dialog.get_by_role("button", name="Send").click()
    expect(page.locator(".turn-end")).to_contain_text("Thank you. Your feedback on the sentence is stored.")
    page.goto(f"{site.url}/#/feedback")
    items = page.locator(".feedback li")
    expect(items).to_have_count(2)
    whole = items.filter(has_text="Outdated")
    expect(whole.locator("blockquote")).to_have_text("Since then <b>much</b> happened.")
    expect(whole.get_by_role("link", name="Is it any good?")).to_be_visible()
    expect(items.filter(has_text="Not what the source says")).to_contain_text("about one sentence")
    page.get_by_label("Show").select_option("helpful")
    expect(page.locator(".view")).to_contain_text("There is no feedback yet.")


def test_print_shows_one_answer_with_its_sources(site: Site, page: Page) -> None:
    site.stage.says(answer_of(site.archive, "What is printed?", [WON, ROSE]))
    shown(site, page, "What is printed?")
    ask(page, "Who won the chess title in nine rounds?")
    answered(page, 2)
    page.evaluate("window.print = () => { window.printed = document.querySelectorAll('.turn[data-print]').length }")
    page.get_by_role("button", name="Print", exact=True).first.click()
    assert page.evaluate("window.printed") == 1
    page.emulate_media(media="print")
    assert page.locator(".turn:visible .question").all_inner_texts() == ["What is printed?"]
    expect(page.locator(".turn:visible .print-only")).to_contain_text("https://gazette.example/alm")
    assert page.locator("#top, #side, .composer, .answer-actions").evaluate_all(
        "all => all.every(one => getComputedStyle(one).display === 'none')"
    )
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".turn")).to_have_count(2)


def test_the_page_of_a_pdf_is_named(site: Site, page: Page, tmp_path: Path) -> None:
    pytest.importorskip("pdfminer")
    (tmp_path / "report.pdf").write_bytes(pdf([[(40, 700, 11, FIRST)], [(40, 700, 11, SECOND)]]))
    ingest([tmp_path / "report.pdf"], site.archive, FAKE, now=lambda: NOW)
    [report] = [one.article.id for one in site.archive.list_articles(NO_FILTERS) if one.article.pages]
    said = [Said(report, FIRST), Said(report, SECOND), ROSE]
    site.stage.says(answer_of(site.archive, "What of the ferry?", said))
    shown(site, page, "What of the ferry?")
    chip = page.locator(".claims .chip").nth(1)
    expect(chip).to_have_attribute("aria-label", "Source 1: unknown outlet, date unknown, p. 2")
    chip.hover()
    expect(page.locator(".card-head")).to_contain_text("date unknown, p. 2")
    expect(page.locator(".source-list li").first).to_contain_text("date unknown, pp. 1, 2")
    expect(page.locator(".source-list li").nth(1)).not_to_contain_text("p.")
    page.get_by_label("Copy").select_option("markdown")
    expect(page.locator("#said")).to_contain_text("opied")
    assert "[^1]: Unknown outlet, date unknown, pp. 1, 2\n" in page.evaluate("navigator.clipboard.readText()")
    chip.click()
    expect(page.locator("#source .article-text p")).to_have_text(["Page 1", FIRST, "Page 2", SECOND])
