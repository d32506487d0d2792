"""The parts of the support check's training whose mistakes would be seen only after an hour, or never."""

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dateline.index.article import Span

torch = pytest.importorskip("torch", reason="the extra `models` is not installed")


from dateline.index.encoder_export import model_source  # noqa: E402
from dateline.rag.reading.reader_export import SHIPPED  # noqa: E402
from dateline.rag.verification.comparison import Comparison  # noqa: E402
from dateline.rag.verification.entailment import LABELS, Entailment, Label  # noqa: E402
from dateline.rag.verification.model_input import ClaimTokens  # noqa: E402
from dateline.rag.verification.support_check import Weighed  # noqa: E402
from training.claim_sets import changed_words, claim_sets, claims_of, is_held_out, ragtruth  # noqa: E402
from training.contrasts import KINDS, contrast  # noqa: E402
from training.optimization import rate_share  # noqa: E402
from training.shipped_reader import shipped_reader  # noqa: E402
from training.strangers import borrowed  # noqa: E402
from training.support import batches_of  # noqa: E402
from training.support_calibration import THRESHOLD, Outcome, fit  # noqa: E402
from training.support_examples import SupportExample, contrasts, news  # noqa: E402
from training.support_network import batch_loss  # noqa: E402

CONTEXT = "The council closed the Ziegel bridge on Monday. Mayor Ada Lorne said that the pillars had cracked."
TRUE = "The council closed it."
RESPONSE = "Based on the passages:\n1. The council closed the bridge on Friday.\n2. Its pillars had cracked."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two sources with an answer each, and some claims of other sets."""
    wrong = RESPONSE.index("Friday")
    rows: list[dict[str, Any]] = [
        {
            "id": f"a{n}",
            "task": "qa",
            "source_id": str(n),
            "context": f"{CONTEXT} So it was {n}.",
            "response": RESPONSE,
            "labels": [{"start": wrong, "end": wrong + 6, "label_type": "Evident Conflict"}] if n == 0 else [],
        }
        for n in range(2)
    ]
    nli: dict[str, list[dict[str, Any]]] = {
        "summedits": [
            {"id": "x_1", "claim": TRUE, "evidence": CONTEXT, "label": "supported"},
            {
                "id": "x_2",
                "claim": "The council opened it.",
                "evidence": CONTEXT,
                "label": "contradicted",
                "original": TRUE,
            },
        ],
        "factor_news": [
            {
                "doc_id": "7",
                "claim": "Two died.",
                "evidence": "One died.",
                "label": "contradicted",
                "true_sentence": "One died.",
            },
            {"doc_id": "7", "claim": "So what?", "evidence": "One died.", "label": "unsupported", "weak": True},
        ],
        "aggrefact_spans": [
            {
                "id": "a",
                "claim": "A man died.",
                "evidence": "It rained.",
                "label": "unsupported",
                "wrong_spans": [[2, 5]],
            }
        ],
    }
    for name in ("ragtruth", "nli", "wice"):
        (tmp_path / name).mkdir()
    _write(tmp_path / "ragtruth" / "dev.jsonl.gz", rows)
    _write(tmp_path / "wice" / "token_train.jsonl.gz", [])
    for name in ("defacto", "summedits", "factor_news", "foolmetwice", "rte", "frank", "aggrefact_spans"):
        _write(tmp_path / "nli" / f"{name}.jsonl.gz", nli.get(name, []))
    return tmp_path


def _write(file: Path, rows: list[dict[str, Any]]) -> None:
    with gzip.open(file, "wt") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


def test_claims_of_an_answer_are_without_lists_signs_and_openings() -> None:
    assert [span.of(RESPONSE) for span in claims_of(RESPONSE)] == [
        "The council closed the bridge on Friday.",
        "Its pillars had cracked.",
    ]


def test_marks_are_places_in_the_claim(data: Path) -> None:
    examples = list(ragtruth(data, lambda _source: True))
    assert [(one.source, one.label) for one in examples] == [
        ("qa:0", "contradicted"),
        ("qa:0", "supported"),
        ("qa:1", "supported"),
        ("qa:1", "supported"),
    ]
    assert [mark.of(examples[0].claim) for mark in examples[0].wrong] == ["Friday"]
    assert "The council closed the Ziegel bridge on Monday." in examples[0].evidence


def test_sets_give_labels_groups_and_changed_words(data: Path) -> None:
    sets = claim_sets(data, held_out=is_held_out("summedits:x"))
    true, false = sets["summedits"]
    assert (true.label, false.label, true.source) == ("supported", "contradicted", "summedits:x")
    assert true.group == false.group
    assert [span.of(false.claim) for span in false.wrong] == ["opened"]
    sets = claim_sets(data, held_out=is_held_out("factor_news:7"))
    assert [(one.claim, one.label) for one in sets["factor_news"]] == [
        ("Two died.", "contradicted"),
        ("One died.", "supported"),  # and the sentence that merely follows is left out
    ]
    sets = claim_sets(data, held_out=is_held_out("aggrefact_spans:a"))
    assert [span.of(one.claim) for one in sets["aggrefact_spans"] for span in one.wrong] == ["man"]


def test_changed_words() -> None:
    def words(before: str, after: str) -> list[str]:
        return [span.of(after) for span in changed_words(before, after)]

    assert words("The bow door was open.", "The bow door was shut now.") == ["shut now."]
    assert words("He did not resign.", "He did resign.") == ["did"]
    assert words("Same.", "Same.") == []


def test_a_fifth_of_the_documents_is_held_out() -> None:
    held = [is_held_out(f"set:{n}") for n in range(5_000)]
    assert 0.18 < np.mean(held) < 0.22


def test_news_sentences_are_among_their_context(tmp_path: Path) -> None:
    text = " ".join(f"In town number {n} the council met for an hour and closed a bridge." for n in range(40))
    folder = tmp_path / "realtimeqa" / "year"
    folder.mkdir(parents=True)
    _write(folder / "articles.jsonl.gz", [{"id": str(n), "text": text} for n in range(50)])
    found = list(news(tmp_path, ("year",), random.Random(1), 100))
    assert len(found) == 100
    assert all(sentence in around for _, sentence, around in found)


def test_a_figure_of_the_passage_takes_the_place_of_another() -> None:
    made = contrast("moved_number", "It has 38 rooms.", "It has 38 rooms. It cost 9 marks.", [], random.Random(1))
    assert made is not None
    assert (made.text, made.changed.of(made.text)) == ("It has 9 rooms.", "9")


def test_contrasts_mark_what_was_changed() -> None:
    true = [("news:1", "The Ziegel bridge was closed on Monday.", ["The Ziegel bridge was closed on Monday."])]
    made = list(contrasts(true, ["Brandt Hall"], random.Random(1), KINDS))
    assert {one.kind for one in made} >= {"date", "negation"}
    assert all(one.label == "contradicted" and one.wrong[0].of(one.claim) for one in made)
    assert {one.group for one in made} == {"news:1 The Ziegel bridge was closed on Monday."}


def _tokens(words: tuple[tuple[int, int], ...]) -> ClaimTokens:
    ids = np.zeros(len(words) + 2, np.int64)
    return ClaimTokens(ids, ids, 1, words, whole=True)


def test_loss_falls_where_the_network_is_right() -> None:
    tokens = [_tokens(((0, 3), (4, 10)))] * 3
    right = torch.full((3, 4, 4), -4.0)
    for row, label in enumerate((0, 2, 1)):
        right[row, 0, label] = 4.0
    right[1, 2, 3] = 4.0  # of the unsupported claim the second word
    examples = [
        SupportExample("s", "ragtruth", "The bridge", (), "supported"),
        SupportExample("s", "ragtruth", "The bridge", (), "unsupported", wrong=(Span(4, 10),)),
        SupportExample("s", "rte", "The bridge", (), "contradicted"),
    ]
    assert batch_loss(right, tokens, examples) < 0.1 < batch_loss(-right, tokens, examples)
    other_word = right.clone()
    other_word[2, 1, 3] = 4.0  # unknown which words of the last one are wrong
    assert batch_loss(other_word, tokens, examples) == batch_loss(right, tokens, examples)


def test_a_true_sentence_stays_with_its_contrasts() -> None:
    true = [SupportExample("s", "true", f"It was {n}.", (), "supported", group=str(n)) for n in range(60)]
    made = [replace(one, kind="number", claim=f"{one.claim} X", label="contradicted") for one in true]
    batches = batches_of([*true, *made], random.Random(0))
    assert sum(len(batch) for batch in batches) == 120
    for batch in batches:
        groups = [one.group for one in batch]
        assert all(groups.count(group) == 2 for group in groups)


def test_calibration_separates_the_labels() -> None:
    rng = random.Random(2)
    found = []
    for n in range(900):
        label: Label = LABELS[(0, 0, 1, 2)[n % 4]]
        good = label == "supported"
        odds = rng.gauss(2.0 if good else -2.0, 1.5)
        against = rng.gauss(2.0 if label == "contradicted" else -2.0, 1.0)
        ruled_out = "link not in passage: a.example" if rng.random() < (0.02 if good else 0.2) else None
        entailment = Entailment(odds, against, -odds, Span(0, 1))
        comparison = Comparison(**dict.fromkeys(Comparison.__dataclass_fields__, 0.0))
        weighed = Weighed(entailment, 0.1, ruled_out, comparison, (), None, (0,), 0, (0.0,))
        found.append(Outcome(SupportExample(str(n), "rte", "A claim", (), label), weighed))
    calibration = fit(found)
    assert calibration.supported.weights["model_supported"] > 0
    assert calibration.supported.weights["worst_word"] < 0
    assert calibration.threshold == THRESHOLD
    passes = [calibration.supported.probability(one.weighed.features()) >= THRESHOLD for one in found]
    right = [(one.example.label == "supported") == passed for one, passed in zip(found, passes, strict=True)]
    assert np.mean(right) > 0.9
    told = [calibration.contradicted.probability(one.weighed.features()) >= 0.5 for one in found]
    right = [(one.example.label == "contradicted") == said for one, said in zip(found, told, strict=True)]
    assert np.mean([each for one, each in zip(found, right, strict=True) if one.example.label != "supported"]) > 0.9


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
    made = [(one.claim, one.label, one.evidence) for one in borrowed(true, random.Random(1))]
    assert made == [  # c has a name and a figure behind its verb, and words of b's; d has too little
        (
            "Mayor Ada Lorne said it feared a dry summer.",
            "unsupported",
            ("Mayor Ada Lorne said that the pillars cracked.",),
        ),
        (
            "The farmers' union said that the pillars had cracked.",
            "unsupported",
            ("The farmers' union feared a dry summer.",),
        ),
        ("A spokesman said it feared a dry summer.", "unsupported", ("Lorries crossed all summer.",)),
    ]
