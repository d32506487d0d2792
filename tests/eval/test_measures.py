"""The measures: worked by hand, and against independent implementations on random cases."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import pytrec_eval

from dateline.eval.judge import Judgement, SupportJudge, WordsJudge
from dateline.eval.measure import Case, Score
from dateline.eval.measures import all_measures
from dateline.eval.prediction import (
    EVERYTHING,
    Cited,
    CitedSource,
    Differing,
    Excerpt,
    FoundPassage,
    Prediction,
    Said,
    Window,
)
from dateline.index.archive import StoredPassage
from dateline.index.errors import RemoteError
from tests.eval.river import gold, nuggets

CASES = 1_000
SAID = Prediction(
    id="g1",
    refused=False,
    text="The Alm rose by three metres.",
    short_answer="three metres",
    reports=EVERYTHING,
    claims=(Said("The Alm rose by three metres.", (Cited("river", "river:1:0", "rose by three metres"),)),),
    sources=(CitedSource("river"),),
    passages=(FoundPassage("river", "river:1:0", "On Monday the Alm rose by three metres."),),
)
REFUSED = replace(SAID, refused=True, refusal_reason="no_coverage", text="", short_answer="", claims=(), sources=())


class TableJudge:
    """Supports what its table says: (claim, texts in any order)."""

    name = "table"
    self_judged = False

    def __init__(self, *supported: tuple[str, frozenset[str]]) -> None:
        self.supported = set(supported)

    def __call__(self, claim: str, texts: Sequence[str]) -> Judgement:
        return Judgement(float((claim, frozenset(texts)) in self.supported), "by the table")


def scored(name: str, prediction: Prediction = SAID, judge: Any = None, **fields: Any) -> Score:
    (measure,) = (each for each in all_measures(judge or WordsJudge()) if each.name == name)
    return measure.score(Case(gold(**fields), prediction))


def value(name: str, prediction: Prediction = SAID, judge: Any = None, **fields: Any) -> float | None:
    return scored(name, prediction, judge, **fields).value


def found(*articles: str, texts: Sequence[str] = ()) -> Prediction:
    words = [*texts, *[""] * (len(articles) - len(texts))]
    passages = (FoundPassage(name, f"{name}:1:{n}", words[n]) for n, name in enumerate(articles))
    return replace(SAID, passages=tuple(passages))


def relevant(**grades: int) -> list[dict[str, Any]]:
    return [{"article_id": name, "grade": grade} for name, grade in grades.items()]


def test_every_measure_names_its_source_and_is_never_nan() -> None:
    measures = all_measures(WordsJudge())
    assert len({measure.name for measure in measures}) == len(measures)
    everything: list[dict[str, Any]] = [
        {},
        {"must_refuse": {}},
        {"nuggets": nuggets("three"), "forbidden": ["four"], "relevant": relevant(river=1)},
        {"window": {"from": None, "to": "2021-08-08", "applies_to": "event"}, "no_disagreement": True},
    ]
    nothing = Prediction("g1", False, "x", "x", frozenset())
    for measure in measures:
        assert measure.source
        assert measure.title
        for fields in everything:
            for prediction in (SAID, REFUSED, nothing):
                score = measure.score(Case(gold(**fields), prediction))
                assert score.why
                assert score.value is None or math.isfinite(score.value)
                assert score.value is None or not measure.is_share or 0 <= score.value <= 1


def test_retrieval_worked_by_hand() -> None:
    asked = {"relevant": relevant(a=2, b=1, c=1)}
    said = found("x", "a", "a", "b")
    # An article counts once, at its first passage: x, a, b.
    assert value("recall@1", said, **asked) == 0
    assert value("recall@5", said, **asked) == 2 / 3
    assert value("mrr", said, **asked) == 1 / 2
    # trec_eval's gain is the grade itself.
    dcg, ideal = 2 / math.log2(3) + 1 / math.log2(4), 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert value("ndcg@10", said, **asked) == pytest.approx(dcg / ideal)
    assert scored("recall@5", said, **asked).why == "a: 2, b: 3, c: not found"


def test_what_retrieves_nothing_counts_as_zero() -> None:
    for name in ("recall@20", "ndcg@10", "mrr"):
        assert scored(name, found(), relevant=relevant(a=1)) == Score(0.0, "nothing was retrieved")
    assert value("nuggets@20", found(), nuggets=nuggets("three")) == 0
    assert value("recall@5", replace(found(), reports=frozenset()), relevant=relevant(a=1)) is None
    assert value("recall@5", found("a")) is None
    assert value("recall@5", found("a"), must_refuse={}) is None


def test_retrieval_agrees_with_definitions_and_pytrec_eval_on_random_cases() -> None:
    rng = random.Random(6)
    names = {"recall@5": "recall_5", "ndcg@10": "ndcg_cut_10", "mrr": "recip_rank"}
    for _ in range(CASES):
        articles = [f"a{n}" for n in range(30)]
        grades = {name: rng.randint(1, 3) for name in rng.sample(articles, rng.randint(1, 6))}
        ranked = rng.sample(articles, rng.randint(0, 20))
        said = found(*ranked)
        ours = {name: value(name, said, relevant=relevant(**grades)) for name in names}
        gains = [grades.get(name, 0) for name in ranked]
        ideal = sorted(grades.values(), reverse=True)
        first = next((rank for rank, gain in enumerate(gains, 1) if gain), None)
        assert ours["recall@5"] == pytest.approx(sum(gain > 0 for gain in gains[:5]) / len(grades))
        assert ours["mrr"] == pytest.approx(1 / first if first else 0)
        assert ours["ndcg@10"] == pytest.approx(_dcg(gains[:10]) / _dcg(ideal[:10]))
        if ranked:
            run = {"q": {name: float(len(ranked) - n) for n, name in enumerate(ranked)}}
            theirs = pytrec_eval.RelevanceEvaluator({"q": grades}, set(names.values())).evaluate(run)["q"]
            assert ours == pytest.approx({name: theirs[other] for name, other in names.items()})


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def test_nuggets_are_found_in_passages_of_the_articles_that_give_them() -> None:
    said = found("wire", "river", texts=["It rose by three metres.", "three metres"])
    assert value("nuggets@1", said, nuggets=nuggets("three")) == 1
    given: dict[str, Any] = {"evidence": [{"article_id": "river", "quote": "rose by three"}]}
    assert value("nuggets@1", said, nuggets=nuggets("three"), **given) == 0
    assert value("nuggets@5", said, nuggets=nuggets("three"), **given) == 1
    both = scored("nuggets@5", said, nuggets=nuggets("three", "miller"))
    assert both == Score(1 / 2, "1 of 2; not found: miller")


def test_recall_of_nuggets_counts_vital_ones_and_all() -> None:
    asked: dict[str, Any] = {"nuggets": [*nuggets("three", "Monday"), *nuggets("Alm", "miller", vital=False)]}
    assert scored("nugget_recall", **asked) == Score(1 / 2, "1 of 2; lacks Monday")
    assert value("nugget_recall_all", **asked) == 2 / 4
    assert value("contains_answer", **asked) == 0
    assert value("contains_answer", nuggets=nuggets("three")) == 1
    assert scored("nugget_recall", REFUSED, **asked) == Score(0.0, "refused: no_coverage")
    assert value("nugget_recall") is None


def test_a_fact_counts_as_said_in_the_short_answer_and_in_values_that_differ() -> None:
    said = replace(SAID, short_answer="On Monday", disagreements=(Differing("conflict", ("two metres", "4 m")),))
    assert value("nugget_recall", said, nuggets=nuggets("Monday", "two metres")) == 1
    assert scored("forbidden_said", said, forbidden=["4 m", "five"]) == Score(1.0, "says 4 m")
    assert value("forbidden_said", REFUSED, forbidden=["4 m"]) == 0
    assert value("forbidden_said") is None


def test_the_short_answer_is_held_against_the_best_form() -> None:
    asked: dict[str, Any] = {"nuggets": [{"accepted": ["/3 ?m/", "3 metres", "three"]}]}
    assert value("exact_match", nuggets=nuggets("Three metres!")) == 1
    assert value("exact_match", **asked) == 0
    # "three metres" against "three": precision 1 / 2, recall 1 / 1.
    assert value("f1", **asked) == pytest.approx(2 * (1 / 2) * 1 / (1 / 2 + 1))
    assert value("f1", nuggets=nuggets("/3 ?m/")) is None
    assert value("f1", nuggets=nuggets("three", "metres")) is None
    assert value("f1", kind="why", nuggets=nuggets("three")) is None
    assert value("f1", REFUSED, **asked) == 0


def test_exact_match_and_f1_agree_with_squads_definition_on_random_cases() -> None:
    rng = random.Random(1)
    vocabulary = ["the", "a", "Alm", "rose,", "by", "three", "metres.", "3", "“Alm”", "on", "an", "Monday"]
    for _ in range(CASES):
        said, form = (" ".join(rng.choices(vocabulary, k=rng.randint(1, 5))) for _ in range(2))
        if not _squad_tokens(form):
            continue
        prediction = replace(SAID, short_answer=said)
        given, wanted = _squad_tokens(said), _squad_tokens(form)
        common = sum(min(given.count(word), wanted.count(word)) for word in set(given))
        precision, recall = common / max(1, len(given)), common / len(wanted)
        f1 = 2 * precision * recall / (precision + recall) if common else 0.0
        assert value("exact_match", prediction, nuggets=nuggets(form)) == float(given == wanted)
        assert value("f1", prediction, nuggets=nuggets(form)) == pytest.approx(f1)


def _squad_tokens(text: str) -> list[str]:
    """SQuAD's rule, as its paper and appendix describe it, word by word."""
    words = ("".join(c for c in word if c.isalnum()) for word in text.lower().split())
    return [word for word in words if word and word not in ("a", "an", "the")]


def test_refusals_have_precision_recall_and_reasons() -> None:
    must: dict[str, Any] = {"must_refuse": {"reasons": ["false_premise", "not_in_coverage"]}}
    assert (value("refusal_precision", REFUSED), value("refusal_precision", REFUSED, **must)) == (0, 1)
    assert value("refusal_precision", SAID, **must) is None
    assert (value("refusal_recall", SAID, **must), value("refusal_recall", REFUSED, **must)) == (0, 1)
    assert value("refusal_recall") is None
    assert value("refusal_reason", REFUSED, **must) == 0
    assert value("refusal_reason", replace(REFUSED, refusal_reason="false_premise"), **must) == 1
    assert value("refusal_reason", SAID, **must) is None
    assert value("refusal_recall:false_premise", SAID, **must) == 0
    assert value("refusal_recall:no_coverage", SAID, **must) is None


def claims(*cited: tuple[str, Sequence[str]]) -> Prediction:
    """Claims, each with the texts that it cites."""
    made = (Said(text, tuple(Cited(one, "", one, 0, Excerpt(0, one)) for one in texts)) for text, texts in cited)
    return replace(SAID, claims=tuple(made))


def test_citations_are_measured_as_alce_defines_it() -> None:
    said = claims(("c1", ["a", "b"]), ("c2", ["a"]), ("c3", []))
    # c1 follows from a alone, and from both: b is idle. c2 follows from nothing; c3 cites nothing.
    judge = TableJudge(("c1", frozenset("a")), ("c1", frozenset("ab")))
    assert value("citation_recall", said, judge) == 1 / 3
    assert value("citation_precision", said, judge) == 1 / 3
    # Where only both together support it, both are needed.
    assert value("citation_precision", claims(("c1", ["a", "b"])), TableJudge(("c1", frozenset("ab")))) == 1
    assert value("citation_precision", claims(("c1", [])), judge) == 0
    assert value("citation_recall", REFUSED, judge) is None
    assert value("faithfulness", said, TableJudge(("c1", frozenset("ab")), ("c2", frozenset("ab")))) == 2 / 3


def test_citations_agree_with_alces_algorithm_on_random_cases() -> None:
    rng = random.Random(2)
    for _ in range(CASES):
        cited = [(f"c{n}", rng.sample("abcd", rng.randint(0, 3))) for n in range(rng.randint(1, 4))]
        subsets = [
            frozenset(name for name, bit in zip("abcd", f"{n:04b}", strict=True) if bit == "1") for n in range(16)
        ]
        supported = {(claim, subset) for claim, _ in cited for subset in subsets if rng.random() < 0.4}
        judge = TableJudge(*supported)
        recalled = precise = total = 0
        for claim, texts in cited:
            entailed = bool(texts) and (claim, frozenset(texts)) in supported
            recalled += entailed
            total += len(texts)
            if entailed and len(texts) > 1:
                for text in texts:
                    alone = (claim, frozenset(text)) in supported
                    rest = (claim, frozenset(texts) - {text}) in supported
                    precise += alone or not rest
            else:
                precise += entailed
        assert value("citation_recall", claims(*cited), judge) == pytest.approx(recalled / len(cited))
        assert value("citation_precision", claims(*cited), judge) == pytest.approx(precise / total if total else 0)


def test_a_judge_that_fails_makes_its_measures_not_scoreable_and_no_others() -> None:
    class Broken:
        name, self_judged = "broken", True

        def __call__(self, claim: str, texts: Sequence[str]) -> Judgement:
            raise RemoteError("the line is dead")

    for name in ("faithfulness", "citation_recall", "citation_precision"):
        assert scored(name, SAID, Broken()) == Score(None, "the judge failed: the line is dead", True)
    assert value("nugget_recall", SAID, Broken(), nuggets=nuggets("three")) == 1
    (faithfulness,) = (each for each in all_measures(Broken()) if each.name == "faithfulness")
    assert faithfulness.source.endswith("judged by broken, self-judged")
    assert faithfulness.title == "Claims that are supported, self-judged"


def test_quotes_are_exact_where_their_span_says() -> None:
    excerpt = Excerpt(100, "On Monday the Alm rose by three metres.")
    at = 100 + excerpt.text.index("rose")

    def cited(quote: str, start: int | None, around: Excerpt | None = excerpt) -> Prediction:
        return replace(SAID, passages=(), claims=(Said("x", (Cited("river", "river:1:0", quote, start, around),)),))

    assert value("quote_exactness", cited("rose by three", at)) == 1
    assert value("quote_exactness", cited("rose by three", at + 1)) == 0
    assert value("quote_exactness", cited("Rose by three", at)) == 0
    assert value("quote_exactness", cited("On Monday", 99)) == 0
    assert value("quote_exactness", cited("rose by three", None, None)) is None
    assert value("quote_exactness") == 1  # without a span, in the passage that it names
    assert value("quote_exactness", REFUSED) is None


def test_disagreements_found_and_made_up() -> None:
    said = replace(SAID, disagreements=(Differing("conflict", ("three metres", "two metres")),))
    expected = [{"kind": "conflict", "values": ["two", "three"]}, {"kind": "update", "values": ["two", "three"]}]
    assert value("disagreement_found", said, disagreements=expected) == 1 / 2
    assert value("disagreement_found", REFUSED, disagreements=expected) == 0
    assert value("disagreement_false", said, no_disagreement=True) == 1
    assert value("disagreement_false", SAID, no_disagreement=True) == 0
    assert value("disagreement_found", replace(said, reports=frozenset()), disagreements=expected) is None


def test_claims_from_outside_the_time_asked_for() -> None:
    def told(*days: tuple[int, int]) -> Prediction:
        """Claims published on and about these days of August 2021."""
        made = [
            Said(f"c{n}", (Cited(f"a{n}", "", ""),), event_time=(_day(event), _day(event)))
            for n, (_, event) in enumerate(days)
        ]
        sources = [CitedSource(f"a{n}", published=_day(published)) for n, (published, _) in enumerate(days)]
        return replace(SAID, claims=tuple(made), sources=tuple(sources))

    week = {"from": "2021-08-02", "to": "2021-08-08"}
    said = told((2, 1), (8, 8), (9, 5))
    assert value("outside_window", said, window={**week, "applies_to": "publication"}) == 1 / 3
    assert scored("outside_window", said, window={**week, "applies_to": "event"}) == Score(1 / 3, "c0")
    assert value("outside_window", said, as_of="2021-08-02") == 2 / 3
    undated = replace(said, sources=())
    assert value("outside_window", undated, as_of="2021-08-31") == 1
    assert value("outside_window", said) is None
    read = replace(SAID, window=Window(date(2021, 8, 2), date(2021, 8, 8), "event"))
    assert value("window_read", read, window={**week, "applies_to": "event"}) == 1
    assert value("window_read", read, window={**week, "applies_to": "publication"}) == 0
    times = [
        {"claim": "c1", "from": "2021-08-08", "to": "2021-08-08"},
        {"claim": "c2", "from": "2021-08-08", "to": "2021-08-08"},
    ]
    assert value("event_time", said, event_times=times) == 1 / 2


def _day(day: int) -> date:
    return date(2021, 8, day)


def test_speakers_and_length() -> None:
    said = replace(SAID, claims=(Said("The gate was open.", speaker="Una Devlin, a miller"), Said("Bakers left.")))
    expected = [{"claim": "gate", "speaker": "miller"}, {"claim": "bakers", "speaker": "Devlin"}]
    assert value("speaker", said, speakers=expected) == 1 / 2
    assert value("words", replace(SAID, text="one two three")) == 3
    assert value("words", REFUSED) is None


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("The Alm rose by 3 metres on Monday.", True),
        ("On Monday the Alm rose by 3 metres.", True),
        ("The Alm rose by 4 metres on Monday.", False),
        ("The mayor of Brindle resigned.", False),
    ],
)
def test_the_words_judge_wants_the_words_and_every_number(claim: str, supported: bool) -> None:
    judgement = WordsJudge()(claim, ["It rained.", "The Alm rose by 3 metres on Monday, bakers said."])
    assert judgement.supported is supported
    assert 0 <= judgement.score <= 1


def test_a_support_check_judges_the_cited_words_as_passages() -> None:
    seen: list[Sequence[StoredPassage]] = []

    class Verdict:
        def __init__(self, label: str, score: float) -> None:
            self.label, self.score, self.reason = label, score, "why"

    def check(claim: str, passages: Sequence[StoredPassage]) -> Verdict:
        seen.append(passages)
        return Verdict(claim, 0.9)

    judge = SupportJudge(check, name="check@1")
    assert judge.self_judged
    assert judge("supported", ["It rose. Bakers left.", "b"]).supported
    assert [passage.text for passage in seen[0]] == ["It rose. Bakers left.", "b"]
    assert [span.of(seen[0][0].article.text) for span in seen[0][0].sentences] == ["It rose.", "Bakers left."]
    for label in ("partial", "contradicted", "unsupported"):
        assert not judge(label, ["a"]).supported
