"""Builds the services from the settings: archive, encoder, searcher, reader, LLM, answerer. The composition root.

Knows which parts there are and the order in which they open, nothing of what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, partial
from os import cpu_count
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from dateline.index.errors import BusyError, InputError, StorageError

if TYPE_CHECKING:
    from dateline.api.settings import Settings
    from dateline.index.archive import Archive
    from dateline.index.encoder import Encoder
    from dateline.index.search import Searcher
    from dateline.index.sources.fetch import FetchLimits
    from dateline.rag.answer import Answer
    from dateline.rag.answerer import Answerer
    from dateline.rag.generation.llm import Llm
    from dateline.rag.generation.llm_profile import LlmProfile
    from dateline.rag.generation.model_files import ModelFolder
    from dateline.rag.generation.model_server import LocalModel
    from dateline.rag.generation.server_folder import ServerFolder
    from dateline.rag.generation.server_state import ServerState
    from dateline.rag.generation.speed import SpeedLog
    from dateline.rag.reading.reader import Reader
    from dateline.rag.verification.support import SupportCheck

AT_WORK = 4
"""Answers, searches and checks of a process that compute at once where an LLM is configured and many more are under
way, most of which wait for it; more would take turns at every step, and the server would be heard no more."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """How sources are fetched."""

    limits: FetchLimits
    pause: float
    """Seconds between two requests to a host."""
    public_url: str | None = None
    """Where WebSub hubs reach the server; None: feeds are not subscribed to."""


@dataclass(frozen=True, slots=True)
class Services:
    """An open archive with everything that answers, searches and checks. Safe for threads."""

    archive: Archive
    searcher: Searcher
    answerer: Answerer
    support: Callable[[], SupportCheck]
    """Opens the support check for a draft."""
    at_work: AbstractContextManager[object] = field(default_factory=nullcontext)
    """Held while a processor is used for long; answering and checking hold it by themselves. Without an LLM it doesn't
    limit anything: `api/http/admission.py` does."""
    cache: Path | None = None
    """Folder of converted and downloaded models; None: unknown."""
    store_answers: bool = True
    """Whether questions and answers are stored."""
    retain_answers_days: int | None = None
    """For how many days; None: without limit."""
    observe: Callable[[Answer], None] = lambda _answer: None
    """Called with every answer."""
    llm: Llm | None = None
    """The language model, if one is configured."""
    fetching: Fetching | None = None
    """How the server fetches sources; None: it does not."""
    owned: ServerFolder | None = None
    """Owner of a local model's process, if the process ends with these services."""

    def close(self) -> None:
        """Close the archive, and end the process of a local model that was started for these services."""
        self.archive.close()
        if self.owned is not None:
            self.owned.close()


def open_services(settings: Settings, *, create: bool = False, servers: ServerFolder | Path | None = None) -> Services:
    """Open everything that answers questions. Raises what opening the archive and the encoder raise.

    `servers`: owner of a local model's process, see `own_model_server`; None: these services.

    Opening the parts in parallel was measured and gains nothing (imports hold Python's lock).
    """
    from dateline.index.database import is_read_only
    from dateline.rag.answerer import Answerer
    from dateline.rag.generation.rewriting import LlmRewriter
    from dateline.rag.generation.writer import LlmWriter

    local_model(settings)  # that there is none should be said before anything is loaded
    searcher = open_searcher(settings, create=create)
    owned = own_model_server(settings) if servers is None else None
    # Two, each with its own circuit breaker: rewriting has a short deadline, and its failures don't count for answers.
    llm, rewriting_llm = (open_llm(settings, servers or owned) for _ in range(2))
    at_work: AbstractContextManager[object] = BoundedSemaphore(max(AT_WORK, cpu_count() or 1)) if llm else nullcontext()
    answerer = Answerer(
        searcher,
        open_reader(settings),
        writer=LlmWriter(llm, prose_support(settings, llm), profile=profile_of(settings), at_work=at_work)
        if llm
        else None,
        words=settings.answer_words,
        rewrite=LlmRewriter(rewriting_llm) if rewriting_llm else None,
        at_work=at_work,
    )
    return Services(
        searcher.archive,
        searcher,
        answerer,
        support=partial(draft_support, settings, llm, within=settings.llm_timeout, at_work=at_work),
        at_work=at_work,
        cache=settings.cache,
        store_answers=settings.store_answers and not is_read_only(settings.home),
        retain_answers_days=settings.retain_answers_days,
        llm=llm,
        fetching=fetching_of(settings) if settings.serve_sources else None,
        owned=owned,
    )


def open_searcher(settings: Settings, *, create: bool = False) -> Searcher:
    """The archive's searcher; closing the archive closes both."""
    from dateline.index.search import Searcher

    # The archive first, so that it fails before a model is loaded.
    archive = open_archive(settings, create=create)
    return Searcher(archive, open_encoder(settings, archive), reopen=lambda: open_encoder(settings, archive))


def fetching_of(settings: Settings) -> Fetching:
    """The settings for fetching sources."""
    from dateline.index.sources.fetch import FetchLimits

    limits = FetchLimits(
        max_bytes=settings.fetch_max_bytes,
        allowed_hosts=settings.fetch_allowed_hosts,
        user_agent=settings.fetch_user_agent,
    )
    return Fetching(limits, settings.fetch_pause, settings.public_url)


def open_archive(settings: Settings, *, create: bool = False) -> Archive:
    """The archive alone, without models. Articles whose embargo has ended are released, if it can be written."""
    from dateline.index.archive import Archive
    from dateline.index.embargoes import release_due

    archive = Archive(settings.home, create=create)
    with suppress(StorageError, BusyError):  # one that is only read, or that another process writes to
        release_due(archive, datetime.now(UTC))
    return archive


def open_reader(settings: Settings) -> Reader:
    """The reader of the settings; a custom model is converted first, once."""
    from dateline.rag.reading import reader_export

    return reader_export.open_reader(settings.reader, settings.cache / "readers")


def profile_of(settings: Settings) -> LlmProfile:
    """How the LLM of the settings is asked."""
    from dateline.rag.generation.llm_profile import HOSTED, LOCAL

    usual = LOCAL if settings.llm_is_local else HOSTED
    return replace(
        usual,
        style=settings.llm_style or usual.style,
        context_tokens=settings.llm_excerpt_tokens or usual.context_tokens,
    )


def model_folder(settings: Settings) -> ModelFolder:
    """The folder of pulled language models."""
    from dateline.rag.generation.model_files import ModelFolder

    return ModelFolder(settings.cache / "models")


def model_servers(settings: Settings) -> Path:
    """The folder of all local model servers that share a cache."""
    return settings.cache / "llm"


def own_model_server(settings: Settings, *, shared: bool = False) -> ServerFolder | None:
    """Owner of a local model's process, which ends when this is closed or when this Python process ends.

    None if the settings name no local model. `shared`: whether other commands may use it too.
    """
    if not settings.llm_is_local:
        return None
    from dateline.rag.generation.server_folder import ServerFolder

    return ServerFolder(model_servers(settings), shared=shared)


def local_model(settings: Settings) -> LocalModel | None:
    """The local model of the settings, if any. Raises `InputError` if it is not on this machine."""
    if settings.llm_model is None or not settings.llm_is_local:
        return None
    from dateline.rag.generation.model_files import model_path
    from dateline.rag.generation.model_server import LocalModel

    path = model_path(settings.llm_model, model_folder(settings))
    return LocalModel(path, settings.llm_context, settings.llm_threads)


def local_model_state(settings: Settings, now: float) -> ServerState | None:
    """The state of the local model's process, whoever started it. `now`: seconds since the epoch."""
    if (model := local_model(settings)) is None:
        return None
    from dateline.rag.generation.server_state import ServerState, states

    return next(states(model_servers(settings), model.path, now), ServerState(model.name))


def open_llm(settings: Settings, servers: ServerFolder | Path | None = None) -> Llm | None:
    """The LLM of the settings, or None. Sends no request and starts no process.

    `servers`: owner of a local model's process, see `own_model_server`; needed if the settings name one.
    """
    if settings.llm_model is None:
        return None
    from dateline.rag.generation.llm import Llm, LlmServer

    model = local_model(settings)
    local = None
    if model is not None:
        from dateline.rag.generation.model_server import ModelServer

        if servers is None:
            raise InputError("a local model needs a folder for its process", hint="Call `own_model_server` first.")
        local = ModelServer(model, servers if isinstance(servers, Path) else servers.path)
    server = LlmServer(
        base_url=settings.llm_base_url or "",
        model=model.name if model is not None else settings.llm_model,
        api_key=settings.llm_api_key.get_secret_value() if settings.llm_api_key else "",
        timeout=settings.llm_timeout,
        max_tokens=settings.llm_max_tokens,
        temperature=settings.llm_temperature,
    )
    return Llm(server, local=local, speeds=None if model is None else _speeds(settings, model))


@contextmanager
def running_llm(settings: Settings) -> Iterator[Llm | None]:
    """Context manager: the LLM of the settings, or None; a local model's process ends with the block."""
    with own_model_server(settings) or nullcontext() as servers:
        yield open_llm(settings, servers)


def _speeds(settings: Settings, model: LocalModel) -> SpeedLog:
    from dateline.rag.generation import machine
    from dateline.rag.generation.speed import SpeedLog, speed_file

    about = {"processor": machine.processor(), "threads": model.threads or machine.cores()}
    return SpeedLog(speed_file(model_servers(settings), model.path, about))


@contextmanager
def open_checker(settings: Settings) -> Iterator[tuple[Searcher, SupportCheck]]:
    """Open what checks drafts, without what answers questions. Raises what opening its parts raises."""
    with ExitStack() as stack:
        # The LLM first, so that a missing model fails before anything is loaded.
        llm = stack.enter_context(running_llm(settings)) if settings.llm_verifies != "off" else None
        searcher = open_searcher(settings)
        stack.callback(searcher.archive.close)
        yield searcher, draft_support(settings, llm)


def draft_support(
    settings: Settings,
    llm: Llm | None,
    *,
    within: float | None = None,
    at_work: AbstractContextManager[object] | None = None,
) -> SupportCheck:
    """What a draft's sentences are checked by; one a draft.

    `within`: seconds that the LLM has for all of them. `at_work`: held while a sentence is checked, and not while the
    LLM is asked about it.
    """
    from dateline.rag.verification.support import LimitedSupport

    support = open_support(settings)
    if at_work is not None:
        support = LimitedSupport(support, at_work)
    return _verified(support, llm if settings.llm_verifies != "off" else None, within)


def prose_support(settings: Settings, llm: Llm) -> SupportCheck:
    """The support check for an LLM's own sentences."""
    return _verified(open_support(settings), llm if settings.llm_verifies == "all" else None)


def _verified(support: SupportCheck, llm: Llm | None, within: float | None = None) -> SupportCheck:
    if llm is None:
        return support
    from dateline.rag.generation.llm_verifier import LlmVerifier
    from dateline.rag.verification.verifier import VerifiedSupport

    return VerifiedSupport(support, LlmVerifier(llm, within=within))


def open_support(settings: Settings) -> SupportCheck:
    """The support check, one for the whole process."""
    return _support(settings.cache)


@cache
def _support(kept: Path) -> SupportCheck:
    from dateline.rag.language.analyser import Analyser
    from dateline.rag.language.pipeline import SpacyParser
    from dateline.rag.verification.entailment import SHIPPED, EntailmentModel
    from dateline.rag.verification.support_check import TrainedSupport

    model = EntailmentModel(SHIPPED, compiled=kept / "compiled")
    return TrainedSupport(model, Analyser(SpacyParser()))


def open_encoder(settings: Settings, archive: Archive | None = None) -> Encoder:
    """The encoder of the archive (None: of the settings) for single texts; converted first, once.

    One for the whole process: searching and the support check share it.
    """
    return _encoder(_encoder_model(settings, archive), settings.cache, _device(settings))


def _encoder_model(settings: Settings, archive: Archive | None) -> Path | None:
    """The model that the archive was re-encoded with, if it still exists; else that of the settings."""
    recorded = None if archive is None else archive.fact("encoder_model")
    return Path(recorded) if recorded is not None and Path(recorded).exists() else settings.encoder


@cache
def _encoder(model: Path | None, kept: Path, device: str) -> Encoder:
    from dateline.index import encoder_export

    return encoder_export.open_encoder(model, kept / "encoders", device=device)


def _device(settings: Settings) -> str:
    # A question is one text: starting a GPU for it would take longer than answering.
    return "cpu" if settings.device == "auto" else settings.device


def open_bulk_encoder(settings: Settings, archive: Archive | None = None) -> Encoder:
    """The encoder for batches of texts, a new one for each caller."""
    from dateline.index import encoder_export

    device = encoder_export.bulk_device() if settings.device == "auto" else settings.device
    model = _encoder_model(settings, archive)
    return encoder_export.open_encoder(model, settings.cache / "encoders", device=device, bulk=True)
