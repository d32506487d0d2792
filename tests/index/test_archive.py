from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dateline.index.archive import Archive, Counts
from dateline.index.archive_view import ArchiveView, followed
from dateline.index.article import Span
from dateline.index.errors import NotFoundError
from dateline.index.filters import Filters
from dateline.index.schema import microseconds, revisions
from dateline.index.search import Searcher
from dateline.index.writer import Writer
from tests.articles import FAKE, NOW, new_revision, news, passages_in, record, take_in

NEPAL = timezone(timedelta(hours=5, minutes=45))


def ids(archive: Archive, **conditions: Any) -> list[str]:
    """Ids and texts are found by the two ways alike: listing, and searching under the same filters."""
    filters = Filters(**conditions)
    listed = [stored.article.id for stored in archive.list_articles(filters)]
    view = followed(ArchiveView.empty(FAKE.dimension), archive, encoder=FAKE.name)
    inside = np.flatnonzero(np.isin(view.revisions, archive.matching_revisions(filters)))
    assert listed == sorted({passage.article.id for passage in archive.passages(inside.tolist()).values()})
    return listed


def test_an_article_comes_back_as_it_was(archive: Archive) -> None:
    text = "Sirens were heard in Żary at dawn. 🚒 Nobody was hurt.\n\nThe street stays shut."
    take_in(
        archive,
        record(
            "a", text, title="Sirens in Żary", outlet="Harbor Post", byline="Ada Lorne", url="https://harbor-post.example/a",
            published="2021-08-05T23:50:00+05:45", updated="2021-08-06", corrects="b",
        ),
    )  # fmt: skip
    stored = archive.article("a")
    article = stored.article
    assert (article.text, article.title, article.outlet, article.byline) == (
        text,
        "Sirens in Żary",
        "Harbor Post",
        "Ada Lorne",
    )
    assert (article.url, article.language) == ("https://harbor-post.example/a", "en")
    assert article.published == datetime(2021, 8, 5, 23, 50, tzinfo=NEPAL)
    assert article.published.isoformat() == "2021-08-05T23:50:00+05:45"
    assert article.updated == date(2021, 8, 6)
    assert article.corrects == "b"
    assert article.basis["published"] == "metadata"
    assert (stored.revision, stored.current, stored.story_id) == (1, True, "a")
    assert (stored.ingested, stored.withdrawn, stored.withdrawn_reason) == (NOW, None, None)


def test_passages_are_slices_of_the_article(archive: Archive) -> None:
    take_in(archive, record("a", news(1, 90)), record("b", "Sirens 🚒 were heard. Nobody was hurt."))
    passages = passages_in(archive)
    of_b = next(passage for passage in passages.values() if passage.article.id == "b")
    assert (of_b.id, of_b.span, of_b.text) == ("b:1:0", Span(0, 37), "Sirens 🚒 were heard. Nobody was hurt.")
    assert of_b.sentences == (Span(0, 20), Span(21, 37))
    of_a = [passage for passage in passages.values() if passage.article.id == "a"]
    assert [passage.id for passage in of_a] == [f"a:1:{n}" for n in range(len(of_a))]
    assert len(of_a) > 2
    assert "\n\n".join(passage.text for passage in of_a).split() == news(1, 90).split()


def test_the_passage_before(archive: Archive) -> None:
    take_in(archive, record("a", news(1, 90)), record("b", news(2, 90)))
    by_id = {passage.id: passage for passage in passages_in(archive).values()}
    before = archive.preceding(by_id["b:1:1"])
    assert before is not None
    assert before.id == "b:1:0"
    assert archive.preceding(by_id["a:1:0"]) is None
    assert archive.preceding(by_id["b:1:0"]) is None


@pytest.mark.parametrize("number", [0, -1, 10**12])
def test_unknown_passages_are_left_out(archive: Archive, number: int) -> None:
    take_in(archive, record("a", news(1)))
    assert archive.passages([number]) == {}


def test_what_is_not_there(archive: Archive) -> None:
    take_in(archive, record("a", news(1)))
    with pytest.raises(NotFoundError, match=r"no article 'b'$"):
        archive.article("b")
    with pytest.raises(NotFoundError, match="no article 'a' with a revision 2"):
        archive.article("a", 2)
    with pytest.raises(NotFoundError, match="no answer 'ans_0'"):
        archive.answer("ans_0")


def test_an_empty_archive(archive: Archive) -> None:
    assert archive.counts() == Counts(articles=0, withdrawn=0, passages=0, stories=0, answers=0)
    assert archive.sequence() == 0
    assert archive.fact("encoder") is None
    assert archive.list_articles(Filters()) == []
    assert ids(archive) == []
    assert Searcher(archive, FAKE).search("anything").passages == ()


def test_counts(archive: Archive) -> None:
    text = news(1)
    take_in(archive, record("a", text), record("b", f"{text} A line more."), record("c", news(2)), record("d", news(3)))
    take_in(archive, record("c", news(4)))
    with Writer(archive) as writer:
        writer.withdraw("d", "wrong", NOW)
    archive.save_answer("ans_1", NOW, "{}", cited={})
    assert archive.counts() == Counts(articles=3, withdrawn=1, passages=3, stories=2, answers=1)


def test_answers_are_kept_as_they_went_out(archive: Archive) -> None:
    archive.save_answer("ans_1", NOW, '{"text": "Żary"}', cited={})
    assert archive.answer("ans_1") == '{"text": "Żary"}'


def test_listing_goes_on_after_an_id(archive: Archive) -> None:
    take_in(archive, *(record(f"a{n}", news(n)) for n in (3, 1, 5, 2, 4)))
    filters = Filters()
    pages = []
    after = None
    while page := archive.list_articles(filters, after=after, limit=2):
        pages.append([stored.article.id for stored in page])
        after = pages[-1][-1]
    assert pages == [["a1", "a2"], ["a3", "a4"], ["a5"]]
    assert archive.list_articles(filters, limit=0) == []


def test_filters_by_outlet_language_and_id(archive: Archive) -> None:
    take_in(
        archive,
        record("a", news(1), outlet="Harbor Post"),
        record("b", news(2), outlet="HARBOR POST", language="de"),
        record("c", news(3), outlet="Northgate Wire", language="de"),
        record("d", news(4)),
    )
    assert ids(archive, outlets=("harbor post",)) == ["a", "b"]
    assert ids(archive, outlets=("Harbor Post", "northgate wire")) == ["a", "b", "c"]
    assert ids(archive, languages=("de",)) == ["b", "c"]
    assert ids(archive, outlets=("harbor post",), languages=("de",)) == ["b"]
    assert ids(archive, article_ids=("d", "a", "nobody")) == ["a", "d"]
    assert ids(archive, outlets=("Harbor",)) == []


def test_an_outlet_beyond_ascii_is_found_in_any_case(archive: Archive) -> None:
    take_in(archive, record("a", news(1), outlet="ÉCHO DE ŻARY"))
    assert ids(archive, outlets=("écho de żary",)) == ["a"]
    assert ids(archive, outlets=("Écho de Żary",)) == ["a"]


def test_filters_by_date_of_publication(archive: Archive) -> None:
    take_in(
        archive,
        record("day", news(1), published="2021-08-05"),
        record("dawn", news(2), published="2021-08-05T04:00:00Z"),
        record("night", news(3), published="2021-08-05T23:30:00-04:00"),  # 03:30 on the 6th in UTC
        record("undated", news(4), published=None),
    )
    noon = datetime(2021, 8, 5, 12, tzinfo=UTC)
    assert ids(archive) == ["dawn", "day", "night", "undated"]
    assert ids(archive, published_from=date(2021, 8, 5)) == ["dawn", "day", "night"]
    assert ids(archive, published_from=date(2021, 8, 6)) == ["night"]
    assert ids(archive, published_to=date(2021, 8, 5)) == ["dawn", "day"]
    assert ids(archive, published_to=date(2021, 8, 4)) == []
    # A moment: what is known to the day only may lie on either side of it, and is kept.
    assert ids(archive, published_from=noon) == ["day", "night"]
    assert ids(archive, published_to=noon) == ["dawn", "day"]
    assert ids(archive, published_from=noon, published_to=noon) == ["day"]
    assert ids(archive, published_to=noon.astimezone(NEPAL)) == ["dawn", "day"]


def test_as_of_leaves_out_what_came_later_and_what_is_undated(archive: Archive) -> None:
    take_in(
        archive,
        record("day", news(1), published="2021-08-05"),
        record("dawn", news(2), published="2021-08-05T04:00:00Z"),
        record("undated", news(3), published=None),
        record("later", news(4), published="2021-08-07"),
        record("updated", news(5), published="2021-08-01", updated="2021-08-06T10:00:00Z"),
    )
    assert ids(archive, as_of=date(2021, 8, 4)) == []
    # On the safe side: an article of that day may have come out after noon.
    assert ids(archive, as_of=datetime(2021, 8, 5, 12, tzinfo=UTC)) == ["dawn"]
    assert ids(archive, as_of=date(2021, 8, 5)) == ["dawn", "day"]
    # Its text may be that of the update.
    assert ids(archive, as_of=date(2021, 8, 6)) == ["dawn", "day", "updated"]
    assert ids(archive, as_of=date(2021, 8, 7)) == ["dawn", "day", "later", "updated"]


def revision_as_of(archive: Archive, day: int) -> list[int]:
    return [stored.revision for stored in archive.list_articles(Filters(as_of=date(2021, 8, day)))]


def test_as_of_takes_the_revision_then_in_force(archive: Archive) -> None:
    take_in(archive, record("a", news(1), published="2021-08-02"), now=datetime(2021, 8, 3, tzinfo=UTC))
    # Its date says when it was changed; the next one's does not, so it counts from when it was read.
    take_in(
        archive,
        record("a", news(2), published="2021-08-02", updated="2021-08-10"),
        now=datetime(2021, 8, 20, tzinfo=UTC),
    )
    take_in(archive, record("a", news(3), published="2021-08-02"), now=datetime(2021, 8, 25, tzinfo=UTC))
    assert [revision_as_of(archive, day) for day in (1, 2, 9, 10, 24, 25, 31)] == [[], [1], [1], [2], [2], [3], [3]]
    assert [stored.article.text for stored in archive.list_articles(Filters(as_of=date(2021, 8, 9)))] == [news(1)]
    assert [stored.revision for stored in archive.list_articles(Filters())] == [3]


def test_an_undated_revision_ends_the_one_before(archive: Archive) -> None:
    take_in(archive, record("a", news(1), published="2021-08-02"), now=datetime(2021, 8, 3, tzinfo=UTC))
    take_in(archive, record("a", news(2), published=None), now=datetime(2021, 8, 20, tzinfo=UTC))
    assert [revision_as_of(archive, day) for day in (1, 2, 19, 20, 31)] == [[], [1], [1], [], []]


def test_a_revision_of_an_article_dated_ahead_is_not_in_force_before_it(archive: Archive) -> None:
    take_in(archive, record("a", news(1), published="2021-08-20"), now=datetime(2021, 8, 3, tzinfo=UTC))
    take_in(archive, record("a", news(2), published="2021-08-20"), now=datetime(2021, 8, 4, tzinfo=UTC))
    assert [revision_as_of(archive, day) for day in (4, 19, 20)] == [[], [], [2]]


def test_an_undated_revision_does_not_hide_when_the_one_before_it_ended(archive: Archive) -> None:
    take_in(archive, record("a", news(1), published="2021-08-02"), now=datetime(2021, 8, 3, tzinfo=UTC))
    take_in(archive, record("a", news(2), published=None), now=datetime(2021, 8, 20, tzinfo=UTC))
    # It says that it is of the 10th, when the first one was in force by all that was known.
    take_in(
        archive,
        record("a", news(3), published="2021-08-02", updated="2021-08-10"),
        now=datetime(2021, 8, 25, tzinfo=UTC),
    )
    assert [revision_as_of(archive, day) for day in (2, 12, 19, 20, 24, 25)] == [[1], [1], [1], [], [], [3]]


MOMENTS = st.datetimes(datetime(2021, 8, 1), datetime(2021, 8, 9)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001
DATES = st.one_of(st.none(), MOMENTS, st.dates(date(2021, 8, 1), date(2021, 8, 9)))


def test_at_no_moment_are_two_revisions_in_force(archive: Archive) -> None:
    """Whatever the revisions say of their dates, and whenever they come; the clock may go back, too."""
    numbers = count()

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.tuples(DATES, DATES, MOMENTS), min_size=2, max_size=6))
    def check(given: list[tuple[date | None, date | None, datetime]]) -> None:
        article_id, taken = f"a{next(numbers)}", 0
        with Writer(archive) as writer:
            for published, updated, now in given:
                new = new_revision(article_id, f"Number {next(numbers)}.")
                article = replace(new.article, published=published, updated=updated)
                taken += writer.add([replace(new, article=article)], now) != ["older"]
        held = archive.rows(select(revisions).where(revisions.c.article_id == article_id))
        edges = {row[name] for row in held for name in ("valid_from", "valid_to") if row[name] is not None}
        assert len(held) == taken > 0
        for moment in edges:  # all that can change, changes at one of them
            as_of = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)
            in_force = archive.list_articles(Filters(as_of=as_of, article_ids=(article_id,)))
            assert len(in_force) <= 1, (moment, in_force)

    check()


def test_old_revisions_stay_readable(archive: Archive) -> None:
    take_in(archive, record("a", news(1), title="First"))
    take_in(archive, record("a", news(2), title="Second"))
    first, second = archive.article("a", 1), archive.article("a", 2)
    assert (first.article.text, first.article.title, first.current) == (news(1), "First", False)
    assert (second.article.text, second.article.title, second.current) == (news(2), "Second", True)
    assert archive.article("a") == second


def test_microseconds_are_exact() -> None:
    assert microseconds(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert microseconds(datetime(2200, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == 7_289_654_399_999_999
    assert microseconds(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


def test_changes_are_handed_out_once(archive: Archive) -> None:
    take_in(archive, record("a", "A bridge was shut.", title="Bridge"), record("b", "Ein Tunnel.", language="de"))
    middle = archive.sequence()
    take_in(archive, record("c", "A road was mended."))
    parts = [
        [(words, vector is not None) for batch in archive.added_between(*window) for _, words, vector in batch]
        for window in ((0, middle), (middle, archive.sequence()), (archive.sequence(), archive.sequence()))
    ]
    assert parts == [
        [("Bridge\nA bridge was shut.", True), ("\nEin Tunnel.", False)],
        [("\nA road was mended.", True)],
        [],
    ]
    one_by_one = [words for batch in archive.added_between(0, 99, batch=1) for _, words, _ in batch]
    assert one_by_one == [words for part in parts for words, _ in part]
