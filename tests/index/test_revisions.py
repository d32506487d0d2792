"""Revisions in their order, duplicates that change nothing, embargoes and kills: what an ingest makes of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dateline.index.archive import Archive
from dateline.index.embargoes import release_due
from dateline.index.filters import Filters
from dateline.index.revision_order import order
from dateline.index.search import Searcher
from dateline.index.writer import Writer
from tests.articles import FAKE, NOW, news, record, take_in


def moment(hour: int) -> datetime:
    return datetime(2021, 8, 5, hour, tzinfo=UTC)


def toll(number: int, hour: int | None, **fields: Any) -> dict[str, Any]:
    """A report of a bus crash with that many dead, updated at that hour."""
    text = f"{number} people died when a bus fell from the pass of Orm on Thursday, police said. The road is closed."
    updated = {} if hour is None else {"updated": moment(hour).isoformat()}
    return record("bus", text, title="Bus falls from pass", **updated, **fields)


def current(archive: Archive) -> str:
    return archive.article("bus").article.text.split()[0]


def test_five_revisions_in_one_file_are_five_revisions(archive: Archive) -> None:
    records = [toll(number, hour) for hour, number in enumerate((3, 5, 8, 7, 9), 8)]
    report = take_in(archive, *records)
    assert (report.added, report.revised, report.failed) == (1, 4, 0)
    assert (current(archive), archive.article("bus").revision) == ("9", 5)
    again = take_in(archive, *records)
    assert (again.unchanged, again.problems) == (5, [])
    assert archive.article("bus").revision == 5
    (found,) = Searcher(archive, FAKE).search("3 people").passages
    assert found.passage.article.text.startswith("9 people")


def test_an_older_revision_that_comes_later_is_none(archive: Archive) -> None:
    take_in(archive, toll(9, 12))
    report = take_in(archive, toll(5, 9))
    assert (report.unchanged, current(archive)) == (1, "9")
    (problem,) = report.problems
    assert (problem.severity, "newer revision of 'bus'" in problem.reason) == ("warning", True)


def test_the_same_file_with_its_newest_revision_first(archive: Archive) -> None:
    report = take_in(archive, toll(9, 12), toll(5, 9))
    assert (report.added, report.unchanged, current(archive)) == (1, 1, "9")


def test_revisions_without_dates_are_taken_in_their_order_and_once(archive: Archive) -> None:
    records = [toll(3, None), toll(5, None)]
    assert take_in(archive, *records).revised == 1
    again = take_in(archive, *records)
    assert (again.unchanged, again.problems, current(archive)) == (2, [], "5")


def test_an_article_may_go_back_to_what_it_said(archive: Archive) -> None:
    for hour, number in enumerate((3, 5, 3)):
        take_in(archive, toll(number, None), now=NOW + timedelta(hours=hour))
    assert (current(archive), archive.article("bus").revision) == ("3", 3)


def test_a_corrected_date_of_publication_is_a_revision(archive: Archive) -> None:
    take_in(archive, toll(3, None, published="2021-08-07"))
    assert take_in(archive, toll(3, None, published="2021-08-05")).revised == 1


@pytest.mark.parametrize(
    ("held", "coming", "expected"),
    [
        ((None, None), (None, None), "unknown"),
        ((date(2021, 8, 5), None), (date(2021, 8, 5), None), "unknown"),
        ((date(2021, 8, 5), None), (date(2021, 8, 5), moment(9)), "unknown"),
        ((date(2021, 8, 5), moment(9)), (date(2021, 8, 5), moment(10)), "newer"),
        ((date(2021, 8, 5), moment(9)), (date(2021, 8, 5), moment(8)), "older"),
        ((moment(7), moment(9)), (moment(7), None), "unknown"),
        ((moment(7), moment(9)), (moment(6), None), "unknown"),
        ((moment(7), None), (moment(6), moment(6)), "older"),
    ],
)
def test_which_is_the_newer(held: Any, coming: Any, expected: str) -> None:
    assert order(held, coming) == expected


ADDRESSES = [
    "https://post.example/tannery", "http://post.example/tannery/", "https://www.post.example/Tannery?utm_source=x",
    "https://m.post.example/tannery#top", "https://post.example/amp/tannery", "https://post.example//tannery?a=1&b=2",
]  # fmt: skip


def page(url: str, text: str = news(1), **fields: Any) -> dict[str, Any]:
    made = record("", text, title="Tannery sold", outlet="Post", url=url, **fields)
    del made["id"]
    return made


def test_one_article_under_many_addresses_is_one(archive: Archive) -> None:
    report = take_in(archive, *(page(url) for url in ADDRESSES))
    assert (report.added, report.unchanged, report.problems) == (1, len(ADDRESSES) - 1, [])
    for url in ADDRESSES:
        assert take_in(archive, page(url)).unchanged == 1
    assert (archive.counts().articles, archive.list_articles(Filters())[0].revision) == (1, 1)


def test_the_same_words_of_another_site_are_another_article(archive: Archive) -> None:
    report = take_in(archive, page(ADDRESSES[0]), page("https://herald.example/tannery"))
    assert (report.added, archive.counts().stories) == (2, 1)


def test_an_address_with_new_words_is_a_revision(archive: Archive) -> None:
    take_in(archive, page(ADDRESSES[0]))
    assert take_in(archive, page(ADDRESSES[1], news(2), updated="2021-08-06")).revised == 1


def test_an_archive_of_earlier_rules_keeps_its_ids(archive: Archive) -> None:
    from hashlib import sha256

    former = "url-" + sha256(b"www.post.example/Tannery").hexdigest()[:16]
    take_in(archive, page("https://www.post.example/Tannery") | {"id": former})
    assert take_in(archive, page("https://www.post.example/Tannery")).unchanged == 1
    assert [stored.article.id for stored in archive.list_articles(Filters())] == [former]


def test_identical_duplicates_are_unchanged(archive: Archive) -> None:
    one = record("a", news(1), title="Tannery")
    report = take_in(archive, one, one | {"note": "sent twice"}, one)
    assert (report.added, report.unchanged, report.failed) == (1, 2, 0)


LATER = NOW + timedelta(days=3)


def test_an_embargo_holds_back_until_its_time(archive: Archive) -> None:
    report = take_in(archive, record("budget", news(1), embargo=LATER.isoformat(), published=LATER.isoformat()))
    assert (report.added, report.embargoed, report.problems) == (1, 1, [])
    searcher = Searcher(archive, FAKE)
    assert searcher.search(news(1)).passages == ()
    assert (archive.list_articles(Filters()), archive.counts().embargoed) == ([], 1)
    assert release_due(archive, LATER - timedelta(seconds=1)) == 0
    assert searcher.search(news(1)).passages == ()
    assert release_due(archive, LATER) == 1
    assert searcher.search(news(1)).passages[0].passage.article.id == "budget"
    assert release_due(archive, LATER) == 0


def test_an_embargo_that_is_over_holds_nothing_back(archive: Archive) -> None:
    report = take_in(archive, record("a", news(1), embargo=(NOW - timedelta(hours=1)).isoformat()))
    assert (report.embargoed, archive.counts().articles) == (0, 1)


def test_as_of_before_the_embargo_ended_there_was_no_article(archive: Archive) -> None:
    take_in(archive, record("a", news(1), embargo=LATER.isoformat()))
    release_due(archive, LATER)
    searcher = Searcher(archive, FAKE)
    before, after = LATER - timedelta(minutes=1), LATER + timedelta(minutes=1)
    assert searcher.search(news(1), filters=Filters(as_of=before)).passages == ()
    assert len(searcher.search(news(1), filters=Filters(as_of=after)).passages) > 0


@pytest.mark.parametrize(
    ("fields", "embargoed"),
    [
        ({"note": "EMBARGOED until Saturday 0600 GMT", "published": LATER.isoformat()}, 1),
        ({"text": f"EMBARGOED UNTIL 4 SEPTEMBER 2021\n\n{news(1)}"}, 1),
        ({"text": f"EMBARGOED UNTIL 0600 GMT SATURDAY\n\n{news(1)}", "published": LATER.isoformat()}, 1),
        ({"text": f"Embargo on oil takes effect in a year.\n\n{news(1)}"}, 0),
        ({"text": f"Embargoed goods were seized on Monday.\n\n{news(1)}"}, 0),
    ],
)
def test_an_embargo_in_words(archive: Archive, fields: dict[str, Any], embargoed: int) -> None:
    report = take_in(archive, record("a", news(1)) | fields)
    assert (report.added, report.embargoed) == (1, embargoed)
    assert "EMBARGOED" not in archive.article("a").article.text


def test_an_embargo_without_a_time_is_refused(archive: Archive) -> None:
    report = take_in(archive, record("a", f"EMBARGOED UNTIL SATURDAY\n\n{news(1)}", published=None))
    assert report.failed == 1
    assert "doesn't say until when" in report.problems[0].reason


def test_a_kill_withdraws(archive: Archive) -> None:
    take_in(archive, record("a", news(1)))
    report = take_in(archive, record("a", "Kill the story.", status="canceled"))
    assert (report.withdrawn, report.revised) == (1, 0)
    stored = archive.article("a")
    assert (stored.article.text, stored.withdrawn_reason) == (
        news(1),
        "its provider has taken it back (status canceled)",
    )
    assert take_in(archive, record("a", "Kill the story.", status="canceled")).unchanged == 1
    assert Searcher(archive, FAKE).search(news(1)).passages == ()


def test_a_kill_that_comes_first_keeps_the_article_out(archive: Archive) -> None:
    assert take_in(archive, record("a", "", title="Ferry sinks", status="killed")).withdrawn == 1
    take_in(archive, record("a", news(1)))
    assert archive.article("a").withdrawn is not None
    assert archive.counts().articles == 0
    Writer(archive).reinstate("a")
    assert archive.counts().articles == 1


@pytest.mark.parametrize("status", ["usable", "publish", "published", "active"])
def test_other_statuses_say_nothing(archive: Archive, status: str) -> None:
    assert take_in(archive, record("a", news(1), status=status)).added == 1


def test_a_date_in_the_future_is_told(archive: Archive) -> None:
    report = take_in(archive, record("a", news(1), published="2099-01-01"))
    assert "is in the future" in report.problems[0].reason
    assert take_in(archive, record("b", news(2), published=NOW.date().isoformat())).problems == []


def test_what_was_removed_is_counted_and_shown(archive: Archive) -> None:
    report = take_in(archive, record("a", f"{news(1)}\n\nShare this article\n\nComments are closed."))
    assert report.removed == 2
    assert [(name, line.reason) for name, line in report.removed_lines] == [("a", "share bar"), ("a", "comment line")]
