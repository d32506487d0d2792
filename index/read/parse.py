"""Parsing a record into an article: the format's reader, then cleaning, language, dates and identity."""

from __future__ import annotations

import re
from collections import deque
from datetime import date, datetime

import dateline.index.clean  # As a module: it builds on index.read.lines, so either may be imported first.
from dateline.index.addresses import date_in
from dateline.index.article import Article, Basis, PageStart, Problem, RemovedLine
from dateline.index.dates import DateOrder, why_unread
from dateline.index.errors import ArticleError
from dateline.index.languages import language_of
from dateline.index.read import feed, metadata, plain, truncation
from dateline.index.read.decode import normalise
from dateline.index.read.notices import is_notice
from dateline.index.read.record import Draft, NoticeError, Parsed, Record
from dateline.index.read.release import embargo_of, head_of, withdrawal_of

_SENTENCE = re.compile(
    r"\b\w+(?:\W+\w+){5,}.*[.!?…。؟][”’\"')\]»]*\s*$"
    "|[\u3041-\u30fc\u3400-\u9fff\uac00-\ud7a3].{10,}[。！？]|[\u0e01-\u0e4e\u1780-\u17d3\u1000-\u109f]{25,}",
    re.MULTILINE,
)
"""A whole sentence; in scripts without spaces, part of one."""


def parse(record: Record) -> Parsed:
    """The article in `record`, with the lines that cleaning removed and warnings.

    Raises NoticeError for a page that is only a notice or a survey, and ArticleError if there is no article for another
    reason.
    """
    draft = _draft(record)
    text = normalise(draft.text)
    values: dict[str, str | None] = {}
    values["outlet"] = metadata.line_of(_raw(draft, "outlet"))
    values["title"] = metadata.title_of(_raw(draft, "title"), values["outlet"])
    values["byline"] = metadata.byline_of(_raw(draft, "byline"))
    values["url"] = metadata.url_of(_raw(draft, "url"))
    values["language"] = metadata.language_of_tag(_raw(draft, "language"))
    withdraw = withdrawal_of(_raw(draft, "status"))
    if withdraw is not None and not text.strip():
        text = values["title"] or withdraw  # nobody reads it: it goes out of use at once
    cleaned = dateline.index.clean.clean(text, title=values["title"])
    kept, cut_mark = truncation.without_mark(cleaned.text)
    if withdraw is None:
        _check(draft, text, kept)
    basis: dict[str, Basis] = {name: draft.fields[name].basis for name, value in values.items() if value is not None}
    if values["language"] is None and (language := language_of(kept)) is not None:
        values["language"], basis["language"] = language, "text"
    reasons = list(draft.notes)
    if values["url"] is None and (given := _raw(draft, "url")):
        reasons.append(f"The url {metadata.shown(given)} is not a web address and was ignored; correct it.")
    dates = _dates(draft, record.date_order, values["language"], values["url"], basis, reasons)
    removed = cleaned.removed
    if cut_mark is not None:
        removed = (*removed, RemovedLine(cleaned.lines[-1], cut_mark, truncation.REASON))
    cut = draft.cut or next((line.text for line in removed if line.reason in ("paywall", truncation.REASON)), None)
    if cut is not None:
        reasons.append(f"The text breaks off ({metadata.shown(cut)}): only its beginning is stored; save it in full.")
    notes = [*head_of(text), metadata.line_of(_raw(draft, "note")) or ""]
    embargo = None if withdraw is not None else embargo_of(_raw(draft, "embargo"), notes, dates["published"])
    own_id = metadata.identity(draft.own_id, values["url"], kept)
    article = Article(
        id=own_id,
        text=kept or text,  # what is taken back may have nothing but a title
        title=values["title"],
        outlet=values["outlet"],
        byline=values["byline"],
        url=values["url"],
        language=values["language"],
        published=dates["published"],
        updated=dates["updated"],
        corrects=_corrects(draft, own_id, reasons),
        pages=_pages(draft, cleaned),
        basis=basis,
    )
    problems = tuple(Problem(record.path, record.line, reason, "warning") for reason in reasons)
    return Parsed(article, removed, embargo, withdraw, problems)


def _dates(
    draft: Draft,
    order: DateOrder | None,
    language: str | None,
    url: str | None,
    basis: dict[str, Basis],
    reasons: list[str],
) -> dict[str, date | datetime | None]:
    """`published` and `updated`; adds their basis to `basis`, and problems to `reasons`."""
    found: dict[str, date | datetime | None] = {}
    for name in ("published", "updated"):
        given = _raw(draft, name)
        found[name] = None if given is None else metadata.date_of(given, name, order=order, language=language)
        if found[name] is not None:
            basis[name] = draft.fields[name].basis
        elif given is not None:
            reasons.append(f"The date {metadata.shown(given)} in {name!r} {why_unread(given)}")
    if found["published"] is None and url is not None and (day := date_in(url)) is not None:
        found["published"], basis["published"] = day, "address"
    return found


def _pages(draft: Draft, cleaned: dateline.index.clean.Cleaned) -> tuple[PageStart, ...]:
    """The pages' beginnings in the cleaned text: each at its first remaining word."""
    if not draft.pages:
        return ()
    found: dict[int, int] = {}
    pages = deque(draft.pages)
    offset = 0
    for line, paragraph in zip(cleaned.lines, cleaned.text.split("\n\n"), strict=False):
        words = [word.start() for word in re.finditer(r"\S+", paragraph)]
        while pages and (pages[0].line, pages[0].word) < (line, len(words)):
            begins = pages.popleft()
            found[offset + (words[begins.word] if begins.line == line else 0)] = begins.page
        offset += len(paragraph) + 2
    return tuple(PageStart(at, page) for at, page in found.items())


def _corrects(draft: Draft, own_id: str, reasons: list[str]) -> str | None:
    """The id of the article that this one corrects; adds to `reasons` if it is invalid."""
    given = _raw(draft, "corrects")
    corrects = metadata.corrected_id_of(given)
    if given is None or corrects not in (None, own_id):
        return corrects
    reasons.append(
        f"The value {metadata.shown(given)} of 'corrects' is not the id of one other article and was ignored; "
        "name the article that this one corrects."
    )
    return None


def _draft(record: Record) -> Draft:
    """The draft by the format's reader; readers with dependencies are imported when they are needed."""
    match record.format:
        case "text":
            return plain.text_draft(record.payload)
        case "markdown":
            return plain.markdown_draft(record.payload)
        case "json":
            return plain.json_draft(record.payload)
        case "feed":
            return feed.draft_of(record.payload)
        case "html":
            from dateline.index.read import html

            return html.draft_of(record.payload, record.address)
        case "mail":
            from dateline.index.read import mail

            return mail.draft_of(record.payload)
        case "pdf":
            from dateline.index.read import pdf

            return pdf.draft_of(record.payload)
        case "docx":
            from dateline.index.read import docx

            return docx.draft_of(record.payload)


def _raw(draft: Draft, name: str) -> object:
    value = draft.fields.get(name)
    return value.raw if value is not None else None


def _check(draft: Draft, text: str, cleaned: str) -> None:
    """Raise if there is no article."""
    if not text.strip():
        raise ArticleError("There is no text in it.", hint="Give the article's text, or leave the record out.")
    if is_notice(text):
        raise NoticeError(
            "It is a notice or a survey of the site, not an article.",
            hint="Nothing needs to be done; to have the article, save its page when signed in or without the overlay.",
        )
    if not cleaned:
        raise ArticleError(
            "Only page furniture was found (menus, captions, share and sign-up lines), no article.",
            hint="Check that the text of the article itself was saved.",
        )
    if draft.prose_only and not _SENTENCE.search(cleaned):
        raise ArticleError(
            "The page has no article in it: no whole sentence was found.",
            hint="Save the article's own page after it has loaded, not a front page or a list of links.",
        )
