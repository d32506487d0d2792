"""axe-core on every view in light and dark, the keyboard alone, a phone's width, a screen reader's words."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.page.conftest import PATIENCE, Site, answered, articles, ask
from tests.api.page.scenes import Said, answer_of

WON = Said("chess", "Vera Quist won the chess title in nine rounds.", heading="August 2021")
ROSE = Said("river", "The river Alm rose by two metres on Monday.", heading="September 2021", speaker="the coastguard")
PHONE = {"width": 390, "height": 844}
FOUND = {"resultTypes": ["violations"]}
"""Of what passes one element a rule is told; to describe each of them takes most of the time."""
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}} | FOUND
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
} | FOUND


@dataclass(frozen=True)
class View:
    """Where something is seen, and what brings it about there."""

    name: str
    address: str
    wait: str
    do: Callable[[Page], Any] = lambda page: None
    narrow: bool = False
    """Whether it is laid out in another way on a phone."""


def _answer(page: Page) -> None:
    ask(page, "What happened?")
    answered(page)


def _card(page: Page) -> None:
    _answer(page)
    page.locator(".chip").first.hover()
    page.locator(".card").wait_for()


def _source(page: Page) -> None:
    _answer(page)
    page.locator(".chip").first.click()
    page.locator("#source mark").first.wait_for()


def _receipt(page: Page) -> None:
    _answer(page)
    page.get_by_role("button", name="Receipt").click()
    page.locator(".receipt").wait_for()


def _refusal(page: Page) -> None:
    ask(page, "Who baked?")
    page.locator(".refusal .nearest b").wait_for()


def _feedback(page: Page) -> None:
    _answer(page)
    page.get_by_role("button", name="Not helpful").click()
    page.get_by_role("dialog").wait_for()


def _filters(page: Page) -> None:
    page.get_by_role("button", name="Filters").click()
    page.locator(".outlets label").first.wait_for()


def _check(page: Page) -> None:
    page.get_by_role("textbox", name="Draft").fill(
        "Engineers closed the Ziegel bridge because its cables had rusted. The bakers of Larkfield sang for the queen."
    )
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".tally").wait_for()


VIEWS = [
    View("new", "", ".state h1"),
    View("filters", "", ".state h1", _filters, narrow=True),
    View("answer", "", ".state h1", _answer, narrow=True),
    View("card", "", ".state h1", _card),
    View("source", "", ".state h1", _source, narrow=True),
    View("receipt", "", ".state h1", _receipt),
    View("refusal", "", ".state h1", _refusal),
    View("feedback dialog", "", ".state h1", _feedback),
    View("draft", "#/check", "#draft", _check),
    View("archive", "#/archive", ".articles", narrow=True),
    View("article", "#/articles/bridge", ".article-text", narrow=True),
    View("status", "#/status", ".facts"),
    View("feedback list", "#/feedback", ".view p.dim, .feedback"),
    View("sign in", "#/sign-in", ".sign-in"),
    View("not found", "#/answers/ans_0", ".notice"),
]


@pytest.fixture(scope="module")
def site(serve_page: Callable[..., Site]) -> Site:
    site = serve_page(*articles(), llm="tiny-1b")
    differ = [
        ("conflict", "Did it rise?", [("nine", "chess", "nine"), ("two", "river", "two metres")]),
        ("update", "titles", [("three", "chess", "third"), ("two", "river", "two metres")]),
    ]
    site.stage.says(answer_of(site.archive, "What happened?", [WON, ROSE], short="nine", differ=differ))
    refused = ("not_in_coverage", "None says it.", [("river", "Bakers gave away four hundred loaves.")])
    site.stage.says(answer_of(site.archive, "Who baked?", refused=refused))  # type: ignore[arg-type]
    return site


@pytest.fixture(scope="module")
def axe() -> Any:
    """axe-core; skipped where it is not installed, but not in CI."""
    if importlib.util.find_spec("axe_playwright_python") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("axe-playwright-python needs the extra `dev`")
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


@pytest.mark.parametrize(
    ("width", "views"), [(1280, VIEWS), (390, [view for view in VIEWS if view.narrow])], ids=["wide", "phone"]
)
def test_axe_finds_nothing_in_light_and_dark(
    site: Site, chromium: Browser, axe: Any, width: int, views: list[View]
) -> None:
    """Every rule in light; in dark those about colours, for nothing else differs."""
    context = chromium.new_context(viewport={"width": width, "height": 860}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    found: dict[str, list[Any]] = {}
    for view in views:
        page = context.new_page()
        page.goto(f"{site.url}/{view.address}")
        page.locator(view.wait).first.wait_for()
        view.do(page)
        for scheme, rules in (("light", RULES), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            response = axe.run(page, options=rules).response
            assert len(response["passes"]) >= (10 if scheme == "light" else 1)
            for one in response["violations"]:
                found.setdefault(f"{view.name}, {scheme}", []).append(
                    (one["id"], [n["html"][:120] for n in one["nodes"]])
                )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{view.name} scrolls sideways"
        page.close()
    context.close()
    assert found == {}


def test_by_the_keyboard_alone(site: Site, page: Page) -> None:
    page.goto(site.url)
    expect(page.get_by_role("textbox", name="Question")).to_be_focused()
    page.keyboard.type("What happened?")
    page.keyboard.press("Enter")
    answered(page)
    focused = page.locator(":focus")
    # Back from the box through the answer to its last chip, whose card shows by itself.
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if "chip" in (focused.get_attribute("class") or ""):
            break
    expect(page.locator(".card")).to_be_visible()
    name = focused.get_attribute("aria-label") or ""
    assert name.startswith("Source ")
    page.keyboard.press("Tab")
    expect(focused).to_have_text("Previous")
    page.keyboard.press("Enter")
    expect(focused).to_have_text("Previous")
    page.keyboard.press("Escape")
    expect(page.locator(".card")).to_have_count(0)
    assert "chip" in (focused.get_attribute("class") or "")
    page.keyboard.press("Enter")
    page.locator("#source mark").first.wait_for()
    expect(focused).to_have_text("Close")
    page.keyboard.press("Tab")
    assert focused.evaluate("element => element.className") == "pane-body"  # scrolls by the arrow keys
    page.keyboard.press("Escape")
    assert "chip" in (focused.get_attribute("class") or "")
    # Feedback: the dialog takes the focus and gives it back.
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused.inner_text() == "Not helpful":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(focused).to_have_text("Not helpful")
    # The skip link, and the views.
    page.keyboard.press("Control+Home")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    for _ in range(80):
        if focused.inner_text() == "Skip to the answer":
            break
        page.keyboard.press("Shift+Tab")
    expect(focused).to_have_text("Skip to the answer")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_screen_reader_is_told(site: Site, page: Page) -> None:
    page.goto(site.url)
    ask(page, "What happened?")
    expect(page.get_by_role("status").filter(has_text="Answer with 2 sentences. nine")).to_be_attached()
    expect(page.get_by_role("article", name="What happened?")).to_be_visible()
    expect(page.get_by_role("button", name="Source 1: Harbor Post, 20 August 2021").first).to_be_visible()


def test_on_a_phone(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(site.url)
    ask(page, "What happened?")
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.locator("#side").is_visible()
    page.locator(".chip").first.tap()
    pane = page.locator("#source")
    page.locator("#source mark").first.wait_for()
    box = pane.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert page.evaluate("document.getElementById('main').inert")
    page.get_by_role("button", name="Close").tap()
    expect(pane).to_be_hidden()
    assert not page.evaluate("document.getElementById('main').inert")
    page.get_by_role("button", name="Conversations").tap()
    expect(page.locator("#side")).to_be_visible()
    page.locator("#conversations a").first.tap()
    expect(page.locator("#side")).to_be_hidden()
    for target in page.locator(".answer-actions > *, #views a, .composer button").all():
        size = target.bounding_box()
        assert size is None or size["height"] >= 24
    context.close()
