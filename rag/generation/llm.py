"""Client of a language model: any server with OpenAI's chat protocol, or a local model.

Holds what requests share: the connection, options that the server refuses, a circuit breaker, token counts and speed.
One request is a `Completion`. Knows nothing of articles.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import finalize

from dateline.index.errors import LlmError
from dateline.rag.generation.circuit_breaker import CircuitBreaker
from dateline.rag.generation.completion import TICK, Completion, trace_connection
from dateline.rag.generation.completion_options import NO_OPTIONS, CompletionOptions, Timings
from dateline.rag.generation.completion_text import whole_characters, without_thoughts
from dateline.rag.generation.prompts import CHECK, Prompt
from dateline.rag.generation.speed import Speed, SpeedLog
from dateline.rag.generation.tokens import TokenCounter, estimated_tokens

if TYPE_CHECKING:
    from openai import OpenAI

    from dateline.rag.generation.model_server import ModelServer
    from dateline.rag.generation.server_state import ServerState

__all__ = [
    "TICK", "Completion", "CompletionOptions", "Llm", "LlmServer", "Timings", "whole_characters", "without_thoughts",
]  # fmt: skip

_NO_KEY = "none"
"""Sent without a key: the SDK requires one, and local servers accept any."""


@dataclass(frozen=True, slots=True)
class LlmServer:
    """Address and limits of a model."""

    base_url: str
    """Empty for a local model, whose process determines it."""
    model: str
    api_key: str = field(default="", repr=False)
    timeout: float = 30.0
    """Seconds from the question to the complete answer; a completion with its retries gets what is left of them."""
    max_tokens: int = 1_000
    """Most tokens of the completion."""
    temperature: float = 0.0


class Llm:
    """A language model behind a server. Thread-safe."""

    def __init__(
        self,
        server: LlmServer,
        *,
        local: ModelServer | None = None,
        speeds: SpeedLog | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """`local`: the server process of a local model, started on demand. `speeds`: record of a local model's speed.
        `clock`: seconds. `rng`: for the jitter of waits.
        """
        from httpx2 import Limits
        from openai import DefaultHttpxClient, OpenAI

        self.name = server.model
        self.server = server
        self.local = local
        self._clock = clock
        self._rng = rng or random.Random()
        self._breaker = breaker or CircuitBreaker(clock)
        self._speeds = speeds or SpeedLog()
        self._defaults: dict[str, Any] = {
            "max_tokens": server.max_tokens,
            "temperature": server.temperature,
            "stream_options": {"include_usage": True},
        }
        # A separate connection for each request to a local model can be closed while the prompt is being read.
        pooled: dict[str, Any] = {} if local is None else {"limits": Limits(max_keepalive_connections=0)}
        http = DefaultHttpxClient(event_hooks={"request": [trace_connection]}, **pooled)
        self._client = OpenAI(
            base_url=server.base_url or "http://127.0.0.1", api_key=server.api_key or _NO_KEY, max_retries=0,
            http_client=http,
        )  # fmt: skip
        # The SDK closes connections when garbage-collected; their sockets may be collected first.
        finalize(self._client, http.close).atexit = False
        self._tokens = None if local is None else TokenCounter(local)

    def stream(
        self, prompt: Prompt, within: float | None = None, options: CompletionOptions = NO_OPTIONS
    ) -> Completion:
        """A completion, requested when it is iterated over.

        `within`: most seconds, if less than the server's `timeout`.
        """
        server = self.server
        return Completion(
            self._connected,
            server.model,
            self._defaults,
            options,
            prompt,
            server.max_tokens if options.max_tokens is None else min(options.max_tokens, server.max_tokens),
            server.timeout if within is None else min(within, server.timeout),
            self._clock,
            self._rng,
            self._breaker,
            self._speeds.note,
        )

    def prepare(self) -> None:
        """Start loading a local model in the background; does nothing for other servers."""
        if self.local is not None:
            self.local.prepare()

    def warm_up(self, prompt: Prompt = CHECK) -> None:
        """Start a local model and let it read `prompt`, whose beginning it caches; measures its speed.

        Failures don't raise; the next request reports them.
        """
        if self.local is not None:
            with suppress(LlmError):
                for _ in self.stream(prompt, options=CompletionOptions(max_tokens=8)):
                    pass

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`: exact for a local model, else an estimate."""
        return self.count_all([text])[0]

    def count_all(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, in one request at most; counts are cached."""
        if self._tokens is None:
            return [estimated_tokens(text) for text in texts]
        return self._tokens.count_all(texts)

    @property
    def context(self) -> int | None:
        """Most tokens of a prompt with its completion; None if unknown."""
        return None if self.local is None else self.local.model.context

    @property
    def speed(self) -> Speed | None:
        """The model's speed, as its server reported for earlier requests; None if unknown."""
        return self._speeds.speed

    @property
    def state(self) -> ServerState | None:
        """The state of a local model's process; None for any other server."""
        return None if self.local is None else self.local.state()

    def _connected(self, within: float) -> OpenAI:
        """The client, once the server is ready. `within`: most seconds to wait."""
        if self.local is None:
            return self._client
        endpoint = self.local.endpoint(within)
        return self._client.with_options(base_url=f"{endpoint.address}/v1", api_key=endpoint.key)
