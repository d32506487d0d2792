"""The parts of the support check's training whose mistakes would be seen only after an hour, or never."""

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.article import Span

torch = pytest.importorskip("torch", reason="the extra `models` is not installed")

from index.encoder_export import model_source  # noqa: E402
from rag.entailment import Entailment  # noqa: E402
from rag.reader_export import SHIPPED  # noqa: E402
from rag.support_check import Weighed  # noqa: E402
from rag.support_input import ClaimTokens  # noqa: E402
from rag.support_rules import Broken  # noqa: E402
from training.contrasts import KINDS  # noqa: E402
from training.optimization import rate_share  # noqa: E402
from training.shipped_reader import shipped_reader  # noqa: E402
from training.strangers import borrowed  # noqa: E402
from training.support import batches_of  # noqa: E402
from training.support_calibration import LOST, LOST_AS_ALTERED, Outcome, calibrate  # noqa: E402
from training.support_examples import (  # noqa: E402
    FOLDS,
    SupportExample,
    answers_by_fold,
    claims_of,
    contrasts,
    human,
    silver,
)
from training.support_network import batch_loss  # noqa: E402

CONTEXT = "The council closed the Ziegel bridge on Monday. Mayor Ada Lorne said that the pillars had cracked."
RESPONSE = "Based on the passages:\n1. The council closed the bridge on Friday.\n2. Its pillars had cracked."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two sources, one answer each by hand, and a silver one."""
    wrong = RESPONSE.index("Friday")
    rows = [
        {
            "id": f"a{n}",
            "task": "qa",
            "source_id": str(n),
            "context": f"{CONTEXT} So it was {n}.",
            "response": RESPONSE,
            "labels": [{"start": wrong, "end": wrong + 6}] if n == 0 else [],
        }
        for n in range(2)
    ]
    noisy = [
        {
            "task": "qa",
            "source_id": "0",
            "hallucinated": bad,
            "response": "**The bridge** was closed by all. It was so.",
        }
        for bad in (0, 1)
    ]
    (tmp_path / "ragtruth").mkdir()
    for name, some in (("dev", rows), ("silver", noisy)):
        with gzip.open(tmp_path / "ragtruth" / f"{name}.jsonl.gz", "wt") as file:
            file.writelines(json.dumps(row) + "\n" for row in some)
    return tmp_path


def test_claims_of_an_answer_are_without_lists_signs_and_openings() -> None:
    assert [span.of(RESPONSE) for span in claims_of(RESPONSE)] == [
        "The council closed the bridge on Friday.",
        "Its pillars had cracked.",
    ]


def test_marks_are_places_in_the_claim(data: Path) -> None:
    examples = human(data)
    assert [(one.source, one.supported) for one in examples] == [
        ("qa:0", False),
        ("qa:0", True),
        ("qa:1", True),
        ("qa:1", True),
    ]
    assert [mark.of(examples[0].claim) for mark in examples[0].wrong] == ["Friday"]
    assert "The council closed the Ziegel bridge on Monday." in examples[0].evidence


def test_a_source_is_in_one_fold_with_all_its_answers(data: Path) -> None:
    folds = answers_by_fold(data)
    assert len(folds) == FOLDS
    assert sorted(len(some) for some in folds) == [0, 0, 0, 1, 1]


def test_sentences_of_an_unfaithful_answer_stay_together(data: Path) -> None:
    noisy = silver(data, random.Random(0))
    assert [one.answer is None for one in noisy] == [one.supported for one in noisy]
    bad = next(one for one in noisy if not one.supported)
    many = [replace(bad, claim=f"{bad.claim} {n}", answer=f"s{n // 4}") for n in range(120)]
    for batch in batches_of(many, random.Random(0)):
        assert len(batch) % 4 == 0


def test_contrasts_mark_what_was_changed() -> None:
    true = [("news:1", "The Ziegel bridge was closed on Monday.", ["The Ziegel bridge was closed on Monday."])]
    made = list(contrasts(true, ["Brandt Hall"], random.Random(1), KINDS))
    assert {one.kind for one in made} >= {"date", "negation"}
    assert all(not one.supported and one.wrong[0].of(one.claim) and one.original == true[0][1] for one in made)


def _tokens(words: tuple[tuple[int, int], ...]) -> ClaimTokens:
    ids = np.zeros(len(words) + 2, np.int64)
    return ClaimTokens(ids, ids, 1, words, whole=True)


def test_loss_falls_where_the_network_is_right() -> None:
    tokens = [_tokens(((0, 3), (4, 10)))] * 2
    right = torch.tensor([[[4.0, -4], [0, -4], [0, -4], [0, 0]], [[-4.0, 0], [0, -4], [0, 4], [0, 0]]])
    examples = [
        SupportExample("s", "human", "The bridge", (), True),
        SupportExample("s", "human", "The bridge", (), False, wrong=(Span(4, 10),)),
    ]
    assert batch_loss(right, tokens, examples) < 0.1 < batch_loss(-right, tokens, examples)


def test_what_is_altered_is_told_by_contrasts_and_true_claims_alone() -> None:
    tokens = [_tokens(((0, 3),))] * 2
    logits = torch.tensor([[[4.0, -5], [0, -4], [0, 0]], [[-4.0, 5], [0, 4], [0, 0]]])
    true, wrong = SupportExample("s", "true", "The", (), True), (Span(0, 3),)
    contrast = SupportExample("s", "negation", "The", (), False, wrong=wrong, original="The")
    marked = SupportExample("s", "human", "The", (), False, wrong=wrong)
    other_way = torch.tensor([[[4.0, 5], [0, -4], [0, 0]], [[-4.0, -5], [0, 4], [0, 0]]])
    assert batch_loss(logits, tokens, [true, contrast]) < 0.1 < batch_loss(other_way, tokens, [true, contrast])
    assert batch_loss(logits[1:], tokens[1:], [marked]) == batch_loss(other_way[1:], tokens[1:], [marked])


def test_a_true_sentence_stays_with_its_contrasts() -> None:
    true = [SupportExample("s", "true", f"It was {n}.", (), True) for n in range(60)]
    made = [replace(one, kind="number", claim=f"{one.claim} X", original=one.claim, supported=False) for one in true]
    for batch in batches_of([*true, *made], random.Random(0)):
        claims = {one.claim for one in batch}
        assert all(one.original in claims for one in batch if one.original)


def test_of_an_unfaithful_silver_answer_only_the_worst_sentence_counts() -> None:
    tokens = [_tokens(((0, 3),))] * 2
    examples = [SupportExample("s", "silver", "The", (), False, answer="s1")] * 2
    one_bad = torch.tensor([[[5.0, 0], [0, 0], [0, 0]], [[-5.0, 0], [0, 0], [0, 0]]])
    none_bad = torch.tensor([[[5.0, 0], [0, 0], [0, 0]], [[5.0, 0], [0, 0], [0, 0]]])
    assert batch_loss(one_bad, tokens, examples) < 0.1 < batch_loss(none_bad, tokens, examples)


def test_calibration_loses_no_more_than_it_may() -> None:
    rng = random.Random(2)
    found = []
    for n in range(800):
        good = n % 4 > 0
        odds = rng.gauss(2.0 if good else -2.0, 1.5)
        missing = frozenset(str(k) for k in range(rng.randint(0, 2 if good else 5)))
        broken = Broken("name", "Alm") if rng.random() < (0.02 if good else 0.2) else None
        entailment = Entailment(odds, rng.gauss(-3.0, 2.0), -odds, Span(0, 1))
        found.append(Outcome(Weighed(entailment, missing, 8, rng.gauss(0.7 if good else 0.5, 0.15), broken), good))
    calibration, without = calibrate(found), calibrate(found, nearness=False)
    assert min(calibration.entailed, calibration.nearness) > 0
    assert max(calibration.worst, calibration.broken) < 0
    assert without.nearness == 0 < without.entailed
    scores = [(one.weighed, one.weighed.probability(calibration), one.supported) for one in found]
    lost = [
        weighed.broken is not None or weighed.entailment.altered > calibration.altered or score < calibration.threshold
        for weighed, score, good in scores
        if good
    ]
    assert np.mean(lost) == pytest.approx(LOST, abs=0.01)
    whole = [weighed.entailment.altered for weighed, _, good in scores if good and weighed.broken is None]
    assert np.mean(np.array(whole) > calibration.altered) == pytest.approx(LOST_AS_ALTERED, abs=0.002)
    assert np.mean([score for _, score, _ in scores]) == pytest.approx(0.75, abs=0.02)


def test_rate_rises_and_falls() -> None:
    assert rate_share(0.0) == pytest.approx(0.01)
    assert rate_share(0.05) == pytest.approx(1.0)
    assert rate_share(1.0) == pytest.approx(0.05)


def test_the_shipped_reader_comes_back_as_it_was_written() -> None:
    import openvino as ov

    source, _ = model_source(None)
    network = shipped_reader(SHIPPED, source).eval()
    ids = np.random.default_rng(0).integers(1_000, 20_000, (2, 30))
    inputs = {
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "token_type_ids": np.repeat([[0, 1]], [10, 20], axis=1).repeat(2, axis=0),
    }
    exact = ov.Core().compile_model(SHIPPED / "reader.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    written = exact(inputs)[0]
    with torch.no_grad():
        back = network(**{name: torch.from_numpy(values) for name, values in inputs.items()}).numpy()
    assert np.abs(written - back).max() < 0.05 * np.abs(written).max()  # the word table was rounded to 8 bits


def test_a_subject_is_told_of_what_the_passages_have_not() -> None:
    true = [
        ("a", "Mayor Ada Lorne said that the pillars had cracked.", ["Mayor Ada Lorne said that the pillars cracked."]),
        ("b", "The farmers' union said it feared a dry summer.", ["The farmers' union feared a dry summer."]),
        ("c", "A spokesman said 40 lorries had crossed the Ziegel bridge.", ["Lorries crossed all summer."]),
        ("d", "Rain closed the road.", ["Rain closed the road."]),
    ]
    made = [(one.claim, one.supported, one.evidence) for one in borrowed(true, random.Random(1))]
    assert made == [  # c has a name and a figure behind its verb, and words of b's; d has too little
        ("Mayor Ada Lorne said it feared a dry summer.", False, ("Mayor Ada Lorne said that the pillars cracked.",)),
        ("The farmers' union said that the pillars had cracked.", False, ("The farmers' union feared a dry summer.",)),
        ("A spokesman said it feared a dry summer.", False, ("Lorries crossed all summer.",)),
    ]
