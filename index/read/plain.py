"""Plain text, Markdown and JSON records into drafts.

Knows nothing of cleaning: drafts still contain furniture.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from dateline.index.errors import ArticleError
from dateline.index.read.decode import Decoded, decode, is_binary
from dateline.index.read.entities import decoded, has_markup
from dateline.index.read.metadata import IDS, TEASERS, TEXT, from_mapping
from dateline.index.read.record import Draft, Value
from dateline.index.read.rows import row_sentences
from dateline.index.read.visible import fields_in

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_WRAPPED_AT = (50, 100)
"""In characters; a text with longer lines is not hard-wrapped."""


def text_draft(payload: bytes) -> Draft:
    """The draft of a plain text file, with headline, byline and date from its first lines."""
    decoded = _decoded(payload)
    text = unwrapped(decoded.text)
    return Draft(text, fields_in(text.split("\n")), notes=_notes(decoded))


def markdown_draft(payload: bytes) -> Draft:
    """The draft of a Markdown file. Raises ArticleError if its front matter is not a YAML mapping."""
    decoded = _decoded(payload)
    text, given, skipped = decoded.text, {}, 0
    if match := _FRONT.match(text):
        given = _front_matter(match.group())
        skipped = match.group().count("\n")
        text = text[match.end() :]
    body = "\n" * skipped + _visible(text)
    fields = from_mapping(given)
    for field, value in _heading(text).items() | fields_in(body.split("\n")).items():
        fields.setdefault(field, value)
    return Draft(body, fields, _own_id(given), _notes(decoded))


def json_draft(payload: bytes) -> Draft:
    """The draft of a JSON record. Raises ArticleError if it has no text."""
    given: dict[str, Any] = json.loads(payload)
    texts = ((name, _joined(given.get(name))) for name in (*TEXT, *TEASERS))
    name, text = next(((name, text) for name, text in texts if text.strip()), ("", ""))
    if not text and "status" not in given:
        raise ArticleError(
            "The record has no text.", hint=f"Put the article's text in a field named {', '.join(TEXT[:4])}."
        )
    if has_markup(text):
        from dateline.index.read.html import text_of_fragment

        text = text_of_fragment(text)
    else:
        text = decoded(text)
    return Draft(text, from_mapping(given), _own_id(given), cut=f"only {name!r} is given" if name in TEASERS else None)


def _joined(raw: object) -> str:
    """A text, or a list of paragraphs or of objects with a text, as one string."""
    if isinstance(raw, str):
        return raw
    if not isinstance(raw, list):
        return ""
    parts = [next((part[key] for key in ("text", "content", "value") if part.get(key)), "")
             if isinstance(part, Mapping) else part for part in raw]  # fmt: skip
    return "\n\n".join(part for part in parts if isinstance(part, str))


def unwrapped(text: str) -> str:
    """`text` with hard-wrapped paragraphs joined into one line each; blank lines keep the line numbers.

    A text is hard-wrapped if blank lines separate its paragraphs, no line is longer than 100 characters, and most lines
    within paragraphs are long.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    longest = max(map(len, lines))
    followed = [line for line, after in pairwise(lines) if line.strip() and after.strip()]
    full = sum(len(line) > 0.7 * longest for line in followed)
    low, high = _WRAPPED_AT
    if not low <= longest <= high or len(followed) < 3 or full < 0.8 * len(followed):
        return text
    result: list[str] = []
    start: int | None = None
    for line in lines:
        stripped = line.strip()
        if not stripped:
            start = None
        elif start is not None and not re.match(r"[-*•–—]\s|\d+[.)]\s", stripped):
            result[start] += " " + stripped
            stripped = ""
        else:
            start = len(result)
        result.append(stripped)
    return "\n".join(result)


def _decoded(payload: bytes) -> Decoded:
    if is_binary(payload):
        raise ArticleError("The file is binary.", hint="Convert it to text first.")
    return decode(payload)


def _notes(decoded: Decoded) -> tuple[str, ...]:
    if not decoded.replaced:
        return ()
    many = "1 character" if decoded.replaced == 1 else f"{decoded.replaced} characters"
    return (
        f"{many} could not be read as {decoded.encoding} and were replaced by U+FFFD; save the file again as UTF-8.",
    )


def _own_id(given: Mapping[str, Any]) -> str | None:
    raw = next((given[name] for name in IDS if given.get(name) not in (None, "")), None)
    if isinstance(raw, Mapping):  # MongoDB's {"$oid": …}, JSON-LD's {"value": …}
        raw = raw.get("$oid") or raw.get("value")
    return str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else None


def _front_matter(block: str) -> dict[str, Any]:
    import frontmatter
    import yaml  # type: ignore[import-untyped, unused-ignore]

    try:
        return dict(frontmatter.loads(block.lstrip("\ufeff")).metadata)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        raise ArticleError(
            f"The front matter is broken{where}.", hint="Put values with a colon or a quote into quotation marks."
        ) from error


@cache
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def _heading(text: str) -> dict[str, Value]:
    """The first-level heading at the beginning of a text, as its title."""
    match = re.match(r"\s*#[ \t]+(.+?)[ \t#]*(?:\n|\Z)", text)
    return {"title": Value(match[1], "text")} if match else {}


def _visible(text: str) -> str:
    """The rendered text of Markdown: one line per paragraph or list item, at the line number where it begins."""
    lines = [""] * (text.count("\n") + 2)
    at = first = 0
    table: list[list[str]] | None = None
    for token in _markdown().parse(text):
        at = token.map[0] if token.map else at
        if token.type == "table_open":
            table, first = [], at
        elif token.type == "tr_open" and table is not None:
            table.append([])
        elif token.type == "table_close" and table:
            for number, line in enumerate(row_sentences(table[1:], table[0])):
                lines[min(first + 2 + number, len(lines) - 1)] = line
            table = None
        elif token.type == "inline" and table:
            table[-1].append("".join(_inline(child) for child in token.children or []))
        elif token.type == "inline":
            words = "".join(_inline(child) for child in token.children or [])
            lines[at] = f"{lines[at]} {words}".strip()
        elif token.type in ("code_block", "fence"):
            for number, line in enumerate(token.content.split("\n")):
                if at + number < len(lines) and line.strip():
                    lines[at + number] = line.strip()
    return "\n".join(lines)


def _inline(token: Any) -> str:
    if token.type in ("text", "code_inline"):
        return str(token.content)
    return {"softbreak": " ", "hardbreak": " "}.get(token.type, "")
