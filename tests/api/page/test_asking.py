"""Asking on the page: sentences as they arrive, chips and cards, the article beside, conversations, filters, Stop."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.api.page.conftest import BRIDGE, CHESS, Site, answered, articles, ask
from tests.api.page.proxy import CuttingProxy
from tests.api.page.scenes import Gate, Said, answer_of

WHO = "Who won the chess title?"
TWO = [
    Said("chess", "Vera Quist won the chess title in nine rounds."),
    Said("chess", "Her rival resigned after the queens came off.", also=(("river", "Nobody was hurt."),)),
    Said("bridge", "Ferries carry the traffic instead, she said.", heading=None),
]


def body_of(request: Request) -> dict[str, Any]:
    """The JSON that a request sends."""
    body: dict[str, Any] = json.loads(request.post_data or "")
    return body


def test_sentences_arrive_one_by_one(site: Site, page: Page) -> None:
    gate = Gate()
    answer = answer_of(site.archive, "How did it come about?", TWO)
    site.stage.plays[answer.question] = gate.hold(answer, 2)
    page.goto(site.url)
    ask(page, answer.question)
    claims = page.locator(".claim")
    expect(claims).to_have_count(1)
    expect(claims.first).to_contain_text("Vera Quist won the chess title in nine rounds.")
    expect(page.locator(".steps")).to_contain_text("Found 2 passages in 2 articles")
    expect(page.locator(".steps")).to_contain_text("Checking: 1 sentence passed")
    # What was found so far, by outlet, where it takes its time.
    expect(page.locator(".found li").first).to_contain_text("Harbor Post Quist wins")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    gate.event.set()
    answered(page)
    expect(claims).to_have_count(3)
    assert page.locator(".steps").count() == 0
    assert page.get_by_role("button", name="Stop").is_hidden()
    assert [chip.inner_text() for chip in page.locator(".claims .chip").all()] == ["1", "1", "2", "3"]
    expect(page.locator(".source-list summary")).to_have_text("3 articles, 3 origins")
    expect(page.locator(".words")).to_have_text("In the articles’ own words")


def test_stop_hangs_up_and_keeps_what_had_passed(site: Site, page: Page) -> None:
    gate = Gate()
    answer = answer_of(site.archive, "How long does it take?", TWO)
    site.stage.plays[answer.question] = gate.hold(answer, 2)
    page.goto(site.url)
    ask(page, answer.question)
    expect(page.locator(".claim")).to_have_count(1)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".turn-end")).to_contain_text("Stopped. The sentences above were checked")
    expect(page.locator(".claim")).to_have_count(1)
    assert gate.closed_early.wait(60), "the server went on for nobody"
    gate.event.set()
    page.get_by_role("button", name="Ask again").click()
    answered(page)
    expect(page.locator(".turn")).to_have_count(2)


def test_a_chip_has_a_card_and_opens_the_article_at_the_words(site: Site, page: Page) -> None:
    site.stage.says(answer_of(site.archive, WHO, TWO))
    page.goto(site.url)
    ask(page, WHO)
    answered(page)
    chip = page.locator(".chip").nth(1)
    chip.hover()
    card = page.locator(".card")
    expect(card.locator(".card-head")).to_contain_text("Harbor Post")
    expect(card.locator(".card-head")).to_contain_text(re.compile(r"20 August 2021, \d+ years ago"))
    expect(card.locator("q")).to_have_text("Her rival resigned after the queens came off.")
    expect(card).to_contain_text("2 of 4")
    card.get_by_role("button", name="Next").click()
    expect(page.locator(".card q")).to_have_text("Nobody was hurt.")
    page.locator(".card").get_by_role("button", name="Previous").click()
    expect(page.locator(".card q")).to_have_text("Her rival resigned after the queens came off.")
    page.keyboard.press("Escape")
    expect(page.locator(".card")).to_have_count(0)
    chip.click()
    pane = page.locator("#source")
    marks = pane.locator("mark:not(.other)")
    expect(marks).to_have_text(["Her rival resigned after the queens came off."])
    expect(pane.locator("mark.other")).to_have_text(["Vera Quist won the chess title in nine rounds."])
    expect(pane.locator("h2")).to_have_text("Quist wins")
    assert marks.first.evaluate(
        "mark => { const box = mark.getBoundingClientRect(); return box.top > 0 && box.bottom < innerHeight }"
    )
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    assert chip.evaluate("chip => chip === document.activeElement")


def test_offsets_are_code_points(site: Site, page: Page) -> None:
    answer = answer_of(site.archive, "Which title?", [Said("chess", "It was her third 𝔱itle.")])
    site.stage.says(answer)
    page.goto(site.url)
    ask(page, "Which title?")
    answered(page)
    assert answer.claims[0].citations[0].source_span.start == CHESS.index("It was") == len(CHESS) - 23
    page.locator(".chip").click()
    expect(page.locator("#source mark")).to_have_text("It was her third 𝔱itle.")


def test_the_original_opens_at_the_exact_words(site: Site, page: Page, context: BrowserContext) -> None:
    """Said twice in the article: the fragment means the second place, and the browser goes there."""
    site.stage.says(answer_of(site.archive, "What carries the traffic?", [TWO[2]]))
    page.goto(site.url)
    ask(page, "What carries the traffic?")
    answered(page)
    page.locator(".chip").click()
    link = page.locator("#source .original a")
    address = link.get_attribute("href") or ""
    assert address.startswith("https://post.example/a?b=1#top:~:text=")
    assert link.get_attribute("rel") == "noopener noreferrer"
    first, second = (f"<p>{line}</p>" for line in BRIDGE.split("\n\n"))
    body = f"<!doctype html><meta charset=utf-8>{first}<div style='height:5000px'></div>{second}<div style='height:5000px'></div>"

    def original(route: Route) -> None:
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    context.route("https://post.example/**", original)
    with context.expect_page() as opened:
        link.click()
    other = opened.value
    other.wait_for_load_state()
    other.wait_for_function("scrollY > 3000")
    assert other.evaluate("scrollY") < 6000
    other.close()


def test_a_conversation_goes_on_and_survives_a_reload(site: Site, page: Page) -> None:
    page.goto(site.url)
    ask(page, "Who closed the Ziegel bridge?")
    answered(page)
    ask(page, "why?")
    answered(page, 2)
    second = page.locator(".turn").nth(1)
    expect(second.locator(".understood")).to_contain_text("Understood as: Why")
    assert re.search(r"#/c/conv_[0-9a-f]{24}$", page.url)
    kept = page.evaluate("JSON.stringify({...localStorage})")
    assert "Ziegel" not in kept
    assert "conv_" in kept
    said = page.locator(".turn .claims").all_inner_texts()
    page.reload()
    answered(page, 2)
    assert page.locator(".turn .claims").all_inner_texts() == said
    entry = page.locator("#conversations a")
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("Who closed the Ziegel bridge?")
    page.get_by_role("link", name="New question").click()
    expect(page.get_by_role("heading", name="Ask the archive")).to_be_visible()
    entry.click()
    answered(page, 2)
    # Taken off the list, it is still on the server.
    address = page.url
    page.locator("#conversations .forget").click()
    expect(page.locator("#conversations a")).to_have_count(0)
    page.goto(address)
    answered(page, 2)


def test_two_tabs_share_the_list_and_each_keeps_its_thread(site: Site, context: BrowserContext) -> None:
    one, two = context.new_page(), context.new_page()
    one.goto(site.url)
    two.goto(site.url)
    ask(one, "Who closed the Ziegel bridge?")
    answered(one)
    expect(two.locator("#conversations a")).to_have_count(1)
    ask(two, "Who won the chess title in nine rounds?")
    answered(two)
    expect(one.locator("#conversations a")).to_have_count(2)
    expect(one.locator(".turn")).to_have_count(1)
    # The same conversation in both: what either asks is there for who opens it next.
    two.goto(one.url)
    answered(two)
    for tab, question in ((one, "why?"), (two, "when was that?")):
        ask(tab, question)
        answered(tab, 2)
    one.reload()
    answered(one, 3)
    expect(one.locator(".question").first).to_have_text("Who closed the Ziegel bridge?")
    assert sorted(one.locator(".question").all_text_contents()[1:]) == ["when was that?", "why?"]


def test_a_connection_that_breaks_off_in_the_middle(site: Site, context: BrowserContext) -> None:
    """A proxy between cuts the stream behind the first claim; what came stays, and asking again works."""
    page = context.new_page()
    gate = Gate()
    answer = answer_of(site.archive, "How does it break?", TWO)
    site.stage.plays[answer.question] = gate.hold(answer, 2)
    with CuttingProxy(site.url) as (url, cut):
        page.goto(url)
        ask(page, answer.question)
        expect(page.locator(".claim")).to_have_count(1)
        cut.set()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("The connection broke in the middle of the answer")
        expect(page.locator(".turn-end")).to_contain_text(
            "The sentences above were checked; the answer may be incomplete."
        )
        expect(page.locator(".claim")).to_have_count(1)
        assert gate.closed_early.wait(60)
        gate.event.set()
        cut.clear()
        page.get_by_role("button", name="Try again").click()
        answered(page)
        expect(page.locator(".turn")).to_have_count(2)


def test_filters_go_with_the_question_and_can_be_saved(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("checkbox", name="Harbor Post").check()
    page.get_by_label("Published from").fill("2021-08-01")
    page.get_by_label("Archive as of").fill("2021-08-31")
    page.get_by_label("Length").select_option("short")
    expect(page.locator(".brief li")).to_have_text(
        ["since 1 August 2021", "Harbor Post", "as of 31 August 2021", "short answer"]
    )
    with page.expect_request("**/v1/answers") as sent:
        ask(page, "Who won the chess title in nine rounds?")
    body = body_of(sent.value)
    assert body["filters"] == {"published_from": "2021-08-01", "outlets": ["Harbor Post"]}
    assert (body["as_of"], body["length"], body["stream"]) == ("2021-08-31", "short", True)
    answered(page)
    page.get_by_role("button", name=re.compile("Filters")).click()
    page.get_by_label("Name to save these filters under").fill("No good")
    page.get_by_role("button", name="Save these filters").click()
    expect(page.get_by_role("alert")).to_contain_text("letters a–z")
    page.get_by_label("Name to save these filters under").fill("harbor")
    page.get_by_role("button", name="Save these filters").click()
    expect(page.locator(".brief li")).to_have_text(["filter “harbor”", "as of 31 August 2021", "short answer"])
    with page.expect_request("**/v1/answers") as sent:
        ask(page, "How far did the river Alm rise?")
    assert body_of(sent.value)["filters"] == {"saved": "harbor"}
    page.locator(".refusal").wait_for()
    with page.expect_request("**/v1/answers") as sent:
        page.get_by_role("button", name="Ask without filters").click()
    assert body_of(sent.value)["filters"] == {}
    page.get_by_role("button", name=re.compile("Filters")).click()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(".brief li")).to_have_count(0)


def test_edit_and_ask_again(site: Site, page: Page) -> None:
    page.goto(site.url)
    ask(page, "Who won the chess title in nine rounds?")
    answered(page)
    page.get_by_role("button", name="Edit and ask again").click()
    box = page.get_by_role("textbox", name="Question")
    expect(box).to_have_value("Who won the chess title in nine rounds?")
    expect(box).to_be_focused()
    page.keyboard.type(" Say it again.")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Please.")
    page.keyboard.press("Enter")
    answered(page, 2)
    expect(page.locator(".question").nth(1)).to_have_text(
        "Who won the chess title in nine rounds? Say it again.\nPlease."
    )


def test_without_a_model_no_other_style_is_offered(site: Site, page: Page) -> None:
    page.goto(site.url)
    ask(page, "Who won the chess title in nine rounds?")
    answered(page)
    expect(page.get_by_label("Ask again")).to_be_disabled()


def test_another_style_is_asked_for_by_name(serve_page: Callable[..., Site], page: Page) -> None:
    site = serve_page(*articles(), llm="tiny-1b")
    site.stage.says(answer_of(site.archive, WHO, TWO))
    page.goto(site.url)
    ask(page, WHO)
    answered(page)
    sent: list[dict[str, Any]] = []

    def forward(route: Route) -> None:
        sent.append(body_of(route.request))
        body = {name: value for name, value in body_of(route.request).items() if name != "llm"}
        route.continue_(post_data=json.dumps(body))

    page.route("**/v1/answers", forward)
    page.get_by_label("Ask again").first.select_option("quotes")
    answered(page, 2)
    assert (sent[0]["llm"], sent[0]["question"]) == ("quotes", WHO)


def test_a_model_that_is_being_loaded(serve_page: Callable[..., Site], page: Page) -> None:
    site = serve_page(*articles(), llm="tiny-1b")
    gate = Gate()
    answer = answer_of(site.archive, WHO, TWO)
    site.stage.plays[WHO] = gate.hold(answer, 1)
    status = {"local_model": {"model": "tiny-1b", "state": "loading"}}
    page.route("**/v1/status", lambda route: route.fulfill(json=status))
    page.goto(site.url)
    ask(page, WHO)
    expect(page.locator(".steps")).to_contain_text("tiny-1b is being loaded")
    gate.event.set()
    answered(page)


def test_offline_keeps_what_was_asked(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(site.url)
    expect(page.get_by_role("heading", name="Ask the archive")).to_be_visible()
    context.set_offline(True)
    ask(page, "Who won the chess title in nine rounds?")
    expect(page.get_by_role("alert")).to_contain_text("Offline")
    expect(page.locator(".question")).to_have_text("Who won the chess title in nine rounds?")
    context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    answered(page)


@pytest.fixture(autouse=True)
def _no_play_stays(site: Site) -> None:
    site.stage.plays.clear()
