"""A text checked against an archive: labels, exact quotes, what says otherwise, what is not checked."""

from collections.abc import Sequence

import pytest

from dateline.index.archive import Archive, StoredPassage
from dateline.index.errors import QuestionError
from dateline.index.filters import Filters
from dateline.index.search import Searcher
from dateline.rag.verification.checked import CheckedText
from dateline.rag.verification.checking import FOUND, MOST_CHARS, check_text
from dateline.rag.verification.support import SupportingSpan, Verdict, WordSupport
from tests.articles import FAKE, record, take_in, trained_support

FIRE = "The fire in the market of Alm destroyed 40 stalls. Twelve people died there. It began in a bakery."
EARLIER = "A fire broke out in the market of Alm. The fire destroyed 60 stalls in the market, the mayor said."
BRIDGE = "Engineers closed the Ziegel bridge because its cables had rusted. Ferries carry the traffic instead."

OTHERWISE = "another figure: the draft says “{}”, the article says “{}”"


@pytest.fixture
def searcher(archive: Archive) -> Searcher:
    take_in(
        archive,
        record("fire", FIRE, outlet="Harbor Post", title="Market fire in Alm"),
        record("earlier", EARLIER, outlet="Larkfield Gazette", title="Market fire in Alm", published="2021-08-04"),
        record("bridge", BRIDGE, outlet="Harbor Post", title="Ziegel bridge shut"),
    )
    return Searcher(archive, FAKE)


def check(text: str, searcher: Searcher, filters: Filters = Filters()) -> CheckedText:  # noqa: B008 - it is frozen
    """The text checked by the shipped check, each promise about quotes and spans proven."""
    checked = check_text(text, searcher, trained_support(), filters=filters)
    cited = []
    for claim in checked.claims:
        assert claim.text_span.of(text) == claim.text
        assert (claim.support is None) == (claim.not_checked is not None)
        assert (claim.missing is None) == (claim.support is None or claim.support.label == "supported")
        assert bool(claim.citations) or claim.support is None or claim.support.label not in ("supported", "partial")
        cited += [*claim.citations, *([claim.contradiction.citation] if claim.contradiction else [])]
    for citation in cited:
        article = searcher.archive.article(citation.article_id).article
        assert citation.source_span.of(article.text) == citation.quote
        assert checked.sources[citation.source - 1].article_id == citation.article_id
    numbers = [source.number for source in checked.sources]
    assert list(dict.fromkeys(citation.source for citation in cited)) == numbers == list(range(1, len(numbers) + 1))
    return checked


def test_a_draft(searcher: Searcher) -> None:
    draft = (
        "The bridge of Ziegel\n\nWhy was it closed? Engineers closed the Ziegel bridge. "
        "The cables had rusted. Gardeners painted seven purple elephants. The fire in Alm destroyed 40 stalls."
    )
    checked = check(draft, searcher)
    assert [(claim.not_checked, claim.support and claim.support.label) for claim in checked.claims] == [
        ("heading", None),
        ("question", None),
        (None, "supported"),
        (None, "supported"),
        (None, "unsupported"),
        (None, "supported"),
    ]
    assert [claim.id for claim in checked.claims] == ["c1", "c2", "c3", "c4", "c5", "c6"]
    engineers = checked.claims[2]
    assert [one.quote for one in engineers.citations] == [
        "Engineers closed the Ziegel bridge because its cables had rusted."
    ]
    assert checked.receipt.support_check == trained_support().name
    assert checked.receipt.index_snapshot == searcher.index_snapshot()


def test_another_figure_contradicts(searcher: Searcher) -> None:
    [claim] = check("The fire in Alm destroyed 50 stalls.", searcher).claims
    assert claim.support is not None
    assert (claim.support.label, claim.citations) == ("contradicted", ())
    assert claim.contradiction is not None
    assert claim.contradiction.reason == OTHERWISE.format(50, 40)
    assert claim.contradiction.citation.quote == "The fire in the market of Alm destroyed 40 stalls."


def test_a_later_article_speaks_for_an_earlier_one(searcher: Searcher) -> None:
    [claim] = check("The fire in the market destroyed 60 stalls.", searcher).claims
    assert claim.support is not None
    assert (claim.support.label, claim.citations) == ("contradicted", ())
    assert claim.contradiction is not None
    assert claim.contradiction.reason == OTHERWISE.format(60, 40)
    assert claim.contradiction.citation.article_id == "fire"


def test_an_earlier_figure_is_no_conflict_but_one_of_the_same_day_is(searcher: Searcher) -> None:
    text = "The fire destroyed 40 stalls in the market of Alm."
    [claim] = check(text, searcher).claims
    assert claim.support is not None
    assert (claim.support.label, [one.article_id for one in claim.citations]) == ("supported", ["fire"])
    assert claim.contradiction is None
    take_in(searcher.archive, record("other", EARLIER, outlet="Valley News", title="Market fire in Alm"))
    [claim] = check(text, Searcher(searcher.archive, FAKE)).claims
    assert claim.contradiction is not None
    assert (claim.contradiction.reason, claim.contradiction.citation.article_id) == (OTHERWISE.format(40, 60), "other")


def test_another_day_does_not_outweigh_who_bears_a_claim_out(archive: Archive) -> None:
    told = "Rebels seized the town of Alm on {}, officials said."
    take_in(
        archive,
        record("a", told.format("Tuesday") + " It rained.", outlet="Harbor Post"),
        record("b", told.format("Monday"), outlet="Larkfield Gazette", published="2021-08-04"),
    )
    [claim] = check("Officials said rebels seized the town of Alm on Tuesday.", Searcher(archive, FAKE)).claims
    assert claim.support is not None
    assert (claim.support.label, [one.article_id for one in claim.citations]) == ("supported", ["a"])


def test_a_wrapped_draft_is_checked_by_sentences(searcher: Searcher) -> None:
    [claim] = check("The fire in the market of Alm is said to have\ndestroyed 50 stalls.", searcher).claims
    assert claim.contradiction is not None
    assert claim.contradiction.reason == OTHERWISE.format(50, 40)


def test_filters_and_as_of(searcher: Searcher) -> None:
    text = "The fire in the market destroyed 60 stalls."
    [claim] = check(text, searcher, Filters(outlets=("Larkfield Gazette",))).claims
    assert claim.contradiction is None
    [claim] = check(text, searcher, Filters(outlets=("Nobody’s Paper",))).claims
    assert claim.support is not None
    assert (claim.support.label, claim.missing) == ("unsupported", "no article in the archive is about it")


def test_footnotes_and_tables(searcher: Searcher) -> None:
    text = (
        "The fire in Alm destroyed 40 stalls[^1]. Twelve people died there.[^2] It began in a bakery.\n\n"
        "| stalls | dead |\n|---|---|\n| 40 | 12 people died. Or more. |\n"
    )
    checked = check(text, searcher)
    assert [(claim.text, claim.not_checked, claim.support and claim.support.label) for claim in checked.claims] == [
        ("The fire in Alm destroyed 40 stalls[^1].", None, "supported"),
        ("Twelve people died there.", None, "supported"),
        ("It began in a bakery.", None, "supported"),
        ("| stalls | dead |", "table", None),
        ("| 40 | 12 people died. Or more. |", "table", None),
    ]


def test_a_denial_contradicts(archive: Archive) -> None:
    text = "A fire destroyed 40 stalls in the market of Alm. The mayor said that he ruled out an attack."
    take_in(archive, record("fire", text, outlet="Harbor Post", title="Market fire in Alm"))
    [claim] = check("The fire was an attack.", Searcher(archive, FAKE)).claims
    assert claim.support is not None
    assert claim.support.label == "contradicted"
    assert claim.contradiction is not None
    assert claim.contradiction.reason == (
        "denied in the article: the draft says “The fire was an attack”, the article says “he ruled out an attack”"
    )


def test_what_an_article_of_the_same_day_denies_is_not_supported_by_another(searcher: Searcher) -> None:
    class Divided:
        """Finds supported what one article says, and denied what the others do."""

        name = "divided"

        def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
            spans = (SupportingSpan(0, passages[0].sentences[0]),)
            if passages[0].article.id == "fire":
                return Verdict("supported", 0.6, "model", None, spans)
            return Verdict("contradicted", 0.4, "rules", "denied in the article: …", spans, conflict="denial")

    take_in(searcher.archive, record("other", EARLIER, outlet="Valley News", title="Market fire in Alm"))
    [claim] = check_text("The market fire of Alm was an attack.", Searcher(searcher.archive, FAKE), Divided()).claims
    assert claim.support is not None
    assert (claim.support.label, claim.citations) == ("contradicted", ())


def test_what_leans_on_the_sentence_before_is_looked_up_with_it(archive: Archive) -> None:
    others = [record(f"other-{n}", f"The mill was painted in winter {n}, others say.") for n in range(FOUND)]
    take_in(archive, record("bridge", "Vera Quist closed the Ziegel bridge. It was shut in spring."), *others)
    searcher = Searcher(archive, FAKE)
    checked = check("Vera Quist closed the Ziegel bridge. It was shut in spring.", searcher)
    assert [one.article_id for one in checked.claims[1].citations] == ["bridge"]


def test_any_support_check_will_do(searcher: Searcher) -> None:
    checked = check_text("Rusted cables closed the Ziegel bridge.", searcher, WordSupport())
    assert checked.receipt.support_check == "words"
    assert [one.quote for one in checked.claims[0].citations] == [
        "Engineers closed the Ziegel bridge because its cables had rusted."
    ]


class Denying:
    """A check that finds contradicted what has the word "bridge"."""

    name = "denying"

    def check(self, claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        if "bridge" not in claim:
            return Verdict("unsupported", 0.1, "model", None, ())
        span = SupportingSpan(0, passages[0].sentences[0])
        return Verdict("contradicted", 0.1, "model", "the passage contradicts it", (span,))


def test_what_contradicts_is_quoted(searcher: Searcher) -> None:
    text = "Engineers closed the Ziegel bridge for rusted cables. Gardeners painted seven purple elephants."
    bridge, elephants = check_text(text, searcher, Denying()).claims
    assert bridge.support is not None
    assert (bridge.support.label, bridge.support.method) == ("contradicted", "model")
    assert bridge.contradiction is not None
    assert bridge.contradiction.reason == "the passage contradicts it"
    assert bridge.contradiction.citation.article_id == "bridge"
    assert elephants.support is not None
    assert (elephants.support.label, elephants.contradiction) == ("unsupported", None)


@pytest.mark.parametrize("text", ["", " \n", "a" * (MOST_CHARS + 1)])
def test_what_cannot_be_checked(text: str, searcher: Searcher) -> None:
    with pytest.raises(QuestionError):
        check_text(text, searcher, WordSupport())
