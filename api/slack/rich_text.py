"""Slack's rich text blocks: words, links and lists as data, so that nothing is parsed as markup.

An article's `<!channel>`, `*bold*` or `<https://…|…>` stays plain text. `escape` is for the few places that Slack
parses as mrkdwn. Knows nothing of answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from dateline.api.terminal import clean

Block = dict[str, Any]
Element = dict[str, Any]

MOST_BLOCKS = 50
"""In a message."""
MOST_CHARS = 12_000
"""In a message; Slack refuses somewhat more (`msg_blocks_too_long`)."""
LONGEST_URL = 3_000
LONGEST_NOTICE = 300
"""Characters of the text that a notification shows."""


def words(text: str, *, bold: bool = False, italic: bool = False, strike: bool = False) -> Element:
    """Plain words."""
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic), ("strike", strike)) if wanted}
    element: Element = {"type": "text", "text": clean(text) or " "}
    return element | ({"style": style} if style else {})


def link(url: str | None, text: str) -> Element:
    """A link; plain words if Slack doesn't accept `url`."""
    return {"type": "link", "url": url, "text": clean(text) or " "} if url and is_web_url(url) else words(text)


def is_web_url(url: str) -> bool:
    """Whether it is an http(s) address with a host and without credentials."""
    if len(url) > LONGEST_URL or re.search(r"[\s<>\"\\|`{}^]", url) or clean(url) != url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def section(*elements: Element) -> Element:
    """A section of words and links."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(text: str) -> Element:
    """A block quotation."""
    return {"type": "rich_text_quote", "elements": [words(text)]}


def bullets(items: Iterable[Sequence[Element]]) -> Element:
    """A list."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(*item) for item in items]}


def rich_text(*elements: Element) -> Block:
    """A block of sections, quotations and lists."""
    return {"type": "rich_text", "elements": list(elements)}


def paragraph(*elements: Element) -> Block:
    """A block of words and links."""
    return rich_text(section(*elements))


def text_of(block: Any) -> str:
    """The plain text of blocks or elements."""
    if isinstance(block, list):
        return "".join(text_of(one) for one in block)
    if not isinstance(block, dict):
        return ""
    if block.get("type") in ("text", "link"):
        return str(block["text"])
    ending = "\n" if block.get("type") in ("rich_text_section", "rich_text_quote") else ""
    return text_of(block.get("elements", [])) + ending


def escape(text: str) -> str:
    """Escape text that Slack parses as mrkdwn, so that it makes no mention, channel or link."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def notice(text: str) -> str:
    """The beginning of a text, cut between words, for a notification."""
    return escape(shortened(text, LONGEST_NOTICE)) or "Dateline"


def shortened(text: str, most: int) -> str:
    """At most `most` characters, cut between words."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 2].rsplit(' ', 1)[0]} …"


def messages(blocks: Sequence[Block]) -> list[list[Block]]:
    """Split blocks into messages that Slack accepts, between blocks.

    A block that is too long is split between words.
    """
    parts: list[list[Block]] = [[]]
    room = MOST_CHARS
    for block in (piece for one in blocks for piece in _fitting(one)):
        size = len(text_of(block))
        if parts[-1] and (size > room or len(parts[-1]) >= MOST_BLOCKS):
            parts.append([])
            room = MOST_CHARS
        parts[-1].append(block)
        room -= size
    return parts


def _fitting(block: Block) -> list[Block]:
    text = text_of(block)
    if len(text) <= MOST_CHARS:
        return [block]
    pieces = [""]
    for word in re.split(r"(?<=\s)", text):
        for piece in (word[at : at + MOST_CHARS] for at in range(0, len(word), MOST_CHARS)):
            if len(pieces[-1]) + len(piece) > MOST_CHARS:
                pieces.append("")
            pieces[-1] += piece
    return [paragraph(words(piece)) for piece in pieces]
