from datetime import UTC, date, datetime

from index.archive import StoredPassage
from index.article import Article, Span
from rag.citation import cite
from rag.sentence_choice import ChosenSentence


def chosen(article: Article, start: int, end: int, *, story: str | None = None, number: int = 0) -> ChosenSentence:
    span = Span(start, end)
    whole = Span(0, len(article.text))
    passage = StoredPassage(number, f"{article.id}:1:{number}", article, story or article.id, whole, (span,))
    return ChosenSentence(passage, span, 1.0)


ONE = Article(
    "one", "The 🌉 was shut. Nobody knew why.", title="Bridge", outlet="Harbor Post", url="https://harbor-post.example/1",
    published=date(2021, 8, 5), basis={"published": "text"},
)  # fmt: skip
TWO = Article(
    "two", "Ada Lorne had it shut.", published=datetime(2021, 8, 6, 7, 30, tzinfo=UTC), basis={"published": "metadata"}
)


def test_text_markers_and_spans() -> None:
    cited = cite([chosen(ONE, 0, 15), chosen(TWO, 0, 22), chosen(ONE, 16, 32)])
    assert cited.text == "The 🌉 was shut. [1] Ada Lorne had it shut. [2] Nobody knew why. [1]"
    assert [claim.id for claim in cited.claims] == ["c1", "c2", "c3"]
    assert [claim.text for claim in cited.claims] == ["The 🌉 was shut.", "Ada Lorne had it shut.", "Nobody knew why."]
    assert [claim.answer_span for claim in cited.claims] == [Span(0, 19), Span(20, 46), Span(47, 67)]
    assert " ".join(claim.answer_span.of(cited.text) for claim in cited.claims) == cited.text


def test_each_claim_is_its_quote() -> None:
    for claim, article in zip(cite([chosen(ONE, 16, 32), chosen(TWO, 0, 22)]).claims, (ONE, TWO), strict=True):
        (citation,) = claim.citations
        assert citation.quote == citation.source_span.of(article.text) == claim.text
        assert (claim.support.label, claim.support.score, claim.support.method) == ("supported", 1.0, "verbatim")
        assert citation.article_id == article.id
        assert citation.passage_id == f"{article.id}:1:0"


def test_sources_are_numbered_as_they_appear() -> None:
    cited = cite([chosen(TWO, 0, 22), chosen(ONE, 0, 15), chosen(TWO, 0, 22, number=1)])
    assert [(source.number, source.article_id) for source in cited.sources] == [(1, "two"), (2, "one")]
    assert [claim.citations[0].source for claim in cited.claims] == [1, 2, 1]
    two, one = cited.sources
    assert (one.title, one.outlet, one.url) == ("Bridge", "Harbor Post", "https://harbor-post.example/1")
    assert (one.published, one.published_basis) == ("2021-08-05", "text")
    assert (two.title, two.outlet, two.url) == (None, None, None)
    assert (two.published, two.published_basis) == ("2021-08-06T07:30:00+00:00", "metadata")


def test_an_unknown_date_is_called_unknown() -> None:
    (source,) = cite([chosen(Article("a", "Nobody knew why."), 0, 16)]).sources
    assert (source.published, source.published_basis) == (None, "unknown")


def test_copies_count_as_one_origin() -> None:
    copy = Article("copy", ONE.text)
    cited = cite([chosen(ONE, 0, 15), chosen(copy, 16, 32, story="one"), chosen(TWO, 0, 22)])
    assert (len(cited.sources), cited.origins) == (3, 2)


def test_nothing_chosen() -> None:
    cited = cite([])
    assert (cited.text, cited.claims, cited.sources, cited.origins) == ("", (), (), 0)
