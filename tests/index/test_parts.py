"""Which articles and answers lie in a part of the archive, and that nothing leads a search out of it."""

import json
from datetime import date

import pytest

from dateline.index.archive import Archive
from dateline.index.filters import Filters
from dateline.index.parts import CURRENT, answers_in, revisions_within
from dateline.index.search import Searcher
from dateline.index.writer import Writer
from tests.articles import FAKE, NOW, record, take_in

HARBOR = Filters(outlets=("harbor post",))
AUGUST = Filters(published_from=date(2021, 8, 1), published_to=date(2021, 8, 31))


@pytest.fixture
def three(archive: Archive) -> Archive:
    """`harbor` and `gazette`, and `moved`, which its second revision brings to the Harbor Post."""
    take_in(
        archive,
        record("harbor", "Ferries carry the traffic on Monday.", outlet="Harbor Post"),
        record("gazette", "Bakers gave away four hundred loaves.", outlet="Larkfield Gazette", published="2020-01-01"),
        record("moved", "Vera Quist won the title in nine rounds.", outlet="Larkfield Gazette"),
    )
    take_in(archive, record("moved", "Vera Quist won the title in ten rounds.", outlet="Harbor Post"))
    return archive


def test_a_revision_is_in_the_part_that_it_says_it_is_in(three: Archive) -> None:
    everything = ["harbor", "gazette", "moved", "nobody"]
    assert revisions_within(three, everything, HARBOR) == {
        ("harbor", 1),
        ("harbor", CURRENT),
        ("moved", 2),
        ("moved", CURRENT),
    }
    assert ("moved", 1) in revisions_within(three, everything, AUGUST)
    with Writer(three) as writer:
        writer.withdraw("harbor", "x", NOW)
    assert ("harbor", CURRENT) in revisions_within(three, ["harbor"], HARBOR)
    assert revisions_within(three, ["gazette"], HARBOR) == set()


@pytest.mark.parametrize(
    ("answer", "inside"),
    [
        ({"claims": []}, True),
        ({"claims": [{"citations": [{"article_id": "harbor", "passage_id": "harbor:1:0"}]}]}, True),
        ({"claims": [{"citations": [{"article_id": "moved", "passage_id": "moved:2:0"}]}]}, True),
        ({"claims": [{"citations": [{"article_id": "moved", "passage_id": "moved:1:0"}]}]}, False),
        ({"sources": [{"article_id": "gazette"}]}, False),
        ({"sources": [{"article_id": "harbor", "copies": ["gazette"]}]}, False),
        ({"sources": [{"article_id": "harbor", "corrected_by": ["gazette"]}]}, False),
        ({"refusal": {"nearest": [{"article_id": "gazette"}]}}, False),
        ({"receipt": {"passages": [{"passage_id": "harbor:1:0"}, {"passage_id": "gazette:1:0"}]}}, False),
        ({"disagreements": [{"positions": [{"citations": [{"article_id": "gazette"}]}]}]}, False),
        ({"sources": [{"article_id": "nobody"}]}, False),
        ({"receipt": {"passages": [{"passage_id": "harbor"}]}}, False),
        ("[" * 100_000, False),
        ("no json", False),
    ],
)
def test_an_answer_is_inside_if_all_that_it_names_is(three: Archive, answer: object, inside: bool) -> None:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    assert answers_in(three, [text, "{}"], HARBOR) == [inside, True]


def test_a_search_stays_within(three: Archive) -> None:
    searcher = Searcher(three, FAKE)

    def found(filters: Filters) -> list[str]:
        return sorted(ranked.passage.article.id for ranked in searcher.search("on Monday", filters=filters).passages)

    assert found(Filters()) == ["gazette", "harbor", "moved"]
    assert found(Filters(within=(HARBOR,))) == ["harbor", "moved"]
    assert found(Filters(outlets=("Larkfield Gazette",), within=(HARBOR,))) == []
    assert found(Filters(article_ids=("moved", "gazette"), within=(HARBOR,))) == ["moved"]
    assert found(Filters(within=(HARBOR, Filters(article_ids=("harbor", "gazette"))))) == ["harbor"]
    assert [one.article.id for one in three.list_articles(Filters(within=(HARBOR,)))] == ["harbor", "moved"]
