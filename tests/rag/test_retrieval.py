from datetime import date

from index.archive import Archive
from index.filters import Filters
from index.search import Searcher
from rag.question import Question
from rag.retrieval import DEPTH, retrieve
from tests.articles import FAKE, NOW, news, record, take_in


def retrieved(archive: Archive, text: str, **filters: object) -> list[str]:
    question = Question(text, NOW, Filters(**filters))  # type: ignore[arg-type]
    return [ranked.passage.id for ranked in retrieve(Searcher(archive, FAKE), question).passages]


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


def test_what_copies_have_of_their_own_stays(archive: Archive) -> None:
    """One story, but the second passage of each is another text."""
    common = news(1, 60)
    take_in(archive, record("a", f"{common}\n\n{news(2, 20)}"), record("b", f"{common}\n\n{news(3, 20)}"))
    stories = {archive.article(name).story_id for name in "ab"}
    assert stories == {"a"}
    found = retrieved(archive, f"{news(2, 20)[-300:]} {news(3, 20)[-300:]}")
    assert {name.partition(":")[0] for name in found} == {"a", "b"}


def test_no_more_than_its_depth(archive: Archive) -> None:
    take_in(archive, *(record(f"a{n}", news(n, 1)) for n in range(DEPTH + 10)))
    assert len(retrieved(archive, "xylophones")) == DEPTH
