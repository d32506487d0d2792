"""What the tests of api/ share: the command line in a home of its own, and the API over a small archive."""

import shutil
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from click.testing import CliRunner, Result
from fastapi.testclient import TestClient

from dateline.api.cli.main import cli
from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.index.archive import Archive
from dateline.index.search import Searcher
from dateline.rag.answer import Answer
from dateline.rag.answerer import Answerer
from dateline.rag.events import Done, Event
from dateline.rag.question import Question
from dateline.rag.verification.support import WordSupport
from tests.articles import FAKE, READER, opened, record, take_in

NOW = datetime(2021, 9, 1, 12, tzinfo=UTC)

HERE = "http://127.0.0.1:8000"
"""Where a client of the API finds it: a server without keys isn't called by any name."""

PATIENCE = 300
"""Seconds for anything to happen: the machine may be busy."""

RIVER = "The river Alm rose by two metres on Monday. Bakers gave away four hundred loaves. Nobody was hurt."
RIVER_LATER = "The river Alm rose by three metres on Monday. Bakers gave away four hundred loaves. Nobody was hurt."
CHESS = "Vera Quist won the chess title in nine rounds. Her rival resigned after the queens came off."
BRIDGE = "Engineers closed the Ziegel bridge because its cables had rusted. Ferries carry the traffic instead."


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`dateline`, run in this process with a home and an encoder cache of its own."""

    home: Path
    cache: Path

    def __call__(self, *words: str, **settings: str) -> Result:
        """Run a command. `settings`: more of them, without the prefix."""
        env = {"DATELINE_HOME": str(self.home), "DATELINE_CACHE": str(self.cache)}
        env |= {f"DATELINE_{name.upper()}": value for name, value in settings.items()}
        return CliRunner().invoke(cli, list(words), env=env)


@pytest.fixture
def bare(tmp_path: Path) -> CommandLine:
    """The command line without an encoder and without an archive."""
    return CommandLine(tmp_path / "home", tmp_path / "cache")


def with_models(folder: Path, encoder_cache: Path) -> CommandLine:
    """The command line with the real encoder and the real reader, its home and cache in `folder`."""
    cache = folder / "cache"
    cache.mkdir()
    for models in ("encoders", "readers"):
        (cache / models).symlink_to(encoder_cache)
    return CommandLine(folder / "home", cache)


@pytest.fixture
def dateline(tmp_path: Path, encoder_cache: Path) -> CommandLine:
    """The command line with the real encoder and the real reader, without an archive."""
    return with_models(tmp_path, encoder_cache)


@pytest.fixture(scope="session")
def three_articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the archive that `archive` gives copies of: to ingest takes longer than most tests."""
    home = tmp_path_factory.mktemp("three") / "home"
    with opened(home) as archive:
        take_in(
            archive,
            record("river", RIVER, title="Alm rises", outlet="Larkfield Gazette", url="https://gazette.example/alm"),
            record("chess", CHESS, title="Quist wins", outlet="Harbor Post", published="2021-08-20T18:00:00+02:00"),
            record("bridge", BRIDGE, title="Ziegel bridge shut", outlet="Harbor Post", published=None),
        )
        take_in(
            archive,
            record(
                "river", RIVER_LATER, title="Alm rises", outlet="Larkfield Gazette", url="https://gazette.example/alm"
            ),
        )
    return home


@pytest.fixture
def archive(tmp_path: Path, three_articles: Path) -> Iterator[Archive]:
    """Three articles by the encoder that a person can compute; `river` has two revisions."""
    shutil.copytree(three_articles, tmp_path / "home", dirs_exist_ok=True)
    with opened(tmp_path / "home") as archive:
        yield archive


@pytest.fixture
def services(archive: Archive) -> Services:
    """The archive with its searcher and answerer, on the reader that a person can compute."""
    searcher = Searcher(archive, FAKE)
    return Services(archive, searcher, Answerer(searcher, READER), WordSupport)


class Played(Answerer):
    """Says what it is told to, whatever is asked."""

    def __init__(self, services: Services, play: Callable[[Question], Iterator[Event]]) -> None:
        super().__init__(services.searcher, READER)
        self._play = play

    def stream(self, question: Question) -> Generator[Event, None, None]:
        yield from self._play(question)


def answering(services: Services, answer: Callable[[Question], Answer]) -> Services:
    """The services with `answer` in place of what answers."""
    return replace(services, answerer=Played(services, lambda question: iter([Done(answer(question))])))


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serves the API over given services, at `NOW`, on a free port of this machine; gives the address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def serve(services: Services, **options: Any) -> str:
        app = create_app(lambda: services, clock=lambda: NOW, **options)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        while httpx.get(f"{address}/readyz", timeout=PATIENCE).status_code != 200:
            time.sleep(0.01)
        return address

    yield serve
    for server, thread in running:
        server.should_exit = True
        thread.join()


@pytest.fixture
def client_of() -> Iterator[Callable[..., TestClient]]:
    """A client of the API over given services, at `NOW`; `options` as `create_app` takes them."""
    clients: list[TestClient] = []

    def client(services: Services, **options: Any) -> TestClient:
        app = create_app(lambda: services, clock=lambda: NOW, **options)
        made = TestClient(app, base_url=HERE, raise_server_exceptions=False)
        made.__enter__()
        clients.append(made)
        while (ready := made.get("/readyz")).status_code == 503 and ready.json()["detail"].endswith("being opened"):
            pass
        return made

    yield client
    for one in clients:
        one.__exit__(None, None, None)


@pytest.fixture
def client(services: Services, client_of: Callable[[Services], TestClient]) -> TestClient:
    """A client of the API over the small archive."""
    return client_of(services)
