"""Renders an Answer as Slack blocks: one per sentence with numbered links, then disagreements, sources, buttons.

Knows nothing of streams or channels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from dateline.api.render import day, pages_of, written
from dateline.api.slack.links import Links, source_name
from dateline.api.slack.rich_text import (
    Block,
    Element,
    bullets,
    link,
    paragraph,
    quote,
    rich_text,
    section,
    shortened,
    words,
)
from dateline.rag.answer import Answer, Citation, Claim, Disagreement, Refusal, RefusalReason, Source

FEEDBACK, SOURCES, AGAIN = "dateline_feedback", "dateline_sources", "dateline_again"
"""Action ids of the buttons below an answer."""
MOST_LISTED = 12
"""Most sources below an answer; “Show sources” shows all."""
LONGEST_TITLE = 150
GLIMPSE = 240
"""Characters of a passage below a refusal."""

_NEXT: dict[RefusalReason, str] = {
    "no_coverage": "Rephrase the question, or ask about something that the archive covers.",
    "not_in_coverage": "Read the nearest passages, or ask something that they answer.",
    "outside_time_window": "Ask about another time, or without a time.",
    "false_premise": "Read the passages below and rephrase the question.",
    "not_a_question": "Ask a question about the news.",
}


def claim_block(claim: Claim, before: str | None, links: Links) -> Block:
    """A sentence with its citation numbers. `before`: the heading of the previous sentence."""
    elements: list[Element] = []
    if claim.heading is not None and claim.heading != before:
        elements += [words(f"{claim.heading}\n", bold=True)]
    elements += [words(claim.text), *_numbers(claim.citations, links)]
    if aside := _aside(claim):
        elements += [words(f" ({aside})", italic=True)]
    return paragraph(*elements)


def claim_blocks(claims: Iterable[Claim], links: Links) -> list[Block]:
    """The blocks of all sentences."""
    blocks: list[Block] = []
    heading: str | None = None
    for claim in claims:
        blocks.append(claim_block(claim, heading, links))
        heading = claim.heading
    return blocks


def ending_blocks(answer: Answer, links: Links, *, restricted: str | None = None) -> list[Block]:
    """What follows the sentences: disagreements, sources, remarks and buttons; at most 40 blocks.

    `restricted`: the restrictions of the question, in words.
    """
    blocks: list[Block] = []
    if answer.short_answer is not None:
        blocks.append(paragraph(words("In short: "), words(answer.short_answer.text, bold=True)))
    if answer.refusal is not None:
        blocks += _refusal(answer.refusal, links)
    by_number = {source.number: source for source in answer.sources}
    blocks += [_disagreement(one, by_number, links) for one in answer.disagreements[:10]]
    if answer.sources:
        blocks.append(_sources(answer, links))
    remarks = [f"Not answered: {gap}" for gap in answer.gaps[:5]]
    remarks += list(answer.understanding.notes[:5])
    standalone = answer.understanding.standalone_question
    if standalone != answer.question:
        remarks.append(f"Understood as: {standalone}")
    if restricted is not None:
        remarks.append(restricted)
    blocks += [paragraph(words(shortened(remark, 500), italic=True)) for remark in remarks]
    blocks += _byline(answer, links)
    return blocks + (_buttons(answer) if answer.stored else [])


def source_blocks(answer: Answer, links: Links) -> list[Block]:
    """Every source with its quotes, for a modal."""
    cited: dict[int, list[Citation]] = {}
    for citation in answer.citations:
        if citation.quote not in [one.quote for one in cited.setdefault(citation.source, [])]:
            cited[citation.source].append(citation)
    blocks = []
    for source in answer.sources:
        quotes: list[Element] = []
        for citation in cited.get(source.number, []):
            opened = links.of_citation(citation)
            quotes += [quote(shortened(citation.quote, 1_000))]
            quotes += [section(link(opened, "Open at these words"))] if opened else []
        about = _about(source, answer, None)
        blocks.append(rich_text(section(words(f"{source.number}  ", bold=True), *about), *quotes))
    return blocks


def first_citations(citations: Iterable[Citation]) -> dict[int, Citation]:
    """The first citation of each source, by the source's number."""
    first: dict[int, Citation] = {}
    for citation in citations:
        first.setdefault(citation.source, citation)
    return first


def refusal_text(answer: Answer) -> str:
    """The beginning of an answer, for a notification."""
    if answer.refusal is not None:
        return f"No answer: {answer.refusal.message}"
    return " ".join(claim.text for claim in answer.claims)


def _numbers(citations: Iterable[Citation], links: Links) -> list[Element]:
    first = first_citations(citations)
    elements: list[Element] = []
    for number in sorted(first):
        elements += [words(" "), link(links.of_citation(first[number]), f"[{number}]")]
    return elements


def _aside(claim: Claim) -> str:
    """Speaker and time of a claim, unless its own words name them."""
    parts = []
    if claim.speaker and claim.speaker.lower() not in claim.text.lower():
        parts.append(", ".join(part for part in (claim.speaker, claim.speaker_role) if part))
    if claim.event_time is not None and not re.search(r"\b(?:19|20)\d\d\b", claim.text):
        parts.append("–".join(map(written, sorted({claim.event_time.start, claim.event_time.end}))))
    return "; ".join(parts)


def _disagreement(disagreement: Disagreement, sources: Mapping[int, Source], links: Links) -> Block:
    asks = disagreement.subject.strip()
    title = "Updated: " if disagreement.kind == "update" else "Sources disagree: "
    positions: list[Sequence[Element]] = []
    for position in disagreement.positions[:10]:
        numbers = dict.fromkeys(citation.source for citation in position.citations)
        who = "; ".join(_who(sources[number]) for number in numbers if number in sources)
        value = words(position.value, bold=not position.superseded, strike=position.superseded)
        replaced = [words(" (replaced since)")] if position.superseded else []
        positions.append([value, *replaced, *_numbers(position.citations, links), words(f"  {who}", italic=True)])
    return rich_text(section(words(title, bold=True), words(asks)), bullets(positions))


def _sources(answer: Answer, links: Links) -> Block:
    first = first_citations(answer.citations)
    lines: list[Element] = []
    for source in answer.sources[:MOST_LISTED]:
        cited = first.get(source.number)
        address = links.of_citation(cited) if cited is not None else None
        lines += [words("\n")] if lines else []
        lines += [words(f"[{source.number}] "), *_about(source, answer, address)]
    if len(answer.sources) > MOST_LISTED:
        lines += [words(f"\nand {len(answer.sources) - MOST_LISTED} more")]
    return paragraph(*lines)


def _about(source: Source, answer: Answer, address: str | None) -> list[Element]:
    named = source_name(source.outlet, source.title)
    when = day(source.published) + (" (by its own text)" if source.published_basis == "text" else "")
    more = f", {when}{pages_of(source, answer)}"
    if source.copies:
        more += f" · same story as {len(source.copies)} other article{'s' if len(source.copies) > 1 else ''}"
    if source.corrected_by:
        more += " · corrected since"
    return [link(address, shortened(named, LONGEST_TITLE)), words(more)]


def _who(source: Source) -> str:
    return f"{source.outlet or 'Unknown outlet'}, {day(source.published)}"


def _refusal(refusal: Refusal, links: Links) -> list[Block]:
    blocks = [
        paragraph(words("No answer: ", bold=True), words(refusal.message)),
        paragraph(words(_NEXT[refusal.reason])),
    ]
    if refusal.nearest:
        elements: list[Element] = [section(words("Nearest in the archive", bold=True))]
        for passage in refusal.nearest:
            name, address = links.of_nearest(passage)
            named = link(address, shortened(name, LONGEST_TITLE))
            elements += [section(named, words(f", {day(passage.published)}")), quote(shortened(passage.quote, GLIMPSE))]
        blocks.append(rich_text(*elements))
    return blocks


def _byline(answer: Answer, links: Links) -> list[Block]:
    verbatim = bool(answer.claims) and all(claim.support.method == "verbatim" for claim in answer.claims)
    by = "" if answer.answered_by == "reader" else f", chosen by {answer.answered_by}"
    parts = []
    if answer.claims:
        parts.append(
            f"In the articles’ own words{by}"
            if verbatim
            else f"Written by {answer.answered_by}, every sentence checked"
        )
        articles = {source.article_id for source in answer.sources}.union(*(one.copies for one in answer.sources))
        parts.append(f"{_count(len(articles), 'article')}, {_count(answer.origins, 'origin')}")
    elements = [words(" · ".join(parts), italic=True)] if parts else []
    address = links.of_answer(answer.id) if answer.stored else None
    if address is not None:
        elements += [words(" · ")] if elements else []
        elements += [link(address, "Permalink")]
    return [paragraph(*elements)] if elements else []


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"


def _buttons(answer: Answer) -> list[Block]:
    buttons = [("Show sources", SOURCES)] if answer.sources else []
    buttons.append(("Ask as of … / only these outlets", AGAIN))
    pressed = [
        {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": text}, "value": answer.id}
        for text, action in buttons
    ]
    rating = {
        "type": "feedback_buttons",
        "action_id": FEEDBACK,
        "positive_button": _feedback_button("Helpful", "helpful", answer.id),
        "negative_button": _feedback_button("Not helpful", "unhelpful", answer.id),
    }
    return [{"type": "actions", "elements": pressed}, {"type": "context_actions", "elements": [rating]}]


def _feedback_button(text: str, rating: str, answer_id: str) -> dict[str, object]:
    return {
        "text": {"type": "plain_text", "text": text},
        "value": f"{rating}:{answer_id}",
        "accessibility_label": f"Say that this answer is {rating}",
    }
