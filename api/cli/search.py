"""`dateline search`: prints the passages nearest to a query.

Knows nothing of how passages are found.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from dateline.api.cli.options import filter_options, filters_of, within_saved
from dateline.api.terminal import Page, say_json

MOST_PASSAGES = 100


@click.command()
@click.argument("query")
@filter_options
@click.option(
    "--limit", type=click.IntRange(1, MOST_PASSAGES), default=10, show_default=True, help="Maximum number of passages."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, as POST /v1/search sends it.")
def search(query: str, limit: int, saved: str | None, as_json: bool, **filters: Any) -> None:
    """Print the passages nearest to QUERY, best first.

    Nothing is stored.
    """
    from dateline.rag.question import Question

    asked = Question(query, datetime.now(UTC), filters_of(**filters))  # the rules for questions hold for queries too
    from dateline.api.compose import open_searcher
    from dateline.api.http.search_pages import page_of_search
    from dateline.api.http.wire.common import SearchResponse
    from dateline.api.settings import load_settings

    searcher = open_searcher(load_settings())
    try:
        chosen = within_saved(searcher.archive, asked.filters, saved)
        found = page_of_search(searcher, asked.text, chosen, asked=asked.text, limit=limit, cursor=None)
    finally:
        searcher.archive.close()
    if as_json:
        say_json(SearchResponse.of(found).model_dump_json(indent=2))
        return
    from dateline.api.render import day, one_line
    from dateline.index import dates

    page = Page()
    for rank, ranked in enumerate(found.result.passages, 1):
        article = ranked.passage.article
        published = None if article.published is None else dates.to_text(article.published)
        outlet, title = article.outlet or "unknown outlet", article.title or "without a title"
        page.line((f"{rank}. ", "cyan"), (outlet, "bold"), f" — {title} — {day(published)} — ", (article.id, "cyan"))
        page.line((f"“{one_line(ranked.passage.text)}”", "italic"), indent=4)
