"""The text of a completion out of the pieces that a server sends: whole characters, and without a model's thoughts.

Knows nothing of HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_THOUGHTS = ("<think>", "<thinking>", "<thought>", "<reasoning>")
"""Tags behind which models put what they think before they answer."""


def text_of(content: object) -> str:
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
