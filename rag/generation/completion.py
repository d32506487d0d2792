"""A streamed completion from a language model's server: its text, token counts and timings.

Retries if that can help, within one deadline and a token budget. Knows nothing of articles, nor of whether a completion
is true.
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
from dateline.rag.generation.circuit_breaker import CircuitBreaker
from dateline.rag.generation.completion_options import CompletionOptions, Timings
from dateline.rag.generation.completion_text import delta_text, whole_characters, without_thoughts
from dateline.rag.generation.prompts import Prompt

if TYPE_CHECKING:
    from openai import OpenAI
    from tenacity import RetryCallState

ATTEMPTS = 3
FIRST_WAIT = 0.5
"""Most seconds before the second attempt; each later wait may be twice as long."""
MOST_CHARS_PER_TOKEN = 8
"""A completion with more characters per allowed token is cut, whatever its server counts."""
TICK = 0.5
"""Seconds after which an empty piece is yielded, so that a caller can stop waiting within a second."""


class Completion:
    """A completion. Iterate over its text once. Raises `LlmError` if it fails; earlier pieces remain valid.

    An empty piece is yielded about every `TICK` seconds. Closing the iterator closes the connection.

    A separate thread talks to the server, so that neither a slow name lookup nor a stalled stream can keep the caller
    beyond the deadline.
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
        breaker: CircuitBreaker,
        on_timings: Callable[[Timings], None] = lambda _timings: None,
    ) -> None:
        """`connect`: returns a client, given the seconds left. `defaults`: options of every request; one that the
        server refuses is removed. `most_tokens`: the completion is cut after them. `timeout`: seconds. `on_timings`:
        called with the server's speed.
        """
        self.finish_reason: str | None = None
        """From the server: `stop`, `length` …; `budget` if Dateline cut it; None if it did not finish."""
        self.prompt_tokens: int | None = None
        """As counted by the server; None if not reported."""
        self.completion_tokens: int | None = None
        self.cached_tokens: int | None = None
        """Prompt tokens that the server had cached; None if not reported."""
        self.timings: Timings | None = None
        """None if not reported."""
        self.first_token_seconds: float | None = None
        """Time from the request to the first text; None without any text."""
        self.first_token: Mapping[str, float] = {}
        """Alternatives for the first token with natural log-probabilities, likeliest first; empty unless `top_logprobs`
        was set and the server supports it."""
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
        """Whether its deadline has passed; it starts with the iteration."""
        return self._deadline is not None and self._clock() >= self._deadline

    def __iter__(self) -> Generator[str, None, None]:
        from dateline.rag.generation.llm_faults import too_slow

        if self._timeout <= 0:
            raise too_slow()  # not the server's fault
        if not self._breaker.allows():
            raise LlmPausedError(
                "the server has failed several times and is left alone for a while",
                hint="Run `dateline status --check-llm`. Requests resume by themselves after a pause.",
            )
        self._begun = self._clock()
        self._deadline = deadline = self._begun + self._timeout
        Thread(target=self._talk, args=(deadline,), name="dateline-llm", daemon=True).start()
        try:
            yield from without_thoughts(whole_characters(self._within_budget(deadline)))
        except LlmRequestError:  # the server works, but refuses this request
            self._breaker.succeeded()
            raise
        except LlmError:
            self._breaker.failed()
            raise
        except GeneratorExit:  # closed by the caller
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
        """The pieces from the thread, until the deadline."""
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
        """Run in the thread: attempts until one succeeds or no other can help."""
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
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            self._come.put(error)

    def _wait(self, state: RetryCallState) -> float:
        """Seconds before the next attempt: as the server asks, else exponential backoff with full jitter."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, LlmBusyError) and error.retry_after is not None:
            return error.retry_after + self._rng.uniform(0, FIRST_WAIT)
        return self._rng.uniform(0, FIRST_WAIT * 2 ** (state.attempt_number - 1))

    def _sleep(self, seconds: float) -> None:
        self._cancelled.wait(seconds)

    def _attempt(self, deadline: float) -> str | None:
        """Make one request and queue its text. Returns the finish reason."""
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
                        if text := delta_text(choice.delta.content):
                            self._note_first(choice)
                            self._started = True
                            self._come.put(text)
        except LlmError:  # from starting a local model
            raise
        except Exception as error:  # anything that the SDK may raise
            raise fault_of(error, started=self._started) from error
        finally:
            self._network = None  # the connection may already be reused
        if empty:
            raise fault_of(ValueError("no events"), started=False)
        if finish_reason is None:
            raise broken_off()
        if self.timings is not None:
            self._on_timings(self.timings)
        return finish_reason

    def _note_connection(self, network: Any) -> None:
        """Remember the connection early: llama.cpp sends nothing before it has read the prompt."""
        self._network = network
        if self._cancelled.is_set():
            self._hang_up()

    def _hang_up(self) -> None:
        """Shut the socket down, which wakes a thread that is reading from it; closing would not."""
        if (network := self._network) is not None:
            with suppress(OSError):  # already closed
                network.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def _note_counts(self, chunk: Any) -> None:
        """Record token counts from OpenAI's `usage` and from llama.cpp's `timings`."""
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
        """Send the request. An option that the model refuses is changed or removed, also for later requests."""
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
    """A request hook of the HTTP client: reports new connections to `traced` in the same thread."""
    if (note := getattr(_tracing, "note", None)) is None:
        return

    def trace(event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            note(info["return_value"])

    request.extensions = {**request.extensions, "trace": trace}


_tracing = local()


@contextmanager
def traced(note: Callable[[Any], None]) -> Iterator[None]:
    """Call `note` with each connection that this thread's requests open."""
    _tracing.note = note
    try:
        yield
    finally:
        del _tracing.note


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a completion."""

    finish_reason: str | None
