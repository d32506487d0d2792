"""People's questions over paragraphs: answers in their places, hard negatives, nothing that is measured on."""

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from dateline.index.article import Span
from dateline.rag.reading.reader_input import Text
from training.examples import Example, Passage
from training.hygiene import RUN, MeasuredTexts, measured_texts, unmeasured
from training.question_sets import HELD_OUT_TITLES, QUESTIONS, held_out_rows, question_sets, slips
from training.wordings import reworded

QUAY = "The old quay of Saltmarsh was built in 1843. Its stones came from Orrin. Boats still land there in June."
MOLE = "The mole of Saltmarsh shelters boats. It was raised twice after storms had broken over it."
LIBRARY = "The library of Larkfield opened beside the station. It has a room for children."


def row(text: str, question: str, *answers: str, **more: Any) -> dict[str, Any]:
    found = [{"text": answer, "start": text.index(answer)} for answer in answers]
    return {"id": question, "title": "Salt_marsh", "text": text, "question": question, "answers": found} | more


def write_sets(folder: Path) -> Path:
    qa = folder / "qa"
    qa.mkdir(parents=True)
    sentences = ["Rain fell. ", "The road was shut because of rain.", "It opened again."]
    sets: dict[str, list[dict[str, Any]]] = {
        "squadshifts": [
            row(QUAY, "When was the quay of Saltmarsh built?", "1843", "in 1843", source="squadshifts/new_wiki"),
            row(MOLE, "What shelters boats in Saltmarsh?", "The mole of Saltmarsh", source="squadshifts/new_wiki"),
            row(LIBRARY, "Who may use a room?", "children", source="squadshifts/reddit"),
        ],
        "qed_nq": [
            row(LIBRARY, "where is the library of larkfield", "beside the station", split="dev"),
            row(QUAY, "when do boats land", "June", split="train"),
        ],
        "squad2_half": [
            row(QUAY, "Who built the mole?", in_xquad=False),
            row(MOLE, "Where is Harvard?", title=HELD_OUT_TITLES[0], in_xquad=False),
        ],
        "multispanqa": [row(QUAY, "what is old", "The old quay", "Its stones")],
        "ester": [row(MOLE, "Why was the mole raised?", "storms had broken over it")],
        "qadiscourse": [
            row(text, f"{n} What is the reason?", text.split()[-1], kind="What is the reason", id=f"w:7:1:{n}#1")
            for n, text in enumerate(sentences)
        ],
        "disflqa": [{"clean": "Who built the mole?", "noisy": "Who raised no built the mole?"}],
    }
    for name, rows in sets.items():
        with gzip.open(qa / f"{name}.jsonl.gz", "wt") as file:
            file.writelines(json.dumps(one) + "\n" for one in rows)
    return folder


def test_answers_stand_in_their_places_and_near_paragraphs_lack_them(tmp_path: Path) -> None:
    examples = question_sets(write_sets(tmp_path / "data"), tmp_path / "scratch")
    assert Counter(example.source for example in examples) == {
        "new_wiki": 2, "reddit": 1, "qed": 1, "squad2": 1, "multispanqa": 1, "ester": 1, "qadiscourse": 3,
    }  # fmt: skip
    by_question = {example.question: example for example in examples}
    built = by_question["When was the quay of Saltmarsh built?"]
    said = [[span.of(p.text.words) for span in p.answers] for p in built.passages]
    assert said == [["1843", "in 1843"], []]  # the mole is near, and does not say
    assert built.passages[1].text.words == MOLE
    assert built.passages[0].text.header.startswith("Salt marsh")
    assert [p.answers for p in by_question["Who built the mole?"].passages] == [()]
    assert "where is the library of larkfield" not in by_question
    assert "Where is Harvard?" not in by_question


def test_a_single_sentence_is_read_among_its_neighbours(tmp_path: Path) -> None:
    examples = question_sets(write_sets(tmp_path / "data"), tmp_path / "scratch")
    (example,) = [e for e in examples if e.question.startswith("1 What is the reason")]
    (passage, *_) = example.passages
    assert passage.text.words == "Rain fell. The road was shut because of rain. It opened again."
    assert [span.of(passage.text.words) for span in passage.answers] == ["rain."]
    assert passage.answers[0].start == passage.text.words.index("rain.")


def test_held_out_rows_are_those_that_are_not_trained_on(tmp_path: Path) -> None:
    held_out = held_out_rows(write_sets(tmp_path / "data"))
    assert [one["question"] for one in held_out["qed"]] == ["where is the library of larkfield"]
    assert [one["question"] for one in held_out["squad2"]] == ["Where is Harvard?"]


def test_wordings_are_people_s_where_there_are_some(tmp_path: Path) -> None:
    noisy = slips(write_sets(tmp_path / "data"))
    asked = "Who built the mole?"
    seen = Counter(reworded(asked, random.Random(seed), noisy) for seed in range(400))
    assert 150 < seen["Who raised no built the mole?"] < 250
    assert seen[asked] > 60
    assert seen["who built the mole"] > 20
    assert seen["built mole"] > 5
    assert len(seen) > 8


def test_thirteen_words_in_a_row_are_an_overlap() -> None:
    words = [f"word{n}" for n in range(RUN + 2)]
    measured = MeasuredTexts([" ".join(words)])
    assert measured.overlap(f"Before: {' '.join(words[1 : RUN + 1]).upper()}, behind")
    assert not measured.overlap(" ".join([*words[: RUN - 1], "other", *words[RUN:]]))


def test_texts_that_are_measured_on_are_left_out() -> None:
    inside = Passage(Text("", f"{QUAY} {MOLE}", ()), (Span(0, 3),), 0.0)
    beside = Passage(Text("", LIBRARY, ()), (Span(0, 3),), 0.0)
    some = [Example("qed", "?", (inside, beside)), Example("qed", "?", (inside,))]
    assert unmeasured(some, MeasuredTexts([MOLE])) == [Example("qed", "?", (beside,))]


def test_nothing_of_the_sets_that_are_measured_on_is_trained_on(
    dev_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = dev_data / "data"
    monkeypatch.setattr("training.question_sets.QUESTIONS", dict.fromkeys(QUESTIONS, 100))
    measured = list(islice(measured_texts(data), 0, None, 8))
    examples = unmeasured(question_sets(data, tmp_path), MeasuredTexts(measured))
    texts = {passage.text.words for example in examples for passage in example.passages}
    assert len(texts) > 1_000
    held_out = held_out_rows(data)
    assert not texts & {one["text"] for rows in held_out.values() for one in rows}
    assert {one["title"] for one in held_out["squad2"]} == set(HELD_OUT_TITLES)
    runs = {run for text in texts for run in thirteen_words(text)}
    for text in measured:
        assert runs.isdisjoint(thirteen_words(text))


def thirteen_words(text: str) -> Iterator[tuple[str, ...]]:
    """The runs themselves, by another way than the code's."""
    words = re.findall(r"\w+", text.lower())
    return zip(*(words[n:] for n in range(RUN)), strict=False)
