from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, PageStart, Span
from dateline.rag.answer import EventTime, ShortAnswer
from dateline.rag.citation import CitedText, cite
from dateline.rag.disagreements.disagreement import ValueDisagreement
from dateline.rag.disagreements.positions import ValueGroup
from dateline.rag.reading.passages import Candidate
from dateline.rag.reading.sentence_choice import Choice


def chosen(
    article: Article, start: int, end: int, *, story: str | None = None, number: int = 0, answer: Span | None = None
) -> Candidate:
    span = Span(start, end)
    whole = Span(0, len(article.text))
    passage = StoredPassage(number, f"{article.id}:1:{number}", article, story or article.id, whole, (span,))
    return Candidate(passage, span, answer, 1.0, 1.0, 1.0)


def cited_of(*sentences: Candidate, direct: Candidate | None = None) -> CitedText:
    return cite(Choice(sentences, (None,) * len(sentences), {}, direct, ()))


ONE = Article(
    "one", "The 🌉 was shut. Nobody knew why.", title="Bridge", outlet="Harbor Post", url="https://harbor-post.example/1",
    published=date(2021, 8, 5), basis={"published": "text"},
)  # fmt: skip
TWO = Article(
    "two", "Ada Lorne had it shut.", published=datetime(2021, 8, 6, 7, 30, tzinfo=UTC), basis={"published": "metadata"}
)


def test_text_markers_and_spans() -> None:
    cited = cited_of(chosen(ONE, 0, 15), chosen(TWO, 0, 22), chosen(ONE, 16, 32))
    assert cited.text == "The 🌉 was shut. [1] Ada Lorne had it shut. [2] Nobody knew why. [1]"
    assert [claim.id for claim in cited.claims] == ["c1", "c2", "c3"]
    assert [claim.text for claim in cited.claims] == ["The 🌉 was shut.", "Ada Lorne had it shut.", "Nobody knew why."]
    assert [claim.answer_span for claim in cited.claims] == [Span(0, 19), Span(20, 46), Span(47, 67)]
    assert " ".join(claim.answer_span.of(cited.text) for claim in cited.claims) == cited.text


def test_each_claim_is_its_quote() -> None:
    cited = cited_of(chosen(ONE, 16, 32), chosen(TWO, 0, 22))
    for claim, article in zip(cited.claims, (ONE, TWO), strict=True):
        (citation,) = claim.citations
        assert citation.quote == citation.source_span.of(article.text) == claim.text
        assert (claim.support.label, claim.support.score, claim.support.method) == ("supported", 1.0, "verbatim")
        assert citation.article_id == article.id
        assert citation.passage_id == f"{article.id}:1:0"


def test_a_citation_names_the_page_on_which_it_begins() -> None:
    paged = replace(ONE, pages=(PageStart(0, 3), PageStart(16, 5)))
    cited = cited_of(chosen(paged, 0, 15), chosen(paged, 16, 32), chosen(TWO, 0, 22))
    assert [claim.citations[0].page for claim in cited.claims] == [3, 5, None]
    later = replace(ONE, pages=(PageStart(4, 3),))  # what is before the first known page
    assert cited_of(chosen(later, 0, 15)).claims[0].citations[0].page is None


def test_sources_are_numbered_as_they_appear() -> None:
    cited = cited_of(chosen(TWO, 0, 22), chosen(ONE, 0, 15), chosen(TWO, 0, 22, number=1))
    assert [(source.number, source.article_id) for source in cited.sources] == [(1, "two"), (2, "one")]
    assert [claim.citations[0].source for claim in cited.claims] == [1, 2, 1]
    two, one = cited.sources
    assert (one.title, one.outlet, one.url) == ("Bridge", "Harbor Post", "https://harbor-post.example/1")
    assert (one.published, one.published_basis) == ("2021-08-05", "text")
    assert (two.title, two.outlet, two.url) == (None, None, None)
    assert (two.published, two.published_basis) == ("2021-08-06T07:30:00+00:00", "metadata")


def test_an_unknown_date_is_null() -> None:
    (source,) = cited_of(chosen(Article("a", "Nobody knew why."), 0, 16)).sources
    assert (source.published, source.published_basis) == (None, "unknown")


def test_copies_count_as_one_origin() -> None:
    copy = Article("copy", ONE.text)
    cited = cited_of(chosen(ONE, 0, 15), chosen(copy, 16, 32, story="one"), chosen(TWO, 0, 22))
    assert (len(cited.sources), cited.origins) == (3, 2)


def test_nothing_chosen() -> None:
    assert cited_of() == CitedText("", None, (), (), (), 0)


def test_the_direct_answer_names_its_claim_and_its_words() -> None:
    before, direct = chosen(ONE, 0, 15), chosen(TWO, 0, 22, answer=Span(0, 9))
    cited = cited_of(before, direct, direct=direct)
    assert cited.short_answer == ShortAnswer("Ada Lorne", "c2", Span(0, 9))
    assert cited.claims[1].citations[0].article_id == "two"


def test_the_direct_answers_place_counts_from_the_articles_start() -> None:
    direct = chosen(ONE, 16, 32, answer=Span(23, 27))
    cited = cited_of(chosen(ONE, 0, 15), direct, direct=direct)
    assert cited.short_answer == ShortAnswer("knew", "c2", Span(16 + 7, 16 + 7 + 4))
    assert cited.short_answer.source_span.of(ONE.text) == "knew"


def test_no_short_answer_without_an_answer_span() -> None:
    with_words, without = chosen(TWO, 0, 22, answer=Span(0, 9)), chosen(ONE, 0, 15)
    assert cited_of(with_words, without).short_answer is None
    assert cited_of(with_words, without, direct=without).short_answer is None


def test_agreeing_sentences_of_other_origins_are_cited() -> None:
    one, two = chosen(ONE, 16, 32), chosen(TWO, 0, 22)
    cited = cite(Choice((one,), ("August 2021",), {one.place: (two,)}, None, ()))
    assert cited.text == "Nobody knew why. [1][2]"
    (claim,) = cited.claims
    assert claim.heading == "August 2021"
    assert [(each.article_id, each.quote) for each in claim.citations] == [
        ("one", "Nobody knew why."),
        ("two", "Ada Lorne had it shut."),
    ]
    assert claim.answer_span == Span(0, len(cited.text))
    assert (len(cited.sources), cited.origins) == (2, 2)


SAID = Article(
    "said",
    "The bridge will stay shut, said Ada Lorne, a councillor, on Tuesday. Nobody asked her why.",
    published=date(2021, 8, 5),
)


def test_speaker_and_event_time() -> None:
    (claim,) = cited_of(chosen(SAID, 0, 68)).claims
    assert claim.text.endswith("on Tuesday.")
    assert (claim.speaker, claim.speaker_role) == ("Ada Lorne", "a councillor")
    assert claim.event_time == EventTime(date(2021, 8, 3), date(2021, 8, 3))


def test_an_unattributed_sentence_has_no_speaker() -> None:
    (claim,) = cited_of(chosen(ONE, 0, 15)).claims
    assert (claim.speaker, claim.speaker_role, claim.event_time) == (None, None, None)


def test_positions_cite_articles_that_no_claim_cites() -> None:
    one, two = chosen(ONE, 0, 15), chosen(TWO, 0, 22)
    contest = ValueDisagreement(
        "bridge", "update", (ValueGroup("shut", (two,)), ValueGroup("open", (one,), superseded=True))
    )
    cited = cite(Choice((one,), (None,), {}, None, ()), [contest])
    assert [source.article_id for source in cited.sources] == ["one", "two"]
    (disagreement,) = cited.disagreements
    assert (disagreement.subject, disagreement.kind) == ("bridge", "update")
    assert [(each.value, each.superseded) for each in disagreement.positions] == [("shut", False), ("open", True)]
    assert [each.citations[0].source for each in disagreement.positions] == [2, 1]
    assert disagreement.positions[0].citations[0].quote == "Ada Lorne had it shut."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("KABUL (Own report) — Ada Lorne had it shut.", "Ada Lorne had it shut."),
        ("PORT ELLERY, Corran, June 14 (Northgate Wire) - Ada Lorne had it shut.", "Ada Lorne had it shut."),
        ("KABUL, Afghanistan – “It is shut,” she said.", "“It is shut,” she said."),
        ("NATO — an alliance — had it shut.", "NATO — an alliance — had it shut."),
        ("FBI Director Bo Quill — Republican — had it shut.", "FBI Director Bo Quill — Republican — had it shut."),
    ],
)
def test_datelines_are_left_out(text: str, told: str) -> None:
    (claim,) = cited_of(chosen(Article("a", text), 0, len(text))).claims
    (citation,) = claim.citations
    assert claim.text == citation.quote == citation.source_span.of(text) == told


def test_a_short_answer_must_be_in_a_claim() -> None:
    text = "KABUL (Own report) — Ada Lorne had it shut."
    place = chosen(Article("a", text), 0, len(text), answer=Span(0, 5))
    assert cited_of(place, direct=place).short_answer is None
