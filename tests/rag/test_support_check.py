from datetime import date

import pytest

from index.archive import StoredPassage
from index.article import Article, Span
from index.sentences import split_sentences
from rag.support import SupportingSpan
from rag.support_check import THRESHOLD, RulesAndWords, probability

TEXT = (
    "The council closed the Ziegel bridge on Monday. Mayor Ada Lorne said that the pillars had cracked. “We will not "
    "take the risk,” she said. Some 4,000 drivers must take the northern road."
)
ARTICLE = Article("bridge", TEXT, title="Bridge shut", outlet="Harbor Post", published=date(2021, 8, 5))
PASSAGE = StoredPassage(0, "bridge:1:0", ARTICLE, "bridge", Span(0, len(TEXT)), tuple(split_sentences(TEXT)))
CHECK = RulesAndWords()


def quotes(claim: str) -> list[str]:
    return [each.span.of(TEXT) for each in CHECK.check(claim, [PASSAGE]).spans]


def test_word_for_word() -> None:
    for claim in ("The council closed the Ziegel bridge on Monday.", "The council closed  the Ziegel bridge on Monday"):
        verdict = CHECK.check(claim, [PASSAGE])
        assert (verdict.label, verdict.score, verdict.method) == ("supported", 1.0, "verbatim")
        assert verdict.spans == (SupportingSpan(0, Span(0, 47)),)


def test_a_run_of_sentences_is_verbatim_but_not_a_part_of_one() -> None:
    run = TEXT[: TEXT.index("“We")].strip()
    assert CHECK.check(run, [PASSAGE]).method == "verbatim"
    assert CHECK.check("the pillars had cracked", [PASSAGE]).method == "words"


def test_supported_in_other_words_by_the_least_sentences() -> None:
    verdict = CHECK.check("Lorne, the mayor, said the pillars had cracked.", [PASSAGE])
    assert (verdict.label, verdict.method, verdict.reason) == ("supported", "words", None)
    assert verdict.score >= THRESHOLD
    assert quotes("Lorne, the mayor, said the pillars had cracked.") == [
        "Mayor Ada Lorne said that the pillars had cracked."
    ]
    assert quotes("The bridge was closed because its pillars had cracked.") == [
        "The council closed the Ziegel bridge on Monday.",
        "Mayor Ada Lorne said that the pillars had cracked.",
    ]


@pytest.mark.parametrize(
    ("claim", "label", "reason"),
    [
        ("Some 5,000 drivers must take the northern road.", "contradicted", "number not in passage: Some 5,000"),
        ("The council closed the bridge on Friday.", "contradicted", "date not in passage: Friday"),
        ("Mayor Otto Brandt said that the pillars had cracked.", "unsupported", "name not in passage: Otto Brandt"),
        ("“The pillars are safe”, she said.", "unsupported", "quotation not in passage: The pillars are safe"),
    ],
)
def test_rules_come_before_words(claim: str, label: str, reason: str) -> None:
    verdict = CHECK.check(claim, [PASSAGE])
    assert (verdict.label, verdict.method, verdict.reason) == (label, "rules", reason)
    assert verdict.spans == ()


def test_other_words_are_named() -> None:
    verdict = CHECK.check("A crowd celebrated quietly beside burning warehouses.", [PASSAGE])
    assert (verdict.label, verdict.method) == ("unsupported", "words")
    assert verdict.reason == "words not in passage: crowd, celebrated, quietly, beside, burning, warehouses"
    partly = CHECK.check("The council closed the bridge, delighting several cyclists.", [PASSAGE])
    assert (partly.label, partly.reason) == ("partial", "words not in passage: delighting, several, cyclists")


def test_nothing_is_borne_out_by_nothing() -> None:
    assert CHECK.check("The council closed the bridge.", []).label == "unsupported"
    assert CHECK.check("So it was.", [PASSAGE]).label == "unsupported"


def test_probability_falls_with_what_is_lacking() -> None:
    assert probability(0.0) == 0.9749  # 1 / (1 + e^-3.66)
    assert probability(0.5) > probability(0.6) > probability(1.0)
