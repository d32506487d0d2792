"""The chat page in a browser: first paint, first sentence, scrolling 500 messages, bytes, accessibility.

    python -m benchmarks.page [--home HOME] [--questions 30] [--pages 4691]

HOME: an archive of RealTimeQA 2022's 4,691 pages, or of the first so many, made there if there is none. Each question
is asked on the page and, beside it, by a bare HTTP client in the same stream format. What the page adds is the median
of the differences between two moments: the first sentence is painted after Enter, and the client has its event. Tasks
over 50 ms are the browser's own (`longtask`), while a conversation of 500 answers is scrolled from its
end to its beginning. Needs Chromium and the extra `dev`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks._common import print_table, serving
from dateline.api.asking import ask, random_conversation_id
from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.index.conversations import StoredTurn, add_turn
from dateline.rag.answerer import Answerer, random_answer_id
from dateline.rag.question import Question
from tests.browser import NOT_THERE, find_browser
from training.data import (
    default_encoder,
    default_reader,
    default_support,
    opened_archive,
    read_jsonl,
    realtimeqa,
    temporary_home,
)

MESSAGES = 500
LONG_TASK = 50
PATIENCE = 120_000
WARM_UP = 3
VIEWS = {"answer": "", "draft": "#/check", "archive": "#/archive", "status": "#/status", "sign in": "#/sign-in"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--pages", type=int)
    given = parser.parse_args()
    data = realtimeqa("dev-2022")
    chromium = find_browser()
    if chromium is None:
        print(f"skipped: {NOT_THERE}")
        sys.exit(0)
    questions = [str(row["question"]) for row in read_jsonl(data / "questions.jsonl.gz")][: given.questions + WARM_UP]
    with ExitStack() as stack:
        articles = data / "articles.jsonl.gz"
        if given.pages is not None:
            articles = stack.enter_context(temporary_home()) / "first.jsonl"
            lines = read_jsonl(data / "articles.jsonl.gz")[: given.pages]
            articles.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        searcher = stack.enter_context(opened_archive(given.home, [articles]))
        services = Services(searcher.archive, searcher, Answerer(searcher, default_reader()), default_support)
        url = stack.enter_context(serving(create_app(lambda: services)))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        stack.callback(browser.close)
        rows = _weight_and_paint(browser, url)
        rows += _first_sentence(browser, url, questions)
        rows += _scrolling(browser, url, _fill_conversation(services, questions))
        rows += _accessibility(browser, url, questions[0])
        print_table(
            f"The page, over {searcher.archive.counts().articles:,} articles, encoder {default_encoder().name}", rows
        )


def _page(browser: Browser, **options: Any) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 860}, **options)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def _weight_and_paint(browser: Browser, url: str) -> list[tuple[str, str]]:
    """All files of all views, as they go over the wire; and when the first words are painted."""
    page = _page(browser)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url)
    page.locator(".state h1").wait_for()
    first = sum(sizes)
    for view in ("#/check", "#/archive", "#/status", "#/feedback", "#/sign-in", "#/articles/x", "#/answers/ans_0"):
        page.evaluate("hash => { location.hash = hash }", view)
        page.wait_for_load_state("networkidle")
    files = httpx.get(url, headers={"accept-encoding": "gzip"})
    paints = []
    for _ in range(10):
        again = _page(browser)
        again.goto(url)
        again.locator(".state h1").wait_for()
        paints.append(again.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        again.context.close()
    page.context.close()
    assert files.status_code == 200
    return [
        ("over the wire until a question can be asked, headers and API included", f"{first / 1000:.0f} kB"),
        ("the same with every view opened", f"{sum(sizes) / 1000:.0f} kB"),
        ("first contentful paint, p50 and most of 10", f"{np.median(paints):.0f} ms and {max(paints):.0f} ms"),
    ]


def _first_sentence(browser: Browser, url: str, questions: list[str]) -> list[tuple[str, str]]:
    page = _page(browser)
    page.goto(url)
    page.locator(".state h1").wait_for()
    # Painted: the frame behind the one in which the sentence came in.
    page.evaluate(
        """() => {
            window.first = null;
            document.addEventListener('keydown', event => {
                if (event.key === 'Enter') { window.first = null; window.began = performance.now(); }
            }, true);
            new MutationObserver(() => {
                const turn = [...document.querySelectorAll('.turn')].at(-1);
                if (window.began && window.first === null && turn?.querySelector('.claim, .refusal')) {
                    window.first = 0;
                    requestAnimationFrame(() => setTimeout(() => { window.first = performance.now() - window.began; }));
                }
            }).observe(document.getElementById('main'), { childList: true, subtree: true });
        }"""
    )
    on_page: list[float] = []
    by_api: list[float] = []
    for question in questions:
        by_api.append(_by_api(url, question))
        page.goto(f"{url}/#/new")  # as the bare client does: a follow-up has to be understood first
        page.locator(".state h1").wait_for()
        page.get_by_role("textbox", name="Question").fill(question)
        page.keyboard.press("Enter")
        page.locator(".answer-actions").wait_for()
        on_page.append(float(page.evaluate("window.first")))
    page.context.close()
    shown, heard = np.array(on_page[WARM_UP:]), np.array(by_api[WARM_UP:])
    added = shown - heard
    return [
        ("first sentence after Enter on the page, p50 and p95", _both(shown)),
        ("first sentence by the API alone, p50 and p95", _both(heard)),
        (f"what the page adds, p50 and p95 of {len(added)}", _both(added)),
    ]


def _both(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    return f"{np.median(values):.0f} ms and {np.percentile(values, 95):.0f} ms"


def _by_api(url: str, question: str) -> float:
    """Milliseconds until the first claim, or the refusal."""
    start = time.perf_counter()
    body = {"question": question, "stream": True, "conversation_id": "new", "length": "medium", "filters": {}}
    with httpx.stream("POST", f"{url}/v1/answers", json=body, timeout=PATIENCE / 1000) as response:
        for line in response.iter_lines():
            if line in ("event: claim", "event: done"):
                return (time.perf_counter() - start) * 1000
    raise RuntimeError(f"no answer to {question!r}")


def _fill_conversation(services: Services, questions: list[str]) -> str:
    """The id of a conversation of `MESSAGES` answers."""
    conversation_id = random_conversation_id()
    now = datetime.now(UTC)
    asked = [ask(services, Question(question, now), now) for question in questions[:20]]
    for number in range(MESSAGES):
        one = asked[number % len(asked)]
        stored = json.loads(one.json) | {"id": random_answer_id()}
        services.archive.save_answer(stored["id"], now, json.dumps(stored), cited={})
        turn = StoredTurn(one.answer.question, one.answer.question, stored["id"], now)
        add_turn(services.archive, conversation_id, turn)
    return conversation_id


def _scrolling(browser: Browser, url: str, conversation_id: str) -> list[tuple[str, str]]:
    page = _page(browser)
    page.add_init_script(
        "window.long = []; new PerformanceObserver(list => long.push(...list.getEntries().map(one => one.duration)))"
        ".observe({ type: 'longtask', buffered: true })"
    )
    page.goto(f"{url}/#/c/{conversation_id}")
    page.locator(".answer-actions").first.wait_for()
    page.wait_for_timeout(2000)
    opening = page.evaluate("long.splice(0)")
    page.mouse.move(640, 400)
    while page.locator(".question").count() < MESSAGES:
        for _ in range(10):
            page.mouse.wheel(0, -1500)
            page.wait_for_timeout(30)
    coming = page.evaluate("long.splice(0)")
    for step in (1500, -1500):
        for _ in range(200):
            page.mouse.wheel(0, step)
            page.wait_for_timeout(10)
    scrolled = page.evaluate("long.splice(0)")
    page.context.close()

    def told(tasks: list[float]) -> str:
        return f"{len(tasks)}, at most {max(tasks, default=0):.0f} ms"

    return [
        (f"tasks over {LONG_TASK} ms while a conversation of {MESSAGES} answers opens", told(opening)),
        ("while one scrolls up and all of them come in", told(coming)),
        ("while they are scrolled down and up again", told(scrolled)),
    ]


def _accessibility(browser: Browser, url: str, question: str) -> list[tuple[str, str]]:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        return [("violations found by axe-core", "not measured: axe-playwright-python is not installed")]
    found: list[str] = []
    for scheme in ("light", "dark"):
        for name, view in VIEWS.items():
            page = _page(browser, color_scheme=scheme, reduced_motion="reduce")
            page.goto(f"{url}/{view}")
            page.locator("h1").first.wait_for()
            if name == "answer":
                page.get_by_role("textbox", name="Question").fill(question)
                page.keyboard.press("Enter")
                page.locator(".answer-actions").wait_for()
            found += [f"{scheme} {name}: {one['id']}" for one in Axe().run(page).response["violations"]]
            page.context.close()
    return [
        (
            f"violations found by axe-core, {len(VIEWS)} views in light and dark",
            f"{len(found)} {', '.join(found)}".strip(),
        )
    ]


if __name__ == "__main__":
    main()
