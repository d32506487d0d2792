from collections.abc import Sequence
from datetime import date

import pytest

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.index.sentences import split_sentences
from dateline.rag.language.analyser import Analyser
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.verification.entailment import Calibration, Entailment, EntailmentModel, Logistic
from dateline.rag.verification.support import SupportingSpan
from dateline.rag.verification.support_check import TrainedSupport
from tests.articles import trained_support

TEXT = (
    "The council closed the Ziegel bridge on Monday. Mayor Ada Lorne said that the pillars had cracked. “We will not "
    "take the risk,” she said. Some 4,000 drivers must take the northern road."
)
ARTICLE = Article("bridge", TEXT, title="Bridge shut", outlet="Harbor Post", published=date(2021, 8, 5))
PASSAGE = StoredPassage(0, "bridge:1:0", ARTICLE, "bridge", Span(0, len(TEXT)), tuple(split_sentences(TEXT)))


@pytest.fixture
def check() -> TrainedSupport:
    return trained_support()


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
    assert check.check("drivers must take the northern road", [PASSAGE]).method == "model"


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
        (
            "Some 5,000 drivers must take the northern road.",
            "contradicted",
            "another figure: the draft says “Some 5,000”, the article says “Some 4,000”",
        ),
        (
            "The council closed the bridge on Friday.",
            "contradicted",
            "another date: the draft says “Friday”, the article says “Monday”",
        ),
        (
            "The council did not close the Ziegel bridge on Monday.",
            "contradicted",
            "one says “not”, the other doesn’t: the draft says “did not close”, the article says “closed”",
        ),
        (
            "Mayor Otto Brandt said that the pillars had cracked.",
            "contradicted",
            "said by somebody else: the draft says “Otto Brandt”, the article says “Ada Lorne”",
        ),
        (
            "The council closed the Ziegel bridge for 12 engineers.",
            "unsupported",
            "figure not in the article: the draft says “12”",
        ),
        ("“The pillars are safe”, she said.", "unsupported", "quotation not in passage: The pillars are safe"),
    ],
)
def test_what_differs_is_not_supported(check: TrainedSupport, claim: str, label: str, reason: str) -> None:
    verdict = check.check(claim, [PASSAGE])
    assert (verdict.label, verdict.method, verdict.reason) == (label, "rules", reason)
    assert bool(verdict.spans) == (label == "contradicted")


def test_who_says_it_is_left_out(check: TrainedSupport) -> None:
    verdict = check.check("The pillars had cracked.", [PASSAGE])
    assert (verdict.label, verdict.reason) == ("partial", "leaves out who says so: Mayor Ada Lorne said")
    assert [one.span.of(TEXT) for one in verdict.spans] == ["Mayor Ada Lorne said that the pillars had cracked."]


def test_other_words_are_doubted(check: TrainedSupport) -> None:
    verdict = check.check("A crowd celebrated quietly beside burning warehouses.", [PASSAGE])
    assert (verdict.label, verdict.method) == ("unsupported", "model")
    assert verdict.reason is not None
    assert verdict.reason.startswith("not confirmed: the article doesn’t clearly say ")


def test_what_leads_to_a_claim_is_not_weighed(check: TrainedSupport) -> None:
    claim = "Lorne, the mayor, said the pillars had cracked."
    assert check.check(f"Based on the given passages, {claim}", [PASSAGE]) == check.check(claim, [PASSAGE])


def test_nothing_is_borne_out_by_nothing(check: TrainedSupport) -> None:
    assert check.check("The council closed the bridge.", []).label == "unsupported"
    assert check.check("So it was.", [PASSAGE]).label == "unsupported"


WEIGHTS = Calibration(
    supported=Logistic({"model_supported": 1.0}, 0.5),
    contradicted=Logistic({"model_contradicted": 1.0}, 0.0),
    threshold=0.5,
)


def test_probability_is_the_logistic_function_of_the_weighed_sum() -> None:
    logistic = Logistic({"a": 2.0, "b": -0.5}, 0.5)
    assert logistic.probability({"a": 0.0, "b": 0.0, "c": 9.0}) == pytest.approx(0.622459)  # 1/(1+e^-0.5)
    assert logistic.probability({"a": 0.0, "b": 2.0}) == pytest.approx(0.377541)
    assert logistic.probability({"a": 900.0, "b": 0.0}) == pytest.approx(1.0)


class Scripted(EntailmentModel):
    """Says of every claim what it was told to."""

    def __init__(self, entailment: Entailment) -> None:
        self.name = "scripted"
        self.calibration = WEIGHTS
        self._entailment = entailment

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        return [self._entailment for _ in pairs]


ANALYSER = Analyser(SpacyParser())


def scripted(entailment: Entailment) -> TrainedSupport:
    return TrainedSupport(Scripted(entailment), ANALYSER)


@pytest.mark.parametrize(("against", "label"), [(1.0, "unsupported"), (2.0, "contradicted")])  # 1/(1+e^-2) = .88
def test_a_difference_with_few_words_in_common_contradicts_if_the_model_agrees(against: float, label: str) -> None:
    check = scripted(Entailment(-9.0, against, 0.0, Span(0, 9)))
    verdict = check.check("Engineers want the northern road shut on Friday for 300 drivers.", [PASSAGE])
    assert (verdict.label, verdict.reason) == (
        label,
        "another figure: the draft says “300”, the article says “Some 4,000”",
    )


def test_the_model_alone_contradicts_nothing() -> None:
    claim = "Lorne, the mayor, said the pillars had cracked."
    at = claim.index("cracked")
    verdict = scripted(Entailment(-9.0, 9.0, 0.0, Span(at, at + 5))).check(claim, [PASSAGE])
    assert (verdict.label, verdict.reason) == (
        "unsupported",
        "not confirmed: the article doesn’t clearly say “cracked”",
    )


def test_what_is_read_only_in_part_is_not_supported() -> None:
    claim = "Lorne, the mayor, said the pillars had cracked."
    check = scripted(Entailment(9.0, 0.0, 0.0, Span(0, 5), whole=False))
    verdict = check.check(claim, [PASSAGE])
    assert (verdict.label, verdict.reason) == ("unsupported", "too long to be checked: 8 words")


def test_the_score_is_the_calibrated_probability() -> None:
    claim = "Lorne, the mayor, said the pillars had cracked."
    score = scripted(Entailment(-2.0, 0.0, 0.0, Span(0, 5))).check(claim, [PASSAGE]).score
    assert score == pytest.approx(0.1824, abs=1e-4)  # 1 / (1 + e^1.5)
