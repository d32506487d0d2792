import math
from datetime import UTC, date, datetime, timedelta

import pytest

from dateline.index.archive import Archive, StoredPassage
from dateline.index.article import Article, Span
from dateline.index.filters import Filters
from dateline.index.search import RRF_K, RankedPassage, Searcher
from dateline.rag.question import Question
from dateline.rag.retrieval import AGE_WEIGHT, DEPTH, SEARCHED, age, day_of, reference_period, retrieve
from dateline.rag.time.period import Period
from dateline.rag.time.window import window_of
from tests.articles import FAKE, NOW, news, record, take_in

NEAREST = "Zebras zoom through zones of zinc, zealously."
NEXT = "Zebras zoom, but under a big crane."
"""Ranks after `NEAREST` for `QUESTION`, by meaning and by words."""
QUESTION = "zebras zoom zones zinc"


def retrieved(archive: Archive, text: str, *, asked_at: datetime = NOW, **filters: object) -> list[str]:
    question = Question(text, asked_at, Filters(**filters))  # type: ignore[arg-type]
    return [ranked.passage.id for ranked in retrieve(Searcher(archive, FAKE), question).passages]


def ranked(published: date | None) -> RankedPassage:
    whole = Span(0, 1)
    article = Article("a", "x", published=published)
    return RankedPassage(StoredPassage(1, "a:1:0", article, "a", whole, (whole,)), 1.0, None, None)


def test_a_story_in_three_near_copies_comes_once(archive: Archive) -> None:
    text = news(1)
    take_in(
        archive,
        record("copy1", f"{text} One line of its own.", published="2021-08-06"),
        record("wire", text),
        record("copy2", f"Larkfield readers first. {text}"),
        record("other", news(2)),
    )
    found = retrieved(archive, news(1, 1))
    assert len(found) == 2
    assert "other:1:0" in found


def test_which_of_the_copies_comes_depends_on_the_filters(archive: Archive) -> None:
    text = news(1)
    take_in(archive, record("wire", text), record("copy", text, outlet="Larkfield Gazette", published="2021-08-07"))
    assert len(retrieved(archive, news(1, 1))) == 1
    assert retrieved(archive, news(1, 1), outlets=("larkfield gazette",)) == ["copy:1:0"]
    assert retrieved(archive, news(1, 1), published_to=date(2021, 8, 6)) == ["wire:1:0"]


def test_passages_of_one_article_all_stay(archive: Archive) -> None:
    take_in(archive, record("a", " ".join([news(1, 3)] * 40)))
    assert len(retrieved(archive, news(1, 1))) == archive.counts().passages > 3


def test_passages_that_differ_between_copies_are_kept(archive: Archive) -> None:
    """One story, but the second passage of each is another text."""
    common = news(1, 60)
    take_in(archive, record("a", f"{common}\n\n{news(2, 20)}"), record("b", f"{common}\n\n{news(3, 20)}"))
    stories = {archive.article(name).story_id for name in "ab"}
    assert stories == {"a"}
    found = retrieved(archive, f"{news(2, 20)[-300:]} {news(3, 20)[-300:]}")
    assert {name.partition(":")[0] for name in found} == {"a", "b"}


def test_a_copy_with_another_figure_stays(archive: Archive) -> None:
    told = [f"{news(1, 9)} Some {number} people saw it." for number in ("22", "42", "many")]
    take_in(archive, *(record(f"a{n}", each) for n, each in enumerate(told)))
    assert {found.partition(":")[0] for found in retrieved(archive, news(1, 1))} >= {"a0", "a1"}
    assert len(retrieved(archive, news(1, 1))) == 2


def test_no_more_than_its_depth(archive: Archive) -> None:
    take_in(archive, *(record(f"a{n}", news(n, 1)) for n in range(DEPTH + 10)))
    assert len(retrieved(archive, "xylophones")) == DEPTH


def test_copies_do_not_count_towards_the_depth(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dateline.rag.retrieval.DEPTH", 4)
    text = news(1)
    copies = [record(f"copy{n}", f"{text} {news(100 + n, 1)}") for n in range(5)]
    take_in(archive, *copies, *(record(f"other{n}", news(2 + n)) for n in range(3)))
    question = Question(news(1, 1), NOW)
    found = retrieve(Searcher(archive, FAKE), question).passages
    assert len(found) == 4
    assert len([one for one in found if one.passage.id.startswith("copy")]) == 1


def test_the_index_snapshot(archive: Archive) -> None:
    take_in(archive, *(record(f"a{n}", news(n, 1)) for n in range(SEARCHED + 5)))
    found = retrieve(Searcher(archive, FAKE), Question("xylophones", NOW))
    assert found.index_snapshot == f"{archive.fact('id')}-{archive.sequence()}"


def test_an_empty_archive(archive: Archive) -> None:
    assert retrieved(archive, QUESTION) == []


# The best of both rankings scores 2 / (K + 1), the next 2 / (K + 2), which is 21/22 of it. So 1/22 is what age must
# cost for the two to change places: ln(1 + days / 7) / ln(1 + 365 / 7) x 0.2 > 1/22 from 11 days on.


@pytest.mark.parametrize(("days", "first"), [(0, "old"), (10, "old"), (11, "new"), (3650, "new")])
def test_newer_ones_come_earlier(archive: Archive, days: int, first: str) -> None:
    assert RRF_K == 20
    costs = AGE_WEIGHT * math.log(1 + days / 7) / math.log(1 + 365 / 7)
    assert (costs > 1 - 21 / 22) == (first == "new")
    day = date(2021, 8, 5)
    old = record("old", NEAREST, published=(day - timedelta(days)).isoformat())
    take_in(archive, old, record("new", NEXT, published=day.isoformat()))
    assert retrieved(archive, QUESTION)[0] == f"{first}:1:0"


def test_passages_keep_the_searches_scores(archive: Archive) -> None:
    take_in(archive, record("old", NEAREST, published="2011-08-05"), record("new", NEXT))
    new, old = retrieve(Searcher(archive, FAKE), Question(QUESTION, NOW)).passages
    assert (new.passage.article.id, old.passage.article.id) == ("new", "old")
    assert (new.score, old.score) == pytest.approx((2 / 22, 2 / 21))


def test_where_a_year_is_named_articles_from_it_come_first(archive: Archive) -> None:
    take_in(archive, record("old", NEXT, published="2011-08-05"), record("new", NEAREST))
    assert retrieved(archive, QUESTION) == ["new:1:0", "old:1:0"]
    assert retrieved(archive, f"{QUESTION} in 2011") == ["old:1:0", "new:1:0"]
    assert retrieved(archive, f"{QUESTION} before 2012") == ["old:1:0", "new:1:0"]


def test_age_counts_from_the_day_of_the_question(archive: Archive) -> None:
    """Asked in 2011, what is of 2021 is the one that is far away."""
    take_in(archive, record("old", NEXT, published="2011-08-05"), record("new", NEAREST))
    assert retrieved(archive, QUESTION) == ["new:1:0", "old:1:0"]
    assert retrieved(archive, QUESTION, asked_at=datetime(2011, 8, 6, tzinfo=UTC)) == ["old:1:0", "new:1:0"]


def test_an_unknown_date_counts_as_a_year(archive: Archive) -> None:
    take_in(archive, record("unknown", NEAREST, published=None), record("new", NEXT))
    assert AGE_WEIGHT * 1 > 1 - 21 / 22
    assert retrieved(archive, QUESTION) == ["new:1:0", "unknown:1:0"]


YEAR_2015 = (date(2015, 1, 1), date(2015, 12, 31))


@pytest.mark.parametrize(
    ("text", "published", "days"),
    [
        ("Who won?", [date(2021, 8, 5), date(2015, 10, 1), None], date(2021, 8, 5)),  # the newest there is
        ("Who won?", [date(2015, 10, 1)], date(2015, 10, 1)),  # of an archive that ends long before
        ("Who won?", [date(2021, 9, 1)], date(2021, 9, 1)),
        ("Who won?", [date(2022, 3, 1), date(2015, 10, 1)], date(2021, 9, 1)),  # the question's
        ("Who won?", [datetime(2021, 8, 5, 23, 30, tzinfo=UTC), date(2021, 8, 4)], date(2021, 8, 5)),
        ("Who won?", [None], None),
        ("Who won?", [], None),
        ("Why did they win?", [date(2021, 8, 5)], None),  # of all times
        ("Who won in 2015?", [date(2021, 8, 5)], YEAR_2015),
        ("Why did they win in 2015?", [None], YEAR_2015),
        ("Who won since May?", [date(2021, 8, 5)], (date(2021, 5, 1), date(2021, 9, 1))),
        ("Why did they win recently?", [date(2021, 8, 5)], date(2021, 8, 5)),  # a vague window is about now
        ("Who won 20,150 or 12015 votes?", [date(2021, 8, 5)], date(2021, 8, 5)),
    ],
)
def test_the_days_that_age_counts_from(
    text: str, published: list[date | None], days: date | tuple[date, date] | None
) -> None:
    if days is not None:
        days = days if isinstance(days, tuple) else (days, days)
    expected = Period(*days) if days else None
    found = [ranked(each) for each in published]
    assert reference_period(Question(text, NOW), window_of(text, NOW), found) == expected


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (date(2021, 8, 5), 0.0),
        (datetime(2021, 8, 5, 23, tzinfo=UTC), 0.0),
        (date(2021, 7, 29), math.log(2) / math.log(1 + 365 / 7)),
        (date(2021, 8, 12), math.log(2) / math.log(1 + 365 / 7)),  # later is as far as earlier
        (date(2020, 8, 5), 1.0),
        (date(2011, 8, 8), math.log(1 + 3650 / 7) / math.log(1 + 365 / 7)),
        (None, 1.0),
    ],
)
def test_age(published: date | None, expected: float) -> None:
    assert age(published, Period(date(2021, 8, 5), date(2021, 8, 5))) == pytest.approx(expected)
    assert age(published, None) == 0.0


def test_ten_years_are_not_ten_times_one() -> None:
    assert age(date(2011, 8, 8), Period(date(2021, 8, 5), date(2021, 8, 5))) == pytest.approx(1.6, abs=0.03)


def test_age_is_zero_within_the_reference() -> None:
    october = Period(date(2015, 10, 1), date(2015, 10, 31))
    assert [age(date(2015, 10, day), october) for day in (1, 15, 31)] == [0, 0, 0]
    week = math.log(2) / math.log(1 + 365 / 7)
    assert age(date(2015, 9, 24), october) == age(date(2015, 11, 7), october) == pytest.approx(week)


def test_the_day_of_a_moment_is_the_one_it_was_written_with() -> None:
    moment = datetime.fromisoformat("2021-08-05T23:30:00-04:00")
    assert (day_of(moment), day_of(date(2021, 8, 5)), day_of(None)) == (date(2021, 8, 5), date(2021, 8, 5), None)


def test_passages_that_name_what_is_asked_for_count_and_come_first(archive: Archive) -> None:
    old = record("old", "Qalat is the capital of a province, and it is quiet.", published="2015-10-01")
    new = record("new", "Some capital of some province is quiet, and that is the capital news.", published="2021-08-05")
    take_in(archive, old, new)
    found = retrieve(Searcher(archive, FAKE), Question("Which province is Qalat the capital of?", NOW))
    assert next(ranked.passage.article.id for ranked in found.passages) == "old"
    assert found.reference == Period(date(2015, 10, 1), date(2015, 10, 1))
