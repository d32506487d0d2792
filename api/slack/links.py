"""Addresses for citations and answers: on Dateline's page, or for citations in the original.

Knows the page's addresses, nothing of Slack.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from dateline.api.text_fragment import fragment_url
from dateline.index.archive import Archive
from dateline.index.article import Span
from dateline.index.errors import GoneError, NotFoundError
from dateline.rag.answer import Citation, NearestPassage


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses. `page`: address of the chat page without a final slash; None: no page."""

    archive: Archive
    page: str | None = None

    def of_citation(self, citation: Citation) -> str | None:
        """The address of a citation's words; None: unknown."""
        article_id, revision, _ = citation.passage_id.rsplit(":", 2)
        if self.page is not None:
            span = citation.source_span
            where = f"revision={revision}&start={span.start}&end={span.end}"
            return f"{self.page}/#/articles/{quote(article_id, safe='')}?{where}"
        try:
            article = self.archive.article(article_id, int(revision)).article
        except (NotFoundError, GoneError):
            return None
        return None if article.url is None else fragment_url(article.url, article.text, citation.source_span)

    def of_nearest(self, passage: NearestPassage) -> tuple[str, str | None]:
        """The name of a nearest article of a refusal, and the address of its words."""
        revision = int(passage.passage_id.rsplit(":", 2)[1])
        try:
            article = self.archive.article(passage.article_id, revision).article
        except (NotFoundError, GoneError):
            return passage.article_id, None
        start = max(0, article.text.find(passage.quote))
        span = Span(start, start + len(passage.quote))
        name = source_name(article.outlet, article.title)
        return name, self.of_citation(Citation(0, passage.article_id, passage.passage_id, span, passage.quote))

    def of_answer(self, answer_id: str) -> str | None:
        """The address of a stored answer on the page."""
        return None if self.page is None else f"{self.page}/#/answers/{answer_id}"


def source_name(outlet: str | None, title: str | None) -> str:
    """An article's name: `Harbor Post: Quist wins`."""
    return f"{outlet or 'Unknown outlet'}: {title or 'without a title'}"
