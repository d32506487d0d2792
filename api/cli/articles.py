"""`dateline articles`: list, show, withdraw, reinstate and purge articles.

Knows nothing of how articles are stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from dateline.api.cli.options import filter_options, filters_of, limit_option, opened_archive, within_saved
from dateline.api.terminal import Page, note, say, say_json, say_value

if TYPE_CHECKING:
    from dateline.index.answers import CitingAnswer
    from dateline.index.archive import Archive, StoredArticle


@click.group()
def articles() -> None:
    """List, show, withdraw, reinstate and purge articles."""


@articles.command("list")
@filter_options
@limit_option(50)
@click.option("--cursor", help="Continue a list from the cursor that it ended with.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_articles(limit: int, cursor: str | None, saved: str | None, as_json: bool, **filters: Any) -> None:
    """List the articles that answers may use, by id."""
    from dateline.api.http.paging import page_of_articles
    from dateline.api.render import written

    chosen = filters_of(**filters)
    with opened_archive() as archive:
        found = page_of_articles(archive, within_saved(archive, chosen, saved), limit=limit, cursor=cursor)
    if as_json:
        from dateline.api.http.wire.common import ArticleList

        say_json(ArticleList.of(found).model_dump_json(indent=2))
        return
    page = Page()
    for stored in found.articles:
        article = stored.article
        outlet, title = article.outlet or "unknown outlet", article.title or "without a title"
        page.line((article.id, "cyan"), f"  {written(article.published)} — {outlet} — {title}")
    if found.next_cursor is not None:
        note(f"more: --cursor {found.next_cursor}")


@articles.command()
@click.argument("article_id", metavar="ID")
@click.option("--revision", type=click.IntRange(1), help="A revision; default: the current one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(article_id: str, revision: int | None, as_json: bool) -> None:
    """Show an article, its revisions and the answers citing it.

    Metadata is shown with its origin, removed lines with the reason. Answers are listed oldest first, with flags for
    what has happened since to the articles that they cite.
    """
    with opened_archive() as archive:
        stored = archive.article(article_id, revision)
        if as_json:
            from dateline.api.http.wire.answers import ShownArticle

            shown = ShownArticle.with_answers(stored, _citing(archive, article_id))
            say_json(shown.model_dump_json(indent=2))
        else:
            page = Page()
            _show(stored, _history(archive, article_id), _correcting(archive, article_id), page)
            _show_answers(_citing(archive, article_id), page)


@articles.command()
@click.argument("article_id", metavar="ID")
@click.option("--reason", required=True, help="The reason; stored with the article.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def withdraw(article_id: str, reason: str, as_json: bool) -> None:
    """Withdraw an article: no new answer uses it.

    Its text stays readable, and so do old answers that cite it.
    """
    from dateline.index.writer import Writer

    with opened_archive() as archive:
        found = Writer(archive).withdraw(article_id, reason, datetime.now(UTC))
    if as_json:
        say_value({"article_id": article_id, "withdrawn": True, "already": found.already, "answers": found.answers})
        return
    where = f": dateline articles show {article_id}" if found.answers else ""
    say(f"{article_id} {'was already' if found.already else 'is'} withdrawn; {_cited_by(found.answers)}{where}")


@articles.command()
@click.argument("article_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reinstate(article_id: str, as_json: bool) -> None:
    """Undo a withdrawal: answers may use the article again."""
    from dateline.index.writer import Writer

    with opened_archive() as archive:
        found = Writer(archive).reinstate(article_id)
    if as_json:
        say_value({"article_id": article_id, "withdrawn": False, "already": found.already, "answers": found.answers})
        return
    say(f"{article_id} {'was not withdrawn' if found.already else 'is in use again'}; {_cited_by(found.answers)}")


@articles.command()
@click.argument("article_id", metavar="ID")
@click.option("--reason", required=True, help="The reason; stored with the id as a tombstone.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def purge(article_id: str, reason: str, yes: bool, as_json: bool) -> None:
    """Erase an article for good, from stored answers too.

    This can't be undone. The article is not ingested again, by its id or its text, except with `dateline ingest
    --readmit`. Earlier backups still contain it: delete them, or purge it again after restoring one.
    """
    from dateline.index.purge import purge as purge_article
    from dateline.rag.redaction import as_asked, without_article

    with opened_archive() as archive:
        if not yes:
            click.confirm(f"Erase {article_id} for good?", abort=True, err=True)
        done = purge_article(archive, article_id, reason, datetime.now(UTC), redact=without_article, as_asked=as_asked)
    if as_json:
        from dateline.api.http.wire.intake import Purged

        say_json(Purged.of(done).model_dump_json(indent=2))
        return
    from_answers = {0: "no stored answer had its words", 1: "its words are erased from 1 stored answer"}
    many = f"its words are erased from {done.answers:,} stored answers"
    say(f"{article_id} {'was already' if done.already else 'is'} purged; {from_answers.get(done.answers, many)}")
    note("earlier backups still contain it: delete them, or purge it again after restoring one")


def _cited_by(answers: int) -> str:
    return {0: "no answer cites it", 1: "1 answer cites it"}.get(answers, f"{answers:,} answers cite it")


def _history(archive: Archive, article_id: str) -> list[StoredArticle]:
    newest = archive.article(article_id).revision
    return [archive.article(article_id, number) for number in range(1, newest + 1)]


def _citing(archive: Archive, article_id: str) -> Iterator[CitingAnswer]:
    """All answers that cite the article, read in batches."""
    from dateline.index.answers import answers_citing

    after: str | None = None
    while found := answers_citing(archive, article_id, after=after, limit=500):
        yield from found
        after = found[-1].id


def _correcting(archive: Archive, article_id: str) -> list[StoredArticle]:
    """The articles in use that say that they correct it, oldest first."""
    from dateline.index.corrections import corrections_of
    from dateline.index.filters import Filters

    return [archive.article(one) for one in corrections_of(archive, [article_id], Filters()).get(article_id, ())]


def _show(stored: StoredArticle, history: list[StoredArticle], correcting: list[StoredArticle], page: Page) -> None:
    from dateline.index.article import FIELDS

    article = stored.article
    page.line((article.title or "without a title", "bold"))
    if stored.withdrawn is not None:
        reason = f"withdrawn {stored.withdrawn.isoformat()}: {stored.withdrawn_reason or 'no reason given'}"
        page.line((reason, "bold red"))
    if stored.embargo is not None:
        page.line((f"held back until {stored.embargo.isoformat()}: under an embargo", "bold red"))
    page.blank()
    page.line(("id         ", "dim"), article.id)
    for name in FIELDS[1:]:
        value = getattr(article, name)
        known = "unknown" if value is None else str(value)
        basis = "" if value is None else f"  (from: {article.basis.get(name, 'unknown')})"
        page.line((f"{name:<11}", "dim"), known, (basis, "dim"))
    if article.corrects is not None:
        page.line(("corrects   ", "dim"), article.corrects)
    for one in correcting:
        page.line(("corrected  ", "dim"), (f"by {one.article.id}", "yellow"), f"  {one.article.title or ''}".rstrip())
    page.line(("story      ", "dim"), stored.story_id)
    for one in history:
        marks = [m for m, holds in (("current", one.current), ("shown", one.revision == stored.revision)) if holds]
        marked = f" ({', '.join(marks)})" if marks else ""
        page.line(
            ("revision   ", "dim"), f"{one.revision}, ingested {one.ingested.isoformat(timespec='seconds')}{marked}"
        )
    page.blank()
    offset = 0
    for paragraph in article.text.split("\n"):
        end = offset + len(paragraph)
        begins = {start.offset: start.page for start in article.pages if offset <= start.offset < end}
        if offset in begins:
            page.line((f"page {begins.pop(offset)}", "dim"))
        parts: list[str | tuple[str, str]] = []
        for start, number in begins.items():  # a page that begins within the paragraph
            parts += [article.text[offset:start], (f"[page {number}] ", "dim")]
            offset = start
        page.line(*parts, article.text[offset:end])
        offset = end + 1
    if stored.removed:
        page.blank()
        page.line(("Removed lines", "bold"))
        for removed in stored.removed:
            page.line((f"line {removed.line}, {removed.reason}: ", "dim"), removed.text, indent=2)


def _show_answers(answers: Iterator[CitingAnswer], page: Page) -> None:
    from dateline.api.render import one_line, written

    for i, answer in enumerate(answers):
        if i == 0:
            page.blank()
            page.line(("Answers that cite it", "bold"))
        page.line((answer.id, "cyan"), f"  {written(answer.created)} — {one_line(answer.question or 'unreadable')}")
        for flag in answer.flags:
            by = f" by {flag.by}" if flag.by is not None else ""
            detail = f": {one_line(flag.detail)}" if flag.detail else ""
            page.line((f"{flag.kind}: {flag.article_id}{by}{detail}", "yellow"), indent=4)
