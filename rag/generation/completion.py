"""One completion by a language model's server: its text, piece by piece, and what the server says of it.

Retries where a retry can help, one deadline over all of it, and a budget of tokens. Knows nothing of articles, and
nothing of whether a completion is true.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread, local
from typing import TYPE_CHECKING, Any

from dateline.index.errors import LlmBusyError, LlmError, LlmPausedError, LlmRequestError
from dateline.rag.generation.breaker import Breaker
from dateline.rag.generation.completion_options import CompletionOptions, Timings
from dateline.rag.generation.completion_text import text_of, whole_characters, without_thoughts
from dateline.rag.generation.prompts import Prompt

if TYPE_CHECKING:
    from openai import OpenAI
    from tenacity import RetryCallState

ATTEMPTS = 3
FIRST_WAIT = 0.5
"""Seconds at most before the second attempt; each further wait is up to twice as long."""
MOST_CHARS_PER_TOKEN = 8
"""A completion with more characters than that for each token allowed is cut, whatever its server counts."""
TICK = 0.5
"""Seconds after which an empty piece comes, so that whoever waits for a whole sentence can go away within a second."""


class Completion:
    """One completion: iterate over its text once. Raises `LlmError` where it can't go on; what came before stays true.

    An empty piece comes every `TICK` seconds or so, whether there are others or not. To close the iterator hangs up.

    A thread of its own talks to the server, so that nothing there, no name that doesn't resolve and no stream that
    stalls or drips, keeps the caller beyond the deadline.
    """

    def __init__(
        self,
        connect: Callable[[float], OpenAI],
        model: str,
        defaults: dict[str, Any],
        options: CompletionOptions,
        prompt: Prompt,
        most_tokens: int,
        timeout: float,
        clock: Callable[[], float],
        rng: random.Random,
        breaker: Breaker,
        on_timings: Callable[[Timings], None] = lambda _timings: None,
    ) -> None:
        """`connect`: seconds that are left → the client to ask with. `defaults`: options of every request; one that
        the server refuses is taken out. `most_tokens`: the completion is cut behind them. `timeout`: seconds.
        `on_timings`: is told how fast the server was.
        """
        self.finish_reason: str | None = None
        """`stop`, `length` …, as the server says; `budget` if Dateline cut it; None: it didn't come to an end."""
        self.prompt_tokens: int | None = None
        """By its server's count; None: it hasn't said."""
        self.completion_tokens: int | None = None
        self.cached_tokens: int | None = None
        """Of the prompt's, those that the server had read for an earlier request; None: it hasn't said."""
        self.timings: Timings | None = None
        """None: the server hasn't said."""
        self.first_token_seconds: float | None = None
        """From the first look for text until there was some; None: there was none."""
        self.first_token: Mapping[str, float] = {}
        """The alternatives for the first token with their natural log-probabilities, the likeliest first; empty unless
        `top_logprobs` asked for them and the server tells."""
        self._connect = connect
        self._model = model
        self._defaults = defaults
        self._options = options
        self._most_tokens = most_tokens
        self._prompt = prompt
        self._timeout = timeout
        self._on_timings = on_timings
        self._clock = clock
        self._rng = rng
        self._breaker = breaker
        self._come: SimpleQueue[str | _End | Exception] = SimpleQueue()
        self._cancelled = Event()
        self._network: Any = None
        self._started = False
        self._begun = 0.0
        self._deadline: float | None = None

    @property
    def late(self) -> bool:
        """Whether its deadline has passed; not before it is iterated over."""
        return self._deadline is not None and self._clock() >= self._deadline

    def __iter__(self) -> Generator[str, None, None]:
        from dateline.rag.generation.llm_faults import too_slow

        if self._timeout <= 0:
            raise too_slow()  # which is no fault of the server's
        if not self._breaker.allows():
            raise LlmPausedError(
                "the server has failed several times and is left alone for a while",
                hint="See what `dateline status --check-llm` says; it is tried again by itself.",
            )
        self._begun = self._clock()
        self._deadline = deadline = self._begun + self._timeout
        Thread(target=self._talk, args=(deadline,), name="dateline-llm", daemon=True).start()
        try:
            yield from without_thoughts(whole_characters(self._within_budget(deadline)))
        except LlmRequestError:  # it answers, though not to this request
            self._breaker.succeeded()
            raise
        except LlmError:
            self._breaker.failed()
            raise
        except GeneratorExit:  # the caller has had enough
            if self._started:
                self._breaker.succeeded()
            raise
        finally:
            self._cancelled.set()
            self._hang_up()
        self._breaker.succeeded()

    def _within_budget(self, deadline: float) -> Iterator[str]:
        chars = self._most_tokens * MOST_CHARS_PER_TOKEN
        pieces = 0
        for piece in self._received(deadline):
            pieces += bool(piece)
            if pieces > self._most_tokens or len(piece) > chars:
                self.finish_reason = "budget"
                return
            chars -= len(piece)
            yield piece

    def _received(self, deadline: float) -> Iterator[str]:
        """What the thread hands over, as long as the deadline allows."""
        from dateline.rag.generation.llm_faults import too_slow

        ticked = self._clock()
        while True:
            try:
                come = self._come.get(timeout=max(0.0, min(ticked + TICK, deadline) - self._clock()))
            except Empty:
                come = ""
            now = self._clock()
            if now >= deadline:
                raise too_slow()
            if now - ticked >= TICK:
                ticked = now
                yield ""
            match come:
                case "":
                    pass
                case str():
                    yield come
                case _End(finish_reason):
                    self.finish_reason = finish_reason
                    return
                case _:
                    raise come

    def _talk(self, deadline: float) -> None:
        """The thread's work: attempts until one succeeds or no further one can help."""
        from tenacity import Retrying, retry_if_exception

        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, LlmError) and error.retryable),
            wait=self._wait,
            stop=lambda state: (
                state.attempt_number >= ATTEMPTS or self._clock() + state.upcoming_sleep >= deadline or self._started
            ),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            self._come.put(_End(retrying(self._attempt, deadline)))
        except Exception as error:  # noqa: BLE001 - it is raised where the caller waits
            self._come.put(error)

    def _wait(self, state: RetryCallState) -> float:
        """Seconds before the next attempt: what the server asks for, or a random share of an exponential wait."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, LlmBusyError) and error.retry_after is not None:
            return error.retry_after + self._rng.uniform(0, FIRST_WAIT)
        return self._rng.uniform(0, FIRST_WAIT * 2 ** (state.attempt_number - 1))

    def _sleep(self, seconds: float) -> None:
        self._cancelled.wait(seconds)

    def _attempt(self, deadline: float) -> str | None:
        """One request, its text put into the queue. The reason why it ended."""
        from dateline.rag.generation.llm_faults import broken_off, fault_of

        finish_reason: str | None = None
        empty = True
        if self._cancelled.is_set():
            return None
        try:
            with traced(self._note_connection), self._request(deadline) as stream:
                self._network = stream.response.extensions["network_stream"]
                for chunk in stream:
                    empty = False
                    if self._cancelled.is_set():
                        return None
                    self._note_counts(chunk)
                    for choice in chunk.choices[:1]:
                        finish_reason = choice.finish_reason or finish_reason
                        if text := text_of(choice.delta.content):
                            self._note_first(choice)
                            self._started = True
                            self._come.put(text)
        except LlmError:  # a local model that can't be started
            raise
        except Exception as error:  # anything that a server can make the SDK raise
            raise fault_of(error, started=self._started) from error
        finally:
            self._network = None  # its connection may be another's by now
        if empty:
            raise fault_of(ValueError("no events"), started=False)
        if finish_reason is None:
            raise broken_off()
        if self.timings is not None:
            self._on_timings(self.timings)
        return finish_reason

    def _note_connection(self, network: Any) -> None:
        """Remember the connection before anything is answered: llama.cpp answers once it has read the prompt."""
        self._network = network
        if self._cancelled.is_set():
            self._hang_up()

    def _hang_up(self) -> None:
        """End what another thread may be reading: to close a socket doesn't wake who waits for it."""
        if (network := self._network) is not None:
            with suppress(OSError):  # it is gone already
                network.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def _note_counts(self, chunk: Any) -> None:
        """The counts of tokens in OpenAI's `usage`, and in the `timings` that llama.cpp's server adds."""
        if chunk.usage is not None:
            self.prompt_tokens = chunk.usage.prompt_tokens
            self.completion_tokens = chunk.usage.completion_tokens
            if (details := chunk.usage.prompt_tokens_details) is not None:
                self.cached_tokens = details.cached_tokens
        timings = (chunk.model_extra or {}).get("timings")
        if isinstance(timings, dict):
            with suppress(KeyError, TypeError, ValueError):
                self.cached_tokens = int(timings["cache_n"])
                self.timings = Timings(
                    int(timings["prompt_n"]), float(timings["prompt_per_second"]),
                    int(timings["predicted_n"]), float(timings["predicted_per_second"]),
                )  # fmt: skip

    def _note_first(self, choice: Any) -> None:
        if self.first_token_seconds is None:
            self.first_token_seconds = self._clock() - self._begun
            if choice.logprobs is not None and choice.logprobs.content:
                self.first_token = {one.token: one.logprob for one in choice.logprobs.content[0].top_logprobs}

    def _request(self, deadline: float) -> Any:
        """The stream of a request. An option that the model refuses is changed or left out, from then on for all."""
        import openai

        client = self._connect(deadline - self._clock())
        while True:
            try:
                return client.chat.completions.create(
                    model=self._model,
                    messages=self._prompt.messages,
                    stream=True,
                    timeout=max(0.001, deadline - self._clock()),
                    **self._options.request(self._defaults),
                )
            except openai.BadRequestError as error:
                if error.param not in self._defaults:
                    raise
                refused = self._defaults.pop(error.param)
                if error.param == "max_tokens":  # OpenAI's reasoning models have another name for it
                    self._defaults["max_completion_tokens"] = refused


def trace_connection(request: Any) -> None:
    """A hook for requests of an HTTP client: tells whoever is `traced` in this thread of the connection made for it."""
    if (note := getattr(_tracing, "note", None)) is None:
        return

    def trace(event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            note(info["return_value"])

    request.extensions = {**request.extensions, "trace": trace}


_tracing = local()


@contextmanager
def traced(note: Callable[[Any], None]) -> Iterator[None]:
    """`note` is told of each connection that this thread's requests open."""
    _tracing.note = note
    try:
        yield
    finally:
        del _tracing.note


@dataclass(frozen=True, slots=True)
class _End:
    """The completion has come to its end."""

    finish_reason: str | None
