"""Prints an Answer on a terminal: sentences with markers, then numbered sources with their quotes.

Knows the Answer, nothing of how it was found or of the command line.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from dateline.api.terminal import Page
from dateline.index import dates
from dateline.rag.answer import Answer, Citation, Claim, Disagreement, NearestPassage, Source

UNKNOWN_DATE = "date unknown"
GLIMPSE = 240
"""Characters shown of a passage under a refusal; --json has all of it."""


def render_answer(answer: Answer, page: Page) -> None:
    """Print `answer`, or its refusal, on `page`."""
    page.line((answer.question, "bold"))
    if answer.understanding.standalone_question != answer.question:
        page.line(("understood as: ", "dim"), (answer.understanding.standalone_question, "bold"))
    page.blank()
    if answer.refusal is not None:
        page.line(("No answer: ", "bold yellow"), answer.refusal.message)
        _nearest(answer.refusal.nearest, page)
    else:
        if answer.short_answer is not None:
            page.line((answer.short_answer.text, "bold green"))
            page.blank()
        _claims(answer.claims, page)
        for disagreement in answer.disagreements:
            _disagreement(disagreement, page)
        _sources(answer, page)
    remarks = [f"Not answered: {gap}" for gap in answer.gaps]
    remarks += [f"Note: {remark}" for remark in answer.understanding.notes]
    if remarks:
        page.blank()
    for remark in remarks:
        page.line((remark, "yellow"))
    page.blank()
    verbatim = bool(answer.claims) and all(claim.support.method == "verbatim" for claim in answer.claims)
    how = ", in the sources' own words" if verbatim else ""
    page.line((f"answered by {answer.answered_by}{how} · {answer.id}", "dim"))
    if answer.conversation_id is not None:
        page.line((f"continue with: dateline ask --conversation {answer.conversation_id} …", "dim"))
    llm = answer.receipt.llm
    if llm is not None and llm.fault is not None:
        page.line((f"{llm.model} was not used: {llm.fault}", "dim"))


def day(published: str | None) -> str:
    """`2015-10-14T09:15:00Z` → `14 Oct 2015`, the day where the article was published."""
    return UNKNOWN_DATE if published is None else written(dates.from_text(published))


def written(value: date | datetime | None) -> str:
    """A date in the form `14 Oct 2015`, whatever the locale."""
    if value is None:
        return UNKNOWN_DATE
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[value.month - 1]
    return f"{value.day} {month} {value.year}"


def pages_of(source: Source, answer: Answer) -> str:
    """`, p. 3` or `, pp. 3, 5`: the pages that `answer` cites of a source; empty if it has none."""
    return on_pages(citation for citation in answer.citations if citation.source == source.number)


def on_pages(citations: Iterable[Citation]) -> str:
    """`, p. 3` or `, pp. 3, 5`: the pages of citations of one article; empty if it has none."""
    pages = sorted({citation.page for citation in citations if citation.page is not None})
    return f", {'p.' if len(pages) == 1 else 'pp.'} {', '.join(map(str, pages))}" if pages else ""


def _claims(claims: Iterable[Claim], page: Page) -> None:
    heading: str | None = None
    for claim in claims:
        if claim.heading is not None and claim.heading != heading:
            page.line((claim.heading, "bold"))
        heading = claim.heading
        page.line(claim.text, (f" {_markers(claim.citations)}", "cyan"), (_aside(claim), "dim"))


def _aside(claim: Claim) -> str:
    """The speaker and event time of a claim, as far as known."""
    speaker = ", ".join(part for part in (claim.speaker, claim.speaker_role) if part)
    days = []
    if claim.event_time is not None:
        days = sorted({claim.event_time.start, claim.event_time.end})
    known = [part for part in (speaker, "–".join(map(written, days))) if part]
    return f" ({'; '.join(known)})" if known else ""


def _markers(citations: Iterable[Citation]) -> str:
    return " ".join(f"[{number}]" for number in sorted({citation.source for citation in citations}))


def _disagreement(disagreement: Disagreement, page: Page) -> None:
    title = "Sources disagree: " if disagreement.kind == "conflict" else "Updated: "
    page.blank()
    page.line((title, "bold yellow"), (disagreement.subject, "bold"))
    for position in disagreement.positions:
        replaced = " (superseded)" if position.superseded else ""
        page.line(position.value, (f" {_markers(position.citations)}", "cyan"), (replaced, "dim"), indent=2)


def _sources(answer: Answer, page: Page) -> None:
    page.blank()
    articles = {source.article_id for source in answer.sources}.union(*(source.copies for source in answer.sources))
    counted = "1 article" if len(articles) == 1 else f"{len(articles)} articles"
    origins = "1 origin" if answer.origins == 1 else f"{answer.origins} origins"
    page.line((f"{counted}, {origins}", "bold"))
    quotes: dict[int, list[str]] = {}
    claimed = {claim.text for claim in answer.claims}  # a claim that is its own quote isn't printed twice
    for citation in answer.citations:
        said = quotes.setdefault(citation.source, [])
        if citation.quote not in said and citation.quote.strip() not in claimed:
            said.append(citation.quote)
    for source in answer.sources:
        page.line((f"[{source.number}] ", "cyan"), *_about(source, answer))
        if source.copies:
            page.line((f"the same story: {', '.join(source.copies)}", "dim"), indent=4)
        if source.corrected_by:
            page.line((f"corrected by {', '.join(source.corrected_by)}", "yellow"), indent=4)
        for quote in quotes.get(source.number, []):
            page.line((f"“{one_line(quote)}”", "italic"), indent=4)


def _about(source: Source, answer: Answer) -> list[str | tuple[str, str]]:
    when = day(source.published)
    when += {"text": " (by its own text)", "address": " (by its address)"}.get(source.published_basis, "")
    when += pages_of(source, answer)
    parts: list[str | tuple[str, str]] = [
        (source.outlet or "unknown outlet", "bold"),
        f" — {source.title or 'without a title'} — {when}",
    ]
    if source.url:
        parts += [" — ", (source.url, "blue")]
    return parts


def _nearest(passages: Iterable[NearestPassage], page: Page) -> None:
    passages = list(passages)
    if not passages:
        return
    page.blank()
    page.line(("The archive's nearest passages", "bold"))
    for passage in passages:
        page.line((passage.article_id, "cyan"), f" — {day(passage.published)}")
        quote = one_line(passage.quote)
        more = " …" if len(quote) > GLIMPSE else ""
        page.line((f"“{quote[:GLIMPSE]}”{more}", "italic"), indent=4)


def one_line(text: str) -> str:
    """White space as single spaces, so that a text of several paragraphs stays on one line."""
    return " ".join(text.split())
