"""A prompt → a completion, piece by piece, from any server that speaks OpenAI's chat protocol.

Retries where a retry can help, one deadline over all of it, a budget of tokens, and a circuit breaker. Knows nothing of
articles, and nothing of whether a completion is true.
"""

from __future__ import annotations

import random
import re
import socket
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from weakref import finalize

from index.errors import LlmBusyError, LlmError, LlmPausedError, LlmRequestError
from rag.generation.breaker import Breaker
from rag.generation.prompts import Prompt

if TYPE_CHECKING:
    from openai import OpenAI
    from tenacity import RetryCallState

ATTEMPTS = 3
FIRST_WAIT = 0.5
"""Seconds at most before the second attempt; each further wait is up to twice as long."""
MOST_CHARS_PER_TOKEN = 8
"""A completion with more characters than that for each token allowed is cut, whatever its server counts."""
TICK = 2.0
"""Seconds after which an empty piece comes, so that whoever waits for a whole sentence can go away."""
_NO_KEY = "none"
"""Sent where there is no key: servers on one's own machine take any, the SDK insists on one."""
_THOUGHTS = ("<think>", "<thinking>", "<thought>", "<reasoning>")
"""Tags behind which models put what they think before they answer."""


@dataclass(frozen=True, slots=True)
class LlmServer:
    """Where a model is, and how much is asked of it."""

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    timeout: float = 30.0
    """Seconds from the question to the whole answer; a completion, retries included, gets what is left of them."""
    max_tokens: int = 1_000
    """Of the completion."""
    temperature: float = 0.0


class Llm:
    """A language model behind a server. Safe for threads."""

    def __init__(
        self,
        server: LlmServer,
        *,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        """`clock`: seconds. `rng`: for the jitter of waits."""
        from openai import DefaultHttpxClient, OpenAI

        self.name = server.model
        self.server = server
        self._clock = clock
        self._rng = rng or random.Random()
        self._breaker = breaker or Breaker(clock)
        self._options: dict[str, Any] = {
            "max_tokens": server.max_tokens,
            "temperature": server.temperature,
            "stream_options": {"include_usage": True},
        }
        http = DefaultHttpxClient()
        self._client = OpenAI(
            base_url=server.base_url, api_key=server.api_key or _NO_KEY, max_retries=0, http_client=http
        )
        # The SDK closes its connections when they are garbage too, and a collector may come to their sockets first.
        finalize(self._client, http.close).atexit = False

    def stream(self, prompt: Prompt, within: float | None = None) -> Completion:
        """The completion, which is asked for when it is first iterated over.

        `within`: seconds that it may take, if that is less than the server's `timeout`.
        """
        server = self.server if within is None else replace(self.server, timeout=min(within, self.server.timeout))
        return Completion(self._client, server, self._options, prompt, self._clock, self._rng, self._breaker)


class Completion:
    """One completion: iterate over its text once. Raises `LlmError` where it can't go on; what came before stays true.

    An empty piece comes every `TICK` seconds or so, whether there are others or not. To close the iterator hangs up.

    A thread of its own talks to the server, so that nothing there, no name that doesn't resolve and no stream that
    stalls or drips, keeps the caller beyond the deadline.
    """

    def __init__(
        self,
        client: OpenAI,
        server: LlmServer,
        options: dict[str, Any],
        prompt: Prompt,
        clock: Callable[[], float],
        rng: random.Random,
        breaker: Breaker,
    ) -> None:
        self.finish_reason: str | None = None
        """`stop`, `length` …, as the server says; `budget` if Dateline cut it; None: it didn't come to an end."""
        self.prompt_tokens: int | None = None
        """By its server's count; None: it hasn't said."""
        self.completion_tokens: int | None = None
        self._client = client
        self._server = server
        self._options = options
        self._prompt = prompt
        self._clock = clock
        self._rng = rng
        self._breaker = breaker
        self._come: SimpleQueue[str | _End | Exception] = SimpleQueue()
        self._cancelled = Event()
        self._stream: Any = None
        self._started = False
        self._deadline: float | None = None

    @property
    def late(self) -> bool:
        """Whether its deadline has passed; not before it is iterated over."""
        return self._deadline is not None and self._clock() >= self._deadline

    def __iter__(self) -> Generator[str, None, None]:
        from rag.generation.llm_faults import too_slow

        if self._server.timeout <= 0:
            raise too_slow()  # which is no fault of the server's
        if not self._breaker.allows():
            raise LlmPausedError(
                "the server has failed several times and is left alone for a while",
                hint="See what `dateline status --check-llm` says; it is tried again by itself.",
            )
        self._deadline = deadline = self._clock() + self._server.timeout
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
            if self._stream is not None:
                _hang_up(self._stream)
        self._breaker.succeeded()

    def _within_budget(self, deadline: float) -> Iterator[str]:
        chars = self._server.max_tokens * MOST_CHARS_PER_TOKEN
        pieces = 0
        for piece in self._received(deadline):
            pieces += bool(piece)
            if pieces > self._server.max_tokens or len(piece) > chars:
                self.finish_reason = "budget"
                return
            chars -= len(piece)
            yield piece

    def _received(self, deadline: float) -> Iterator[str]:
        """What the thread hands over, as long as the deadline allows."""
        from rag.generation.llm_faults import too_slow

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
        from rag.generation.llm_faults import broken_off, fault_of

        finish_reason: str | None = None
        empty = True
        if self._cancelled.is_set():
            return None
        try:
            with self._request(deadline) as self._stream:
                for chunk in self._stream:
                    empty = False
                    if self._cancelled.is_set():
                        return None
                    if chunk.usage is not None:
                        self.prompt_tokens = chunk.usage.prompt_tokens
                        self.completion_tokens = chunk.usage.completion_tokens
                    for choice in chunk.choices[:1]:
                        finish_reason = choice.finish_reason or finish_reason
                        if text := _text_of(choice.delta.content):
                            self._started = True
                            self._come.put(text)
        except Exception as error:  # anything that a server can make the SDK raise
            raise fault_of(error, started=self._started) from error
        if empty:
            raise fault_of(ValueError("no events"), started=False)
        if finish_reason is None:
            raise broken_off()
        return finish_reason

    def _request(self, deadline: float) -> Any:
        """The stream of a request. An option that the model refuses is changed or left out, from then on for all."""
        import openai

        while True:
            options = dict(self._options)
            try:
                return self._client.chat.completions.create(
                    model=self._server.model,
                    messages=[
                        {"role": "system", "content": self._prompt.system},
                        {"role": "user", "content": self._prompt.user},
                    ],
                    stream=True,
                    timeout=max(0.001, deadline - self._clock()),
                    **options,
                )
            except openai.BadRequestError as error:
                if error.param not in options:
                    raise
                self._options.pop(error.param, None)
                if error.param == "max_tokens":  # OpenAI's reasoning models have another name for it
                    self._options["max_completion_tokens"] = self._server.max_tokens


def _text_of(content: object) -> str:
    """The text of a delta: a string, or what Mistral's reasoning models send, parts of which some are thoughts."""
    if isinstance(content, list):
        return "".join(str(part["text"]) for part in content if isinstance(part, dict) and part.get("type") == "text")
    return str(content or "")


def whole_characters(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces with the halves of a character joined that a server has cut in two; a lone half becomes U+FFFD."""
    half = ""
    for piece in pieces:
        text = half + piece
        half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        yield _joined(text[: len(text) - len(half)])
    if half:
        yield _joined(half)


def _joined(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """A completion without the thoughts that some models open it with, between `<think>` and `</think>`."""
    held: str | None = ""
    for piece in pieces:
        if held is None or not piece:
            yield piece
            continue
        held += piece
        opening = held.lstrip().lower()
        tag = next((tag for tag in _THOUGHTS if opening.startswith(tag)), None)
        if tag is not None:
            if closing := re.search(f"</{tag[1:]}", held, re.IGNORECASE):
                yield held[closing.end() :]
                held = None
        elif not any(tag.startswith(opening) for tag in _THOUGHTS):
            yield held
            held = None
    if held and not held.lstrip().lower().startswith(_THOUGHTS):
        yield held


def _hang_up(stream: Any) -> None:
    """End a stream that another thread may be reading: to close a socket doesn't wake who waits for it."""
    if stream.response.is_closed:
        return  # its connection may be another's by now
    connection = stream.response.extensions["network_stream"].get_extra_info("socket")
    with suppress(OSError):  # it is gone already
        connection.shutdown(socket.SHUT_RDWR)
    stream.close()


@dataclass(frozen=True, slots=True)
class _End:
    """The completion has come to its end."""

    finish_reason: str | None
