from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.index.sentences import split_sentences
from dateline.rag.verification.support import SupportingSpan, WordSupport


def passage(article_id: str, text: str, number: int = 0) -> StoredPassage:
    """A whole article as one passage."""
    sentences = tuple(split_sentences(text))
    return StoredPassage(
        number, f"{article_id}:1:{number}", Article(article_id, text), article_id, Span(0, len(text)), sentences
    )


RIVER = passage("river", "The river Alm rose by 1,200 litres on Monday. Nobody was hurt. It fell by Friday.")
BRIDGE = passage("bridge", "Workers closed the Ziegel bridge. The river was high.")
CHECK = WordSupport()


def test_supported_by_the_sentence_with_the_most_of_its_words() -> None:
    verdict = CHECK.check("On Monday the Alm, a river, rose.", [BRIDGE, RIVER])
    assert (verdict.label, verdict.score, verdict.method, verdict.reason) == ("supported", 1.0, "rules", None)
    assert verdict.spans == (SupportingSpan(1, Span(0, 45)),)


def test_as_few_sentences_as_it_takes_in_the_order_of_the_passages() -> None:
    verdict = CHECK.check("Workers closed the bridge and it fell by Friday.", [RIVER, BRIDGE])
    said = [span.span.of([RIVER, BRIDGE][span.passage].article.text) for span in verdict.spans]
    assert said == ["It fell by Friday.", "Workers closed the Ziegel bridge."]


def test_verbatim_is_its_own_sentence() -> None:
    verdict = CHECK.check("Nobody was hurt.", [BRIDGE, RIVER])
    assert (verdict.method, verdict.spans) == ("verbatim", (SupportingSpan(1, Span(46, 62)),))


def test_what_is_missing_is_named() -> None:
    verdict = CHECK.check("The river rose by 1,300 litres.", [RIVER])
    assert (verdict.label, verdict.reason, verdict.spans) == ("unsupported", "number not in passage: 1,300", ())
    assert verdict.score == 3 / 4  # river, rose, litres of four
    assert CHECK.check("The river drowned nobody.", [RIVER]).reason == "word not in passage: drowned"


def test_nothing_is_not_supported() -> None:
    for claim in ("", "It is so.", "…"):
        assert CHECK.check(claim, [RIVER]).label == "unsupported"
    assert CHECK.check("The river rose.", []).label == "unsupported"
