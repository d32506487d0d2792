"""Checks a draft from Slack against the archive and renders the result as blocks, one per sentence.

Knows nothing of queues and payloads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from dateline.api.http.wire.common import FiltersIn
from dateline.api.render import day, on_pages
from dateline.api.slack.links import Links, source_name
from dateline.api.slack.live_message import LiveMessage
from dateline.api.slack.rich_text import Block, Element, link, paragraph, quote, rich_text, section, shortened, words
from dateline.api.slack.work import Work
from dateline.api.slack.workspace import SlackContext
from dateline.api.tenancy import filters_within
from dateline.rag.answer import Citation, Source
from dateline.rag.verification.checked import CheckedClaim, CheckedText
from dateline.rag.verification.checking import check_text

_MARKS = {"supported": "✓", "partial": "~", "contradicted": "✗", "unsupported": "?"}
_WORDS = {
    "supported": "supported",
    "partial": "partly supported",
    "contradicted": "contradicted",
    "unsupported": "not found in the archive",
    "not_checked": "not checked",
}
_WHY = {
    "heading": "a heading",
    "question": "a question",
    "too_short": "too short",
    "about_itself": "about the text itself",
    "table": "a row of a table",
}


def check(context: SlackContext, work: Work, message: LiveMessage) -> None:
    """Check the text and post the result. Raises what checking and Slack raise."""
    services = context.services
    message.task("check", "Checking every sentence against the archive", "in_progress")
    caller = context.caller(work.thread)
    filters = filters_within(services.archive, caller, FiltersIn(), None)
    checked = check_text(work.request.text, services.searcher, services.support(), filters=filters)
    counted = in_words(checked)
    message.task("check", "Checking every sentence against the archive", "complete", output=counted)
    for block in checked_blocks(checked, context.links):
        message.add(block)
    message.finish([paragraph(words(f"{counted}.", bold=True))], f"Checked: {counted}.")


def in_words(checked: CheckedText) -> str:
    """The counts of labels, in words."""
    return ", ".join(f"{count} {_WORDS[label]}" for label, count in asdict(checked.counts).items() if count)


def checked_blocks(checked: CheckedText, links: Links) -> list[Block]:
    """A block for each sentence: label, supporting and contradicting quotes."""
    sources = {source.number: source for source in checked.sources}
    return [_claim(claim, sources, links) for claim in checked.claims]


def _claim(claim: CheckedClaim, sources: Mapping[int, Source], links: Links) -> Block:
    label = claim.support.label if claim.support else "unchecked"
    elements: list[Element] = [
        section(words(f"{_MARKS.get(label, '·')} ", bold=True), words(shortened(claim.text, 1_000)))
    ]
    if claim.not_checked is not None:
        return rich_text(*elements, section(words(f"Not checked: {_WHY[claim.not_checked]}", italic=True)))
    missing = f": {claim.missing}" if claim.missing and claim.contradiction is None else ""
    said = f"{_WORDS[label].capitalize()}{missing}"
    elements.append(section(words(shortened(said, 500), italic=True)))
    for citation in claim.citations:
        elements += _quoted(citation, sources, links)
    if claim.contradiction is not None:
        elements.append(section(words(shortened(f"Conflict: {claim.contradiction.reason}", 500), bold=True)))
        elements += _quoted(claim.contradiction.citation, sources, links)
    return rich_text(*elements)


def _quoted(citation: Citation, sources: Mapping[int, Source], links: Links) -> list[Element]:
    source = sources[citation.source]
    named = f"[{source.number}] {source_name(source.outlet, source.title)}"
    who = section(
        link(links.of_citation(citation), shortened(named, 200)),
        words(f", {day(source.published)}{on_pages([citation])}"),
    )
    return [quote(shortened(citation.quote, 500)), who]
