"""The other views: drafts, archive, articles, uploads, withdrawing, status, signing in, and states of the server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import insert

from dateline.api.asking import to_json
from dateline.api.http.guard import AccessPolicy
from dateline.api.rates import Rates, rate_of
from dateline.index.filters import Filters
from dateline.index.keys import create_key
from dateline.index.saved_filters import save_filter
from dateline.index.schema import answers, turns
from tests.api.page.conftest import RIVER_LATER, Site, answered, articles, ask
from tests.api.page.scenes import NOW, Said, answer_of
from tests.articles import record, take_in


def test_a_draft_is_marked_sentence_by_sentence(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/#/check")
    draft = "The bridge 🏆\n\nEngineers closed the Ziegel bridge because its cables had rusted. The bakers of Larkfield sang a song about cheese for the queen. Who sang?"
    page.get_by_role("textbox", name="Draft").fill(draft)
    page.get_by_role("button", name="Check", exact=True).click()
    sentences = page.locator(".sentence")
    expect(sentences).to_have_count(4)
    assert sentences.all_inner_texts() == [
        "The bridge 🏆",
        "Engineers closed the Ziegel bridge because its cables had rusted.",
        "The bakers of Larkfield sang a song about cheese for the queen.",
        "Who sang?",
    ]
    classes = [one.get_attribute("class") or "" for one in sentences.all()]
    assert [name.split()[1] for name in classes] == ["skipped", "supported", "unsupported", "skipped"]
    expect(page.locator(".tally li")).to_have_text(["1 supported", "1 not in the archive", "2 not checked"])
    beside = page.locator(".beside")
    expect(beside.locator("blockquote").first).to_have_text(
        "Engineers closed the Ziegel bridge because its cables had rusted."
    )
    beside.get_by_role("button", name=re.compile("Open the article by Harbor Post")).first.click()
    expect(page.locator("#source mark")).to_have_text(
        "Engineers closed the Ziegel bridge because its cables had rusted."
    )
    page.keyboard.press("Escape")
    sentences.nth(2).click()
    expect(beside.locator(".verdict")).to_contain_text("Not in the archive")
    sentences.nth(3).press("Enter")
    expect(beside.locator(".verdict")).to_contain_text("Not checked: a question")


def test_the_archive_lists_filters_and_finds(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/#/archive")
    rows = page.locator(".articles tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="What was wrong")).to_contain_text("correction")
    page.get_by_label("Outlet").select_option("Larkfield Gazette")
    page.get_by_role("button", name="Show").click()
    expect(rows).to_have_text([re.compile("Larkfield GazetteAlm rises5 August 2021")])
    page.get_by_label("Outlet").select_option("")
    page.get_by_label("Published from").fill("2021-08-25")
    page.get_by_role("button", name="Show").click()
    expect(rows).to_have_text([re.compile("What was wrong")])
    page.get_by_label("Published from").fill("")
    page.get_by_label("Words").fill("chess title queens")
    page.get_by_role("button", name="Show").click()
    hit = page.locator(".hits li").first
    expect(hit).to_contain_text("Quist wins")
    hit.get_by_role("link").click()
    expect(page.locator(".article mark").first).to_contain_text("Vera Quist won the chess title")


def test_an_article_with_all_that_belongs_to_it(serve_page: Callable[..., Site], page: Page) -> None:
    copy = record("copied", articles()[2]["text"], title="Bridge shut", outlet="Larkfield Gazette")
    site = serve_page(*articles(), copy)
    take_in(site.archive, record("river", RIVER_LATER, title="Alm rises further", outlet="Larkfield Gazette"))
    site.stage.says(
        answer_of(site.archive, "How far?", [Said("river", "The river Alm rose by three metres on Monday.")])
    )
    page.goto(site.url)
    ask(page, "How far?")
    answered(page)
    page.goto(f"{site.url}/#/articles/river")
    expect(page.locator(".article h1")).to_have_text("Alm rises further")
    expect(page.locator(".revisions li")).to_have_count(2)
    expect(page.locator(".citing a")).to_have_text("How far?")
    page.locator(".revisions a").click()
    expect(page.locator(".article-text")).to_contain_text("rose by two metres")
    expect(page.locator(".article .notice")).to_contain_text("This is revision 1")
    page.goto(f"{site.url}/#/articles/bridge")
    expect(page.locator(".article h1")).to_have_text("Ziegel bridge shut")
    expect(page.locator(".article .notice").nth(0)).to_have_text(
        "Corrected on 27 August 2021 by Harbor Post, “What was wrong”"
    )
    expect(page.locator(".article .notice").nth(1)).to_have_text("The same story: Larkfield Gazette, “Bridge shut”")
    page.goto(f"{site.url}/#/articles/mended")
    expect(page.locator(".article h1")).to_have_text("What was wrong")
    expect(page.locator(".article .notice")).to_have_text("This corrects Harbor Post, “Ziegel bridge shut”")


def test_withdraw_and_undo(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/#/articles/river")
    page.get_by_role("button", name="Withdraw …").click()
    page.get_by_label("Reason for withdrawing").fill("retracted by its outlet")
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.locator(".article .bad")).to_contain_text("Withdrawn on 1 September 2021: retracted by its outlet.")
    assert site.archive.article("river").withdrawn is not None
    assert site.services.searcher.search("loaves").passages[0].passage.article.id != "river"
    page.get_by_role("button", name="Undo the withdrawal").click()
    expect(page.locator(".article .bad")).to_have_count(0)
    assert site.archive.article("river").withdrawn is None
    assert site.services.searcher.search("Bakers gave away loaves").passages[0].passage.article.id == "river"


def test_articles_are_added_by_drag_and_drop(serve_page: Callable[..., Site], page: Page, tmp_path: Path) -> None:
    site = serve_page()
    page.goto(f"{site.url}/#/archive")
    expect(page.get_by_role("heading", name="The archive is empty")).to_be_visible()
    files = {
        "ferry.md": "---\ntitle: Ferry back\noutlet: Harbor Post\npublished: 2021-08-30\n---\nThe Alm ferry sails again from Monday. Fares stay the same.\n",
        "feed.atom": '<feed xmlns="http://www.w3.org/2005/Atom"><title>Kestrel</title><entry><id>e1</id><title>Mill sold</title><updated>2021-08-30T00:00:00Z</updated><content>The old mill at Ziegel was sold on Friday for two million crowns.</content></entry></feed>',
        "many.jsonl": "".join(
            json.dumps(record(f"a{n}", f"Number {n} of the river articles says that the Alm rose by {n} metres."))
            + "\n"
            for n in range(30)
        )
        + "no json\n",
        "picture.png": "not text",
    }
    page.evaluate(
        """files => {
            const data = new DataTransfer();
            for (const [name, text] of Object.entries(files)) data.items.add(new File([text], name));
            const box = document.querySelector('.drop');
            for (const name of ['dragenter', 'dragover', 'drop']) box.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        files,
    )
    lines = page.locator(".uploads > li")
    expect(lines).to_have_count(4)
    expect(lines.nth(0)).to_contain_text("ferry.md 1 added")
    expect(lines.nth(1)).to_contain_text("feed.atom 1 added")
    expect(lines.nth(2)).to_contain_text("many.jsonl 30 added, 1 failed")
    expect(lines.nth(2)).to_contain_text("line 31: The JSON is broken")
    expect(lines.nth(3)).to_contain_text("picture.png 1 failed")
    expect(lines.nth(3)).to_contain_text("Files with .png are not read")
    assert site.archive.counts().articles == 32
    page.goto(f"{site.url}/#/archive?q=")
    expect(page.locator(".articles tbody tr")).to_have_count(32)
    ask_view = page.locator("#views a", has_text="Ask")
    ask_view.click()
    ask(page, "When does the Alm ferry sail again?")
    answered(page)
    expect(page.locator(".claim").first).to_contain_text("The Alm ferry sails again from Monday.")


def test_status(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/#/status")
    facts = page.locator(".facts")
    for words in ("4 in 4 stories", "27 August 2021", "none: the reader answers", "0 running, 0 waiting", "up to date"):
        expect(facts).to_contain_text(words)


def test_signing_in(serve_page: Callable[..., Site], context: BrowserContext) -> None:
    site = serve_page(*articles())
    save_filter(site.archive, "gazette", Filters(outlets=("Larkfield Gazette",)), NOW)
    admin = create_key(site.archive, "editor", ["admin"], NOW).secret
    part = create_key(site.archive, "gazette desk", ["read", "ask"], NOW, saved_filter_name="gazette").secret
    page = context.new_page()
    page.goto(site.url)
    box = page.get_by_label("Key")
    expect(box).to_be_focused()
    box.fill("dl_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This key is not known")
    box.fill(part)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ask the archive")).to_be_visible()
    expect(page.get_by_role("link", name="Status")).to_be_hidden()
    expect(page.locator(".state")).to_contain_text("1 articles of 1 outlets")
    assert page.evaluate("sessionStorage.getItem('dateline.key')") == part
    assert part not in page.evaluate("JSON.stringify({...localStorage}) + document.cookie + location.href")
    page.goto(f"{site.url}/#/archive")
    expect(page.locator(".articles tbody tr")).to_have_count(1)
    assert page.locator(".drop").count() == 0
    page.goto(f"{site.url}/#/articles/chess")
    expect(page.get_by_role("alert")).to_contain_text("There is no article 'chess'.")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("There is no article 'chess'.")
    other = context.new_page()
    other.goto(site.url)
    expect(other.get_by_label("Key")).to_be_visible()  # another tab knows no key
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Key")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('dateline.key')") is None
    page.get_by_label("Key").fill(admin)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Status")).to_be_visible()


def test_too_many_questions(serve_page: Callable[..., Site], context: BrowserContext) -> None:
    site = serve_page(*articles(), access=AccessPolicy(rates=Rates(rate_of("6/hour"))))
    page = context.new_page()
    page.goto(site.url)
    expect(page.get_by_role("heading", name="Ask the archive")).to_be_visible()
    for _ in range(6):
        page.evaluate("fetch('/v1/caller')")
    ask(page, "Who won the chess title in nine rounds?")
    alert = page.get_by_role("alert").last
    expect(alert).to_contain_text("Too many questions for now")
    expect(alert.get_by_role("button")).to_be_disabled()
    expect(alert.get_by_role("button")).to_have_text(re.compile(r"Try again in \d+ s"))


def test_a_server_that_keeps_no_questions(serve_page: Callable[..., Site], page: Page) -> None:
    site = serve_page(*articles(), store_answers=False)
    page.goto(site.url)
    expect(page.locator(".state")).to_contain_text("This server does not store questions")
    ask(page, "Who won the chess title in nine rounds?")
    answered(page)
    expect(page.locator(".words-line")).to_contain_text("not stored by this server")
    assert page.get_by_role("link", name="Permalink").count() == 0
    expect(page.locator("#conversations a")).to_have_count(0)


def test_a_request_is_tried_on_the_page_of_the_api(serve_page: Callable[..., Site], context: BrowserContext) -> None:
    site = serve_page(*articles())
    page = context.new_page()  # one that may log errors, as a browser does for a 404
    page.goto(f"{site.url}/docs#get-v1/articles/{{article_id}}")
    section = page.locator("section", has=page.get_by_role("heading", name="GET /v1/articles/{article_id}", exact=True))
    section.get_by_text("Try it").click()
    section.get_by_label("article_id").fill("no such article")
    section.get_by_role("button", name="Send").click()
    output = section.locator("form pre")
    expect(output).to_contain_text("there is no article 'no such article'")
    expect(output).to_contain_text(re.compile("^404"))
    section.get_by_label("article_id").fill("chess")
    section.get_by_role("button", name="Send").click()
    expect(output).to_contain_text('"id": "chess"')


def test_five_hundred_messages(serve_page: Callable[..., Site], page: Page) -> None:
    """The latest first, earlier ones as one scrolls up; none twice, none left out, in their order."""
    site = serve_page(*articles())
    said = [
        answer_of(site.archive, f"Question {number}?", [Said("chess", "It was her third 𝔱itle.")])
        for number in range(500)
    ]
    now = NOW.isoformat()
    with site.archive.writing.begin() as connection:  # at once: each by itself would wait for the disk
        connection.execute(insert(answers), [{"id": one.id, "created": now, "answer": to_json(one)} for one in said])
        rows = [
            {"number": number, "question": one.question, "standalone_question": one.question, "answer_id": one.id}
            for number, one in enumerate(said, 1)
        ]
        connection.execute(insert(turns), [row | {"conversation_id": "conv_0500", "asked_at": now} for row in rows])
    page.goto(f"{site.url}/#/c/conv_0500")
    expect(page.locator(".question").last).to_have_text("Question 499?")
    scroller = page.locator(".scroller")
    # Held at the top, as by a wheel that never rests: earlier ones come as long as there are any.
    scroller.evaluate("element => setInterval(() => { element.scrollTop = 0 }, 20)")
    expect(page.locator(".question")).to_have_count(500)
    expect(page.locator(".earlier")).to_be_hidden()
    texts = page.locator(".question").evaluate_all("all => all.map(one => one.textContent)")
    assert texts == [f"Question {number}?" for number in range(500)]


def test_a_very_long_answer(site: Site, page: Page) -> None:
    said = [Said("bridge", "Ferries carry the traffic instead, she said.")] * 400
    site.stage.says(answer_of(site.archive, "x" * 2000, said))
    page.goto(site.url)
    ask(page, "x" * 2000)
    answered(page)
    expect(page.locator(".claim")).to_have_count(400)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_archive_cannot_be_read(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    states = iter(["being opened", "damaged", ""])
    now = {"state": next(states)}

    def caller(route: Route) -> None:
        if not now["state"]:
            route.continue_()
            return
        detail = "the archive is still being opened" if now["state"] == "being opened" else "the archive is damaged"
        problem = {
            "type": "urn:dateline:problem:busy",
            "title": "Busy",
            "status": 503,
            "detail": detail,
            "retryable": True,
        }
        route.fulfill(status=503, json=problem, content_type="application/problem+json")

    page.route("**/v1/caller", caller)
    page.goto(site.url)
    expect(page.get_by_role("heading", name="Opening the archive …")).to_be_visible()
    now["state"] = next(states)
    expect(page.get_by_role("heading", name="The archive can’t be read")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("The archive is damaged.")
    now["state"] = next(states)
    expect(page.get_by_role("heading", name="Ask the archive")).to_be_visible()
