"""Options of a request to a language model, and the timings that its server reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CompletionOptions:
    """Options of one request."""

    max_tokens: int | None = None
    """Limited by the settings, which are the default."""
    temperature: float | None = None
    """None for the setting."""
    top_logprobs: int = 0
    """Number of alternatives for each token with log-probabilities; see `Completion.first_token`."""
    grammar: str | None = None
    """A GBNF grammar for the completion; llama.cpp only."""
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Extra fields of the request, e.g. llama.cpp's `cache_prompt` and `id_slot`."""

    def request(self, defaults: Mapping[str, Any]) -> dict[str, Any]:
        """The request's options, merged over the model's defaults."""
        options = dict(defaults)
        for name in ("max_tokens", "max_completion_tokens"):
            if self.max_tokens is not None and name in options:
                options[name] = min(self.max_tokens, options[name])
        if self.temperature is not None and "temperature" in options:
            options["temperature"] = self.temperature
        if self.top_logprobs:
            options |= {"logprobs": True, "top_logprobs": self.top_logprobs}
        body = dict(self.extra_body) | ({"grammar": self.grammar} if self.grammar is not None else {})
        return options | ({"extra_body": body} if body else {})


NO_OPTIONS = CompletionOptions()


@dataclass(frozen=True, slots=True)
class Timings:
    """A server's speed by its own clock, as reported by llama.cpp."""

    prompt_tokens: int
    """Tokens that were read, without cached ones."""
    prompt_per_second: float
    completion_tokens: int
    completion_per_second: float
