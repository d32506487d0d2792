"""What one request to a language model asks for beside its prompt, and how fast its server says that it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CompletionOptions:
    """What one request asks for beside the prompt."""

    max_tokens: int | None = None
    """None: as many as the settings allow; more than those is never asked for."""
    temperature: float | None = None
    """None: as the settings say."""
    top_logprobs: int = 0
    """Alternatives of each token whose log-probabilities are asked for: see `Completion.first_token`."""
    grammar: str | None = None
    """A GBNF grammar that the completion must follow. Only llama.cpp's server knows it."""
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the request, e.g. llama.cpp's `cache_prompt` and `id_slot`."""

    def request(self, defaults: Mapping[str, Any]) -> dict[str, Any]:
        """The options of the request, over those that the model has as a whole."""
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
    """How fast a server was, by its own clock; llama.cpp's tells."""

    prompt_tokens: int
    """That it had to read, i.e. without those of the cached beginning."""
    prompt_per_second: float
    completion_tokens: int
    completion_per_second: float
