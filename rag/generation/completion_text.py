"""Cleans the streamed text of a completion: joins split characters and removes a model's reasoning.

Knows nothing of HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_THOUGHTS = ("<think>", "<thinking>", "<thought>", "<reasoning>")
"""Tags that begin a model's reasoning."""


def delta_text(content: object) -> str:
    """The text of a delta: a string, or the parts without reasoning that Mistral's models send."""
    if isinstance(content, list):
        return "".join(str(part["text"]) for part in content if isinstance(part, dict) and part.get("type") == "text")
    return str(content or "")


def whole_characters(pieces: Iterable[str]) -> Iterator[str]:
    """Join surrogate halves that a server has split; a lone half becomes U+FFFD."""
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
    """A completion without initial reasoning between `<think>` and `</think>`."""
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
