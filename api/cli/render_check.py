"""Prints a checked text on a terminal: each sentence with its label, supporting and contradicting quotes.

Knows nothing of how texts are checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from dateline.api.render import day, on_pages, one_line
from dateline.api.terminal import Page
from dateline.rag.answer import Citation, Source
from dateline.rag.verification.checked import CheckedClaim, CheckedText

_MARKS = {
    "supported": ("✓", "green"),
    "partial": ("~", "yellow"),
    "contradicted": ("✗", "bold red"),
    "unsupported": ("?", "red"),
}
_NOT_CHECKED = ("·", "dim")
_WHY = {
    "heading": "a heading",
    "question": "a question",
    "too_short": "too short",
    "about_itself": "it is about the text itself",
    "table": "a row of a table",
}


def render_check(checked: CheckedText, page: Page) -> None:
    """Print every sentence of `checked` on `page`, then the counts of labels."""
    sources = {source.number: source for source in checked.sources}
    for claim in checked.claims:
        _claim(claim, sources, page)
    page.blank()
    counted = [f"{count} {label.replace('_', ' ')}" for label, count in asdict(checked.counts).items() if count]
    page.line((" · ".join(counted), "bold"))
    page.line((f"checked by {checked.receipt.support_check} · {checked.receipt.index_snapshot}", "dim"))


def _claim(claim: CheckedClaim, sources: Mapping[int, Source], page: Page) -> None:
    mark, style = _MARKS[claim.support.label] if claim.support else _NOT_CHECKED
    page.line((f"{mark} ", style), one_line(claim.text))
    if claim.not_checked is not None:
        page.line((f"not checked: {_WHY[claim.not_checked]}", "dim"), indent=4)
        return
    if claim.support is not None:
        missing = f": {claim.missing}" if claim.missing and claim.contradiction is None else ""
        page.line((f"{claim.support.label}{missing}", style), indent=4)
    for citation in claim.citations:
        _quote(citation, sources, page)
    if claim.contradiction is not None:
        page.line((f"conflict: {claim.contradiction.reason}", "bold yellow"), indent=4)
        _quote(claim.contradiction.citation, sources, page)


def _quote(citation: Citation, sources: Mapping[int, Source], page: Page) -> None:
    source = sources[citation.source]
    when = f"{day(source.published)}{on_pages([citation])}"
    about = f" — {source.outlet or 'unknown outlet'}, {when} [{source.number}]"
    page.line((f"“{one_line(citation.quote)}”", "italic"), (about, "dim"), indent=4)
