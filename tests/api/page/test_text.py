"""Pure functions of the page, as the browser runs them: offsets, dates, text fragments, events."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.api.page.conftest import Site

TEXT = "Aa 🏆 b𝔱 é e\u0301 🇩🇪 end"


@pytest.fixture
def at(site: Site, page: Page) -> Page:
    page.goto(f"{site.url}/#/status")
    return page


def run(page: Page, module: str, script: str, argument: Any = None) -> Any:
    """`script`, a function of a module of the page and an argument."""
    return page.evaluate(f"argument => import('/page/{module}').then(m => ({script})(m, argument))", argument)


def test_code_points(at: Page) -> None:
    cuts = [(start, end) for start in range(len(TEXT)) for end in range(start, len(TEXT) + 1)]
    found = run(
        at,
        "text.js",
        "(m, [text, cuts]) => { const points = new m.CodePoints(text); return cuts.map(([a, b]) => [points.slice(a, b), text.slice(points.units(a), points.units(b))]) }",
        [TEXT, cuts],
    )
    assert found == [[TEXT[start:end]] * 2 for start, end in cuts]


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2021-08-05", "5 August 2021, 5 years ago"),
        ("2021-08-05T23:50:00+05:30", "5 August 2021, 5 years ago"),
        ("2026-11-30T08:00:00Z", "30 November 2026, today"),
        ("2026-11-29", "29 November 2026, yesterday"),
        ("2026-11-20", "20 November 2026, 10 days ago"),
        ("2026-11-10", "10 November 2026, 2 weeks ago"),
        ("2026-07-30", "30 July 2026, 4 months ago"),
        ("2024-12-01", "1 December 2024, 23 months ago"),
        ("2024-11-30", "30 November 2024, 2 years ago"),
        ("2027-01-01", "1 January 2027"),
        (None, "date unknown"),
        ("soon", "date unknown"),
    ],
)
def test_dates_in_words(at: Page, iso: str | None, words: str) -> None:
    assert run(at, "dates.js", "(m, iso) => m.dated(iso, new Date(2026, 10, 30, 12))", iso) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2021-08-03", "2021-08-03", "3 August 2021"),
        ("2021-08-03", "2021-08-05", "3–5 August 2021"),
        ("2021-07-30", "2021-08-02", "30 July – 2 August 2021"),
        ("2020-12-30", "2021-01-02", "30 December 2020 – 2 January 2021"),
        ("2021-08-01T00:00:00Z", "2021-08-31T23:59:59Z", "August 2021"),
        ("2021-01-01", "2021-12-31", "2021"),
    ],
)
def test_days_of_an_event(at: Page, start: str, end: str, words: str) -> None:
    assert run(at, "dates.js", "(m, [a, b]) => m.days(a, b)", [start, end]) == words


def test_a_fragment_means_these_words_and_no_others(at: Page) -> None:
    """By Chromium itself: of pages with many repeats, each sentence's fragment marks that sentence."""
    rng = random.Random(7)
    vocabulary = ["the", "river-bank", "rose,", "by", "two", "metres", "on", "Monday", "said", "50%", "A&B", "mayor"]
    text = "\n\n".join(" ".join(rng.choices(vocabulary, k=rng.randint(30, 60))) + "." for _ in range(8))
    spaces = [place for place, character in enumerate(text) if character == " "]
    spans = []
    for _ in range(60):
        start = rng.choice(spaces[:-12]) + 1
        end = rng.choice([place for place in spaces if start + 12 < place < start + 300])
        spans.append((start, end))
    found = run(
        at, "fragment.js", "(m, [text, spans]) => spans.map(([a, b]) => m.directive(text, a, b))", [text, spans]
    )
    script = "(m, [text, parts]) => m.meaning(parts, text)"
    for (start, end), directive in zip(spans, found, strict=True):
        assert directive.count(",") <= 3
        assert "&" not in directive
        assert run(at, "fragment.js", script, [text, directive]) == " ".join(text[start:end].split()), directive


def test_events_however_they_are_cut(at: Page) -> None:
    wire = 'event: claim\ndata: {"a": "é🏆"}\nid: 1\n\n: still at work\n\nevent: done\r\ndata: 1\r\ndata: 2\r\n\r\nevent: cut'
    script = """async (m, [wire, size]) => {
        const bytes = new TextEncoder().encode(wire), found = [];
        const body = new ReadableStream({ start(c) { for (let i = 0; i < bytes.length; i += size) c.enqueue(bytes.slice(i, i + size)); c.close(); } });
        for await (const event of m.events(body)) found.push([event.name, event.data]);
        return found; }"""
    for size in (1, 2, 3, 7, 1000):
        assert run(at, "sse.js", script, [wire, size]) == [["claim", '{"a": "é🏆"}'], ["done", "1\n2"]]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:x",
        "//",
        "",
        "no address",
        7,
        None,
    ],
)
def test_addresses_that_no_link_gets(at: Page, address: Any) -> None:
    assert run(at, "dom.js", "(m, a) => m.safeUrl(a) === null && m.outside(a, 'x').tagName", address) == "SPAN"
