"""Double-escaped markup and entities: `&amp;lt;p&amp;gt;` and `&eacute;` in what should be plain text.

Knows strings only.
"""

from __future__ import annotations

import html
import re

ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
TAG = re.compile(
    r"<(?:p|div|br|h[1-6]|ul|ol|li|span|a|figure|figcaption|article|section|em|strong|b|i|table|tr|td|blockquote|img|sup"
    r"|sub)\b[^<>]*/?>",
    re.IGNORECASE,
)
_ESCAPED_TAG = re.compile(
    r"&(?:amp;)*lt;/?(?:p|div|br|h[1-6]|ul|li|span|a|strong|em|b|i|figure|blockquote)\b", re.IGNORECASE
)
_WRAPPED = re.compile(r"\s*<(p|div|article|section)\b[^<>]*>.*</\1>\s*$", re.IGNORECASE | re.DOTALL)
_ROUNDS = 4


def decoded(text: str) -> str:
    """`text` with entities as characters; unknown entities ("AT&T;") are kept."""
    return ENTITY.sub(lambda match: html.unescape(match.group()), text) if "&" in text else text


def unescaped(markup: str) -> str:
    """`markup` with escaped tags as tags again, however often they were escaped.

    Only if there are two or more: an article about HTML may name one.
    """
    for _ in range(_ROUNDS):
        if len(_ESCAPED_TAG.findall(markup, 0, 20_000)) < 2:
            break
        markup = decoded(markup)
    return markup


def has_markup(text: str) -> bool:
    """Whether `text` is HTML: wrapped in a tag, or with at least two HTML tags, escaped or not."""
    if _WRAPPED.match(text):
        return True
    return len(TAG.findall(text, 0, 20_000)) > 1 or len(_ESCAPED_TAG.findall(text, 0, 20_000)) > 1
