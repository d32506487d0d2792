from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import select

from dateline.index.archive import Archive, ReencodedError
from dateline.index.archive_view import ArchiveView, followed
from dateline.index.filters import NO_FILTERS
from dateline.index.purge import purge
from dateline.index.schema import embeddings
from dateline.index.writer import Writer
from tests.articles import FAKE, NOW, new_revision, news, record, take_in

EMPTY = ArchiveView.empty(FAKE.dimension)


def whole(archive: Archive) -> ArchiveView:
    return followed(ArchiveView.empty(FAKE.dimension), archive, encoder=FAKE.name)


def agree(view: ArchiveView, archive: Archive) -> None:
    """The view is what it would be read anew, and what the archive says by itself is in use."""
    anew = whole(archive)
    assert view.sequence == anew.sequence == archive.sequence()
    in_use = np.isin(view.revisions, archive.matching_revisions(NO_FILTERS))
    stored = archive.passages(np.flatnonzero(in_use).tolist())
    assert np.flatnonzero(view.in_use).tolist() == np.flatnonzero(anew.in_use).tolist() == sorted(stored)
    for number, passage in stored.items():
        assert view.revisions[number] == anew.revisions[number] > 0
        assert view.place(number) == anew.place(number) == (passage.article.id, number)
    hits = [each.vectors.search(FAKE.encode_query(["Some words"])[0], 10**6, each.in_use) for each in (view, anew)]
    assert sorted((hit.number, hit.score) for hit in hits[0]) == sorted((hit.number, hit.score) for hit in hits[1])


def test_it_follows_every_kind_of_change(archive: Archive) -> None:
    views = [followed(EMPTY, archive, encoder=FAKE.name)]
    assert (views[0].sequence, len(views[0].vectors)) == (0, 0)

    def follow() -> None:
        views.append(followed(views[-1], archive, encoder=FAKE.name))
        agree(views[-1], archive)

    take_in(archive, record("a", news(1, 90)), record("b", news(2)))
    follow()
    take_in(archive, record("c", news(3)), record("a", news(4)))  # a revision
    follow()
    Writer(archive).withdraw("b", "wrong", NOW)
    follow()
    assert not views[-1].in_use[views[-1].revisions == 2].any()
    Writer(archive).reinstate("b")
    follow()
    with Writer(archive) as writer:
        writer.add([new_revision("d", "Held back.")], datetime(2021, 9, 1, tzinfo=UTC))
    purge(archive, "c", "order", NOW, redact=lambda *_: None, as_asked=str)
    follow()
    take_in(archive, record("e", "Die Brücke ist zu.", language="de"))
    follow()
    # In use, but without an embedding; the vectors of earlier revisions are kept for `as_of`.
    assert "e" in {views[-1].place(number)[0] for number in np.flatnonzero(views[-1].in_use).tolist()}
    assert len(views[-1].vectors) == len(archive.rows(select(embeddings.c.passage_id))) + 1  # that of c is masked


def test_earlier_views_stay_as_they_were(archive: Archive) -> None:
    take_in(archive, record("a", news(1)))
    first = whole(archive)
    in_use, count = first.in_use.copy(), len(first.vectors)
    take_in(archive, record("a", news(2)), record("b", news(3)))
    second = followed(first, archive, encoder=FAKE.name)
    assert (first.in_use.tolist(), len(first.vectors)) == (in_use.tolist(), count)
    assert second.in_use[: len(in_use)].tolist() == [False] * len(in_use)


def test_where_nothing_changed_it_is_the_same(archive: Archive) -> None:
    take_in(archive, record("a", news(1)))
    view = whole(archive)
    assert followed(view, archive, encoder=FAKE.name) is view


def test_it_mixes_no_two_encoders(archive: Archive) -> None:
    take_in(archive, record("a", news(1)))
    with pytest.raises(ReencodedError):
        followed(EMPTY, archive, encoder="another")
