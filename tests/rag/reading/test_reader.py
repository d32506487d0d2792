import math
import re
from pathlib import Path

import pytest

from dateline.index.article import Span
from dateline.index.errors import ReaderError
from dateline.rag.reading.reader import OpenVinoReader, OverlapReader, ReaderCalibration, ReadSentence, _whole_words
from dateline.rag.reading.reader_input import Text


def test_the_overlap_reader_counts_words_and_finds_the_first_number() -> None:
    words = "Some 42 fell. How many fell of 1,500.5? Nothing."
    text = Text("", words, (Span(0, 13), Span(14, 39), Span(40, 48)))
    ((first, second, third),) = OverlapReader().read("How many fell?", [text])
    assert first == ReadSentence(1 - 1.0, Span(5, 7), 1.0)  # "fell"
    assert second == ReadSentence(3 - 1.0, Span(31, 38), 1.0)  # "how", "many", "fell"
    assert words[31:38] == "1,500.5"
    assert third == ReadSentence(0 - 1.0, None, 0.0)


def test_the_overlap_reader_reads_each_text_on_its_own() -> None:
    assert OverlapReader().read("Who?", []) == []
    assert OverlapReader().read("Who?", [Text("", "a", ()), Text("", "who", (Span(0, 3),))]) == [
        (),
        (ReadSentence(0.0, None, 0.0),),
    ]
    assert OverlapReader(ReaderCalibration(threshold=0.2)).calibration.threshold == 0.2


def test_confidence() -> None:
    assert ReaderCalibration().confidence(0) == 1 / 2
    assert ReaderCalibration(slope=2, intercept=-1).confidence(1.5) == pytest.approx(1 / (1 + math.exp(-(2 * 1.5 - 1))))
    weighed = ReaderCalibration(slope=2, intercept=-1, borne=0.5, old=-0.25).confidence(1.5, 0.8, 1.6)
    assert weighed == pytest.approx(1 / (1 + math.exp(-(2 * 1.5 - 1 + 0.5 * 0.8 - 0.25 * 1.6))))
    assert ReaderCalibration(slope=0.5).confidence(-4) == pytest.approx(math.exp(-2) / (1 + math.exp(-2)))


def test_confidence_of_what_was_not_read() -> None:
    assert ReaderCalibration().confidence(-math.inf) == pytest.approx(0, abs=1e-200)
    assert ReaderCalibration().confidence(math.inf) == 1


def test_a_folder_that_holds_no_export(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=re.escape(f"the reader in {tmp_path} can't be loaded")) as caught:
        OpenVinoReader(tmp_path, compiled=tmp_path / "compiled")
    assert "DATELINE_READER" in caught.value.hint


@pytest.mark.parametrize(
    ("words", "span", "whole"),
    [
        ("Some 374,000 live there.", "374", "374,000"),
        ("It cost $1.5 million then.", "5 million", "$1.5 million"),
        ("Prices rose 4.5% in May.", "4", "4.5%"),
        ("It is in Qala-e Nau.", "e", "Qala-e"),
        ("It is Kabul’s school.", "abul", "Kabul"),
        ("It opens at 7:30 a.m. there.", "7", "7:30"),
        ("One.Two three.", "Two", "Two"),
    ],
)
def test_a_span_takes_in_whole_words_and_figures(words: str, span: str, whole: str) -> None:
    start = words.index(span)
    sentence = Span(4 if words.startswith("One.") else 0, len(words))
    assert _whole_words(Span(start, start + len(span)), words, sentence).of(words) == whole


def test_a_span_has_at_most_ten_words() -> None:
    words = " ".join("abcdefghijklmn")
    assert _whole_words(Span(0, len(words)), words, Span(0, len(words))).of(words) == "a b c d e f g h i j"
