import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dateline.index.answers import CitingAnswer, answers_citing, flags_of_answers
from dateline.index.archive import Archive
from dateline.index.errors import StorageError
from dateline.index.flags import Flag
from dateline.index.schema import cited_articles
from dateline.index.writer import Withdrawal, Writer
from tests.articles import NOW, news, record, take_in


def keep(archive: Archive, answer_id: str, cited: dict[str, int], minutes: int = 0, **said: Any) -> str:
    """Store a small answer that was given so many minutes after `NOW`."""
    answer = json.dumps({"id": answer_id, "status": "answered", "question": f"What of {answer_id}?"} | said)
    archive.save_answer(answer_id, NOW + timedelta(minutes=minutes), answer, cited=cited)
    return answer


def flags(archive: Archive, answer_id: str) -> tuple[Flag, ...]:
    return flags_of_answers(archive, {answer_id: archive.answer(answer_id)})[answer_id]


def test_what_an_answer_cites_is_stored_with_it_or_not_at_all(archive: Archive) -> None:
    keep(archive, "ans_1", {"alm": 2, "ferry": 1})
    rows = archive.rows(select(cited_articles).order_by(cited_articles.c.article_id))
    assert [tuple(row.values()) for row in rows] == [("ans_1", "alm", 2), ("ans_1", "ferry", 1)]
    with pytest.raises((StorageError, IntegrityError)):
        keep(archive, "ans_1", {"bridge": 1})  # the id is taken
    with pytest.raises((StorageError, IntegrityError)):
        keep(archive, "ans_2", {None: 1})  # type: ignore[dict-item]
    assert len(archive.rows(select(cited_articles))) == 2
    assert archive.counts().answers == 1


def test_answers_that_cite_an_article_oldest_first(archive: Archive) -> None:
    take_in(archive, record("alm", news(1)), record("ferry", news(2)))
    keep(archive, "ans_b", {"alm": 1}, minutes=1)
    keep(archive, "ans_c", {"alm": 1, "ferry": 1})
    keep(archive, "ans_a", {"alm": 1}, minutes=1)
    keep(archive, "ans_d", {"ferry": 1}, minutes=2)
    keep(archive, "ans_e", {}, minutes=3)
    found = answers_citing(archive, "alm")
    assert [answer.id for answer in found] == ["ans_c", "ans_a", "ans_b"]
    assert found[0] == CitingAnswer("ans_c", NOW, "What of ans_c?", "answered", ())
    assert [answer.id for answer in answers_citing(archive, "ferry")] == ["ans_c", "ans_d"]
    assert answers_citing(archive, "nobody") == []

    pages, after = [], None
    while page := answers_citing(archive, "alm", after=after, limit=2):
        pages.append([answer.id for answer in page])
        after = pages[-1][-1]
    assert pages == [["ans_c", "ans_a"], ["ans_b"]]
    assert answers_citing(archive, "alm", limit=0) == []


def test_flags_of_stored_answers(archive: Archive) -> None:
    take_in(archive, record("alm", news(1)), record("ferry", news(2)), record("bridge", news(3)))
    keep(archive, "ans_1", {"alm": 1, "ferry": 1, "bridge": 1, "nowhere": 1})
    assert flags(archive, "ans_1") == ()
    take_in(archive, record("alm", news(4)), record("mended", news(5), corrects="bridge", published="2015-01-01"))
    with Writer(archive) as writer:
        assert writer.withdraw("ferry", "never\nran", NOW) == Withdrawal(already=False, answers=1)
        assert writer.withdraw("ferry", "again", NOW) == Withdrawal(already=True, answers=1)
        assert writer.withdraw("mended", "wrong", NOW).answers == 0
    expected = (
        Flag("revised", "alm", detail="revision 1 is cited, 2 is the current one"),
        Flag("withdrawn", "ferry", detail="never\nran"),
    )
    assert flags(archive, "ans_1") == expected
    # An article in use corrects, however old it says it is: nobody was told.
    take_in(archive, record("mended-2", news(6), corrects="bridge", published="2015-01-01"))
    flagged = (expected[0], Flag("corrected", "bridge", by="mended-2"), expected[1])
    assert flags(archive, "ans_1") == flagged
    keep(archive, "ans_2", {"alm": 2}, minutes=1)
    assert [answer.flags for answer in answers_citing(archive, "alm")] == [flagged, ()]


def test_a_correction_that_the_answer_tells_is_no_flag(archive: Archive) -> None:
    take_in(archive, record("alm", news(1)), record("first", news(2), corrects="alm"))
    keep(archive, "ans_1", {"alm": 1}, sources=[{"article_id": "alm", "corrected_by": ["first"]}])
    keep(archive, "ans_2", {"alm": 1}, sources=[{"article_id": "alm"}])
    assert (flags(archive, "ans_1"), flags(archive, "ans_2")) == ((), (Flag("corrected", "alm", by="first"),))
    take_in(archive, record("second", news(3), corrects="alm"))
    assert flags(archive, "ans_1") == (Flag("corrected", "alm", by="second"),)


@pytest.mark.parametrize(
    "stored",
    ["no JSON", "[]", "null", '{"sources": 1, "question": 3}', '{"sources": [null, {"article_id": {}}], "status": []}',
     '{"sources": [{"article_id": "alm", "corrected_by": "mended"}]}', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_answer_has_flags_but_no_question(archive: Archive, stored: str) -> None:
    take_in(archive, record("alm", news(1)), record("mended", news(2), corrects="alm"))
    archive.save_answer("ans_1", NOW, stored, cited={"alm": 1})
    flagged = (Flag("corrected", "alm", by="mended"),)
    assert answers_citing(archive, "alm") == [CitingAnswer("ans_1", NOW, None, None, flagged)]
