"""A served page in Debian's Chromium: one server and one browser a module, a fresh context a test, and what it did."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.index.archive import Archive
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.verification.support import WordSupport
from tests.api.page.scenes import NOW, Stage
from tests.articles import FAKE, READER, opened, record, take_in
from tests.browser import opened_browser

PATIENCE = 60_000
"""Milliseconds for anything to appear: the machine may be busy."""

expect.set_options(timeout=PATIENCE)

RIVER = "The river Alm rose by two metres on Monday. Bakers gave away four hundred loaves. Nobody was hurt."
RIVER_LATER = "The river Alm rose by three metres on Monday. Bakers gave away four hundred loaves. Nobody was hurt."
CHESS = "Vera Quist won the chess title in nine rounds. Her rival resigned after the queens came off. 🏆 It was her third 𝔱itle."
BRIDGE = (
    "Engineers closed the Ziegel bridge because its cables had rusted. Ferries carry the traffic instead.\n\n"
    "The mayor said the bridge would open in May. Ferries carry the traffic instead, she said."
)
CORRECTION = "Correction: the cables of the Ziegel bridge had not rusted, they were cut, the council said on Friday."


@dataclass
class Site:
    """A running server and what is behind it."""

    url: str
    services: Services
    stage: Stage

    @property
    def archive(self) -> Archive:
        """Its archive."""
        return self.services.archive


@pytest.fixture(scope="module")
def serve_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Serves an archive of the given records; `options` as `create_app` takes them."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []
    archives: list[Any] = []

    def serve(*records: dict[str, Any], store_answers: bool = True, **options: Any) -> Site:
        context = opened(tmp_path_factory.mktemp("home"))
        archive = context.__enter__()
        archives.append(context)
        if records:
            take_in(archive, *records)
        searcher = Searcher(archive, FAKE)
        services = Services(archive, searcher, Answerer(searcher, READER), WordSupport, store_answers=store_answers)
        stage = Stage(services)
        services = replace(services, answerer=stage)
        server, thread, url = start(services, **options)
        running.append((server, thread))
        return Site(url, services, stage)

    yield serve
    for server, thread in running:
        server.should_exit = True
        thread.join()
    for context in archives:
        context.__exit__(None, None, None)


def start(services: Services, port: int = 0, **options: Any) -> tuple[uvicorn.Server, threading.Thread, str]:
    """A server over services, once it is ready."""
    app = create_app(lambda: services, clock=lambda: NOW, **options)
    config = uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    while httpx.get(f"{url}/readyz", timeout=PATIENCE / 1000).status_code != 200:
        time.sleep(0.01)
    return server, thread, url


def articles() -> list[dict[str, Any]]:
    """Four articles by two outlets, one of them a correction."""
    return [
        record("river", RIVER, title="Alm rises", outlet="Larkfield Gazette", url="https://gazette.example/alm"),
        record("chess", CHESS, title="Quist wins", outlet="Harbor Post", published="2021-08-20T18:00:00+02:00"),
        record(
            "bridge", BRIDGE, title="Ziegel bridge shut", outlet="Harbor Post", url="https://post.example/a?b=1#top"
        ),
        record(
            "mended",
            CORRECTION,
            title="What was wrong",
            outlet="Harbor Post",
            corrects="bridge",
            published="2021-08-27",
        ),
    ]


@pytest.fixture(scope="module")
def site(serve_page: Callable[..., Site]) -> Site:
    """The page over the four articles; anything may be done here, as there are no keys."""
    return serve_page(*articles())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; skipped where there is none, but not in CI."""
    with opened_browser() as browser:
        yield browser


@dataclass
class Watch:
    """What a page did that it should not do."""

    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def outside(self, url: str) -> list[str]:
        """Requests to anybody but this server."""
        return [one for one in self.requests if not one.startswith((url, "data:", "blob:"))]


def watched(page: Page) -> Watch:
    """Write down what the page says and asks for."""
    watch = Watch()
    page.on("console", lambda message: watch.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("request", lambda request: watch.requests.append(request.url))

    def refuse(dialog: Dialog) -> None:
        watch.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    return watch


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser's profile of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, timezone_id="UTC", locale="en-GB")
    context.set_default_timeout(PATIENCE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab in which nothing may go wrong unseen."""
    page = context.new_page()
    watch = watched(page)
    yield page
    assert watch.errors == []


def ask(page: Page, question: str) -> None:
    """Type a question and press Enter."""
    page.get_by_role("textbox", name="Question").fill(question)
    page.keyboard.press("Enter")


def answered(page: Page, turns: int = 1) -> None:
    """Wait until so many answers are there, whole."""
    page.locator(".answer-actions").nth(turns - 1).wait_for()
