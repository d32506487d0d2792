"""The view of sources: listed, added, paused, dead letters, and what a key without rights sees."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from dateline.index.keys import create_key
from dateline.index.sources.entries import Entry, save_entries
from dateline.index.sources.registry import put_source, source_of
from dateline.index.sources.source import SourceSettings
from tests.api.conftest import NOW
from tests.api.page.conftest import Site, articles


def with_source(site: Site) -> Site:
    """A feed with an entry that was taken in and one that can't be."""
    put_source(site.archive, "harbor", SourceSettings("feed", "https://harborpost.example/rss"), NOW)
    entries = [
        Entry("harbor", "good", 1, "taken", "v", changed=NOW),
        Entry(
            "harbor", "bad", 2, "dead", "v", url="https://harborpost.example/bad", error="It is too large.", changed=NOW
        ),
    ]
    save_entries(site.archive, entries)
    return site


def test_sources_are_shown_added_and_paused(site: Site, page: Page) -> None:
    with_source(site)
    page.goto(f"{site.url}/#/archive")
    page.get_by_role("link", name="Watched sources").click()
    expect(page.get_by_role("heading", name="Sources")).to_be_visible()
    item = page.locator(".view li").filter(has_text="harborpost")
    expect(item).to_contain_text("1 taken, 1 dead")
    item.get_by_text("1 entry can’t be ingested").click()
    expect(item).to_contain_text("It is too large.")
    item.get_by_role("button", name="Pause").click()
    expect(item.get_by_role("button", name="Resume")).to_be_visible()
    assert source_of(site.archive, "harbor").state == "paused"
    page.get_by_label("Name").fill("gazette")
    page.get_by_label("Address").fill("https://gazette.example/feed.json")
    page.get_by_label("Every, minutes").fill("60")
    page.get_by_label("fetch pages").check()
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".view li").filter(has_text="gazette.example")).to_contain_text("not run yet")
    added = source_of(site.archive, "gazette").settings
    assert (added.interval, added.full_text, added.gone) == (3_600, True, "keep")


def test_what_cannot_be_added_is_said(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{site.url}/#/sources")
    page.get_by_label("Name").fill("Harbor Post")
    page.get_by_label("Address").fill("https://harborpost.example/rss")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text("can't be the name of a source")
    expect(page.get_by_label("Name")).to_have_value("Harbor Post")


def test_who_only_reads_changes_nothing(serve_page: Callable[..., Site], context: BrowserContext) -> None:
    site = with_source(serve_page(*articles()))
    secret = create_key(site.archive, "reader", ["read"], NOW).secret
    page = context.new_page()
    page.goto(site.url)
    page.get_by_label("Key").fill(secret)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Key")).to_have_count(0)
    page.goto(f"{site.url}/#/sources")
    expect(page.locator(".view li").filter(has_text="harborpost")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    expect(page.get_by_label("Address")).to_have_count(0)
