"""Text fragments: URLs that scroll to a quote, `#:~:text=prefix-,start,end,-suffix`.

As `api/page/fragment.js` makes them, after https://wicg.github.io/scroll-to-text-fragment/. Knows nothing of articles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from dateline.index.article import Span

WHOLE = 120
"""Longest quote in characters that is given whole; a longer one is given by its first and last words."""
EDGE_WORDS = 5
MOST_CONTEXT = 12
"""Most words of context before and after a quote that occurs more than once."""


@dataclass(frozen=True, slots=True)
class Directive:
    """The parts of a text fragment; empty parts are left out."""

    prefix: str
    start: str
    end: str
    suffix: str

    def __str__(self) -> str:
        parts = (
            f"{_encoded(self.prefix)}-" if self.prefix else "",
            _encoded(self.start),
            _encoded(self.end),
            f"-{_encoded(self.suffix)}" if self.suffix else "",
        )
        return ",".join(part for part in parts if part)

    def find(self, text: str) -> Span | None:
        """The span that a browser finds in `text`, with white space as single spaces; None: nothing."""
        everything = _flat(text).lower()
        prefix, start, end, suffix = (_flat(p).lower() for p in (self.prefix, self.start, self.end, self.suffix))

        def followed(stop: int) -> bool:
            return not suffix or everything[stop:].lstrip().startswith(suffix)

        for at in _places(everything, start):
            if prefix and not everything[:at].rstrip().endswith(prefix):
                continue
            stop = at + len(start)
            if end:
                stops = (place + len(end) for place in _places(everything, end, stop))
                found = next((one for one in stops if followed(one)), None)
                if found is None:
                    continue
                stop = found
            elif not followed(stop):
                continue
            return Span(at, stop)  # browsers show the first match
        return None


def fragment_url(url: str, text: str, span: Span) -> str:
    """`url` with a fragment that matches `span` of `text` and no other place."""
    plain = url.split(":~:")[0]
    found = directive(text, span)
    return plain if found is None else f"{plain}{'' if '#' in plain else '#'}:~:text={found}"


def directive(text: str, span: Span) -> Directive | None:
    """The words of `span` with as much context as makes them unique; None: it has no words."""
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    end = start + len(words.strip())
    if start >= end:
        return None
    said = text[start:end]
    one_block = "\n" not in said
    before = text[text.rfind("\n", 0, start) + 1 : start].split()
    line_end = text.find("\n", end)
    after = text[end : None if line_end < 0 else line_end].split()
    further = text[:start].split()
    wanted = Span(len(_flat(text[:start])), len(_flat(text[:start])) + len(_flat(said)))
    for size in range(3, MOST_CONTEXT + 1, 3):
        # The paragraph's own words first: between paragraphs the original may have lines that were removed here.
        prefix = before if size <= 6 or not further else further
        first, last = (said, "") if one_block and len(said) <= WHOLE else _edges(said, size)
        candidate = Directive(" ".join(prefix[-size:]), first, last, " ".join(after[:size]))
        if candidate.find(text) == wanted:
            return candidate
    first, last = (said, "") if one_block else _edges(said, MOST_CONTEXT)
    return Directive(" ".join(further[-MOST_CONTEXT:]), first, last, "")


def _edges(said: str, size: int) -> tuple[str, str]:
    lines = re.split(r"\n+", said)
    first, last, edge = lines[0].split(), lines[-1].split(), max(EDGE_WORDS, size)
    if len(lines) == 1 and len(first) < 2 * edge:
        return said, ""
    return " ".join(first[:edge]), " ".join(last[-edge:])


def _places(text: str, part: str, start: int = 0) -> list[int]:
    """Where `part` occurs in `text` as whole words."""
    found = (match.start() for match in re.finditer(f"(?={re.escape(part)})", text[start:]))
    return [
        start + at
        for at in found
        if not _is_word(text[start + at - 1 : start + at] if start + at else "")
        and not _is_word(text[start + at + len(part) : start + at + len(part) + 1])
    ]


def _is_word(character: str) -> bool:
    return bool(re.fullmatch(r"\w", character, re.ASCII))


def _encoded(part: str) -> str:
    return quote(part, safe="!'()*~_.").replace("-", "%2D")


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)
