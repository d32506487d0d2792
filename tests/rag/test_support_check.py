from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from index.archive import StoredPassage
from index.article import Article, Span
from index.encoder import Encoder, InitialsEncoder
from index.sentences import split_sentences
from rag.entailment import Calibration, Entailment, EntailmentModel
from rag.support import SupportingSpan
from rag.support_check import TrainedSupport, Weighed
from rag.support_rules import Broken
from tests.articles import FAKE, trained_support

TEXT = (
    "The council closed the Ziegel bridge on Monday. Mayor Ada Lorne said that the pillars had cracked. “We will not "
    "take the risk,” she said. Some 4,000 drivers must take the northern road."
)
ARTICLE = Article("bridge", TEXT, title="Bridge shut", outlet="Harbor Post", published=date(2021, 8, 5))
PASSAGE = StoredPassage(0, "bridge:1:0", ARTICLE, "bridge", Span(0, len(TEXT)), tuple(split_sentences(TEXT)))


@pytest.fixture
def check(default_encoder: Encoder) -> TrainedSupport:
    return trained_support(default_encoder)


def quotes(check: TrainedSupport, claim: str) -> list[str]:
    return [each.span.of(TEXT) for each in check.check(claim, [PASSAGE]).spans]


def test_word_for_word(check: TrainedSupport) -> None:
    for claim in ("The council closed the Ziegel bridge on Monday.", "The council closed  the Ziegel bridge on Monday"):
        verdict = check.check(claim, [PASSAGE])
        assert (verdict.label, verdict.score, verdict.method) == ("supported", 1.0, "verbatim")
        assert verdict.spans == (SupportingSpan(0, Span(0, 47)),)


def test_a_run_of_sentences_is_verbatim_but_not_a_part_of_one(check: TrainedSupport) -> None:
    run = TEXT[: TEXT.index("“We")].strip()
    assert check.check(run, [PASSAGE]).method == "verbatim"
    assert check.check("the pillars had cracked", [PASSAGE]).method == "model"


def test_supported_in_other_words_by_the_least_sentences(check: TrainedSupport) -> None:
    verdict = check.check("Lorne, the mayor, said the pillars had cracked.", [PASSAGE])
    assert (verdict.label, verdict.method, verdict.reason) == ("supported", "model", None)
    assert verdict.score >= check._model.calibration.threshold
    assert quotes(check, "Lorne, the mayor, said the pillars had cracked.") == [
        "Mayor Ada Lorne said that the pillars had cracked."
    ]
    assert quotes(check, "The bridge was closed because its pillars had cracked.") == [
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
def test_rules_come_before_the_model(check: TrainedSupport, claim: str, label: str, reason: str) -> None:
    verdict = check.check(claim, [PASSAGE])
    assert (verdict.label, verdict.method, verdict.reason) == (label, "rules", reason)
    assert verdict.spans == ()


def test_other_words_are_named(check: TrainedSupport) -> None:
    verdict = check.check("A crowd celebrated quietly beside burning warehouses.", [PASSAGE])
    assert (verdict.label, verdict.method) == ("unsupported", "model")
    assert verdict.reason == "words not in passage: crowd, celebrated, quietly, beside, burning, warehouses"
    partly = check.check("The council closed the bridge to the anger of shop owners.", [PASSAGE])
    assert (partly.label, partly.reason) == ("partial", "words not in passage: anger, shop, owners")


def test_what_leads_to_a_claim_is_not_weighed(check: TrainedSupport) -> None:
    claim = "Lorne, the mayor, said the pillars had cracked."
    assert check.check(f"Based on the given passages, {claim}", [PASSAGE]) == check.check(claim, [PASSAGE])


def test_nothing_is_borne_out_by_nothing(check: TrainedSupport) -> None:
    assert check.check("The council closed the bridge.", []).label == "unsupported"
    assert check.check("So it was.", [PASSAGE]).label == "unsupported"


WEIGHTS = Calibration(
    entailed=1.0,
    worst=-0.5,
    lacking=-0.25,
    share=-2.0,
    nearness=4.0,
    broken=-1.0,
    intercept=0.5,
    threshold=0.5,
    altered=2.0,
)


def test_probability_is_the_logistic_function_of_the_weighed_sum() -> None:
    nothing = Entailment(0.0, 0.0, 0.0, Span(0, 0))
    assert Weighed(nothing, frozenset(), 4, 0.0, None).probability(WEIGHTS) == pytest.approx(0.622459)  # 1/(1+e^-0.5)
    # 2 × 1 - 1 × 0.5 - 2 × 0.25 - 0.5 × 2 + 0.5 = 0.5, with a broken rule -0.5, and at a cosine of 0.25 0.5 again
    some = Entailment(2.0, 0.0, 1.0, Span(0, 3))
    assert Weighed(some, frozenset("ab"), 4, 0.0, None).probability(WEIGHTS) == pytest.approx(0.622459)
    assert Weighed(some, frozenset("ab"), 4, 0.0, Broken("name", "a")).probability(WEIGHTS) == pytest.approx(0.377541)
    assert Weighed(some, frozenset("ab"), 4, 0.25, Broken("name", "a")).probability(WEIGHTS) == pytest.approx(0.622459)


class Scripted(EntailmentModel):
    """Says of every claim what it was told to."""

    def __init__(self, entailment: Entailment) -> None:
        self.name, self.encoder = "scripted", FAKE.name
        self.calibration, self.calibration_without_nearness = WEIGHTS, replace(WEIGHTS, nearness=0.0)
        self._entailment = entailment

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        return [self._entailment for _ in pairs]


@pytest.mark.parametrize(
    ("altered", "label", "reason"),
    [(1.9, "supported", None), (2.1, "contradicted", "the passage says otherwise: cracked")],
)
def test_what_is_altered_is_contradicted_however_probable(altered: float, label: str, reason: str | None) -> None:
    claim = "Lorne, the mayor, said the pillars had cracked."
    at = claim.index("cracked")
    check = TrainedSupport(Scripted(Entailment(9.0, altered, 0.0, Span(at, at + 5))), FAKE)
    verdict = check.check(claim, [PASSAGE])
    assert (verdict.label, verdict.reason, verdict.score > 0.99) == (label, reason, True)


def test_what_is_read_only_in_part_is_not_supported() -> None:
    claim = "Lorne, the mayor, said the pillars had cracked."
    check = TrainedSupport(Scripted(Entailment(9.0, 0.0, 0.0, Span(0, 5), whole=False)), FAKE)
    verdict = check.check(claim, [PASSAGE])
    assert (verdict.label, verdict.reason) == ("unsupported", "too long to be checked: 8 words")


def test_nearness_counts_by_the_encoder_that_it_is_calibrated_with() -> None:
    other = InitialsEncoder()
    other.name = "another"
    model = Scripted(Entailment(-2.0, 0.0, 0.0, Span(0, 5)))
    claim = "Lorne, the mayor, said the pillars had cracked."
    near, without = (TrainedSupport(model, encoder).check(claim, [PASSAGE]).score for encoder in (FAKE, other))
    assert without == pytest.approx(0.1824, abs=1e-4)  # 1 / (1 + e^1.5), no word lacking
    # Initials: l t m s t p h c against m a l s t t p h c, 10 / (√10 × √11), four times of which is added.
    assert near == pytest.approx(0.91, abs=1e-4)
