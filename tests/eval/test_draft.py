"""Proposed gold questions: each stands in its article, and the same seed proposes the same."""

from __future__ import annotations

from dateline.eval.draft import draft
from dateline.eval.gold import check_evidence
from dateline.index.archive import Archive
from tests.articles import record, take_in

TEXT = (
    "LARKFIELD — The river Alm rose by three metres on Monday, according to the county’s river office.\n\n"
    "Nine people are known to have died in the flood at Brindle, rescuers said. "
    "Malcolm Prewitt, the county’s engineer, said that the gate at Cutler Reach had been open. It rained."
)


def test_proposals_come_with_evidence_that_stands(archive: Archive) -> None:
    take_in(archive, record("river", TEXT), record("french", "Il pleut.", language="fr"))
    proposed = draft(archive, limit=10)
    assert {each.question: each.nuggets[0].accepted[0] for each in proposed} == {
        "How many people are known to have died in the flood at Brindle?": "Nine",
        "What did Malcolm Prewitt say about Cutler Reach?": "Malcolm Prewitt, the county’s engineer, said that the gate "
        "at Cutler Reach had been open.",
    }
    assert [each.id for each in proposed] == ["draft-001", "draft-002"]
    assert all(str(each.asked_at) == "2021-08-05" for each in proposed)
    texts = {"river": archive.article("river").article.text}
    assert [wrong for each in proposed for wrong in check_evidence(each, texts.get)] == []


def test_the_same_seed_proposes_the_same_and_each_article_has_its_turn(archive: Archive) -> None:
    texts = [
        TEXT.replace("Brindle", place).replace("Nine", number) for place, number in (("Ardle", "Ten"), ("Bray", "Six"))
    ]
    take_in(archive, record("one", texts[0]), record("two", texts[1].replace("Prewitt", "Holt").replace("Alm", "Teal")))
    assert draft(archive, limit=2, seed=3) == draft(archive, limit=2, seed=3)
    assert {each.evidence[0].article_id for each in draft(archive, limit=2, seed=3)} == {"one", "two"}
    assert draft(archive, limit=0) == []
