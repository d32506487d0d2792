import hashlib
import importlib.resources
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.index.errors import InputError
from dateline.rag.language.analyser import LONGEST, Analyser
from dateline.rag.language.parse import Parse
from dateline.rag.language.pipeline import DEFAULT_PIPELINE, SpacyParser, load_pipeline


class CountingParser(SpacyParser):
    """The real parser, which records its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def parse(self, texts: Sequence[str]) -> list[Parse]:
        self.asked += texts
        return super().parse(texts)


def test_a_sentence_is_parsed_once() -> None:
    parser = CountingParser()
    analyser = Analyser(parser)
    first = analyser.analyse("The ferry sank.")
    assert analyser.analyse_all(["The ferry sank.", "The ferry sank.", "It rained."])[0] is first
    assert parser.asked == ["The ferry sank.", "It rained."]


def test_the_cache_is_bounded_and_can_be_cleared() -> None:
    parser = CountingParser()
    analyser = Analyser(parser, most_kept=2)
    for sentence in ("One came.", "Two came.", "One came.", "Three came.", "Two came."):
        analyser.analyse(sentence)
    assert parser.asked == ["One came.", "Two came.", "Three came.", "Two came."]
    analyser.clear()
    analyser.analyse("Two came.")
    assert parser.asked[-1] == "Two came."
    assert len(parser.asked) == 5


def test_what_is_analysed_while_the_cache_is_cleared_is_not_kept() -> None:
    class ClearingParser(CountingParser):
        def parse(self, texts: Sequence[str]) -> list[Parse]:
            analyser.clear()
            return super().parse(texts)

    parser = ClearingParser()
    analyser = Analyser(parser)
    analyser.analyse("The ferry sank.")
    analyser.analyse("The ferry sank.")
    assert parser.asked == ["The ferry sank."] * 2


def test_texts_of_any_kind_are_analysed(analyser: Analyser) -> None:
    empty, blank, long = analyser.analyse_all(["", "  \n ", "word " * LONGEST])
    assert empty.tokens == ()
    assert blank.predicates == ()
    assert long.tokens[-1].span.end <= LONGEST


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=60))
def test_every_span_lies_within_the_sentence(text: str, analyser: Analyser) -> None:
    analysis = analyser.analyse(text)
    spans = [one.span for one in analysis.tokens] + [one.span for one in analysis.entities]
    spans += [one.span for one in analysis.times] + [one.span for one in analysis.quantities]
    spans += [one.cue for one in analysis.attributions] + [one.span for one in analysis.predicates]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


def test_several_threads_get_the_same_analyses(analyser: Analyser) -> None:
    sentences = [f"Divers found {number} bodies on Monday." for number in range(2, 22)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(analyser.analyse, sentences * 2))
    assert [one.quantities[0].value for one in found] == [float(number) for number in range(2, 22)] * 2


def test_parsers_in_several_threads_share_a_pipeline() -> None:
    texts = [f"Divers found {number} bodies on Monday." for number in range(20)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda parser: parser.parse(texts), [SpacyParser() for _ in range(4)]))
    assert [parse.text for parse in found[0]] == texts
    assert found[1:] == found[:1] * 3


def test_the_vocabulary_does_not_remember_what_was_parsed(parser: SpacyParser) -> None:
    parser.parse(["Qwertzina Zuckowatz sank."])
    assert "Qwertzina" not in load_pipeline(parser.pipeline).vocab.strings


def test_a_pipeline_that_is_not_there_is_said_with_what_to_do() -> None:
    with pytest.raises(InputError, match="'no_such_pipeline' can't be loaded") as raised:
        SpacyParser("no_such_pipeline").parse(["It sank."])
    assert "pip install" in raised.value.hint


@pytest.mark.parametrize("module", ["spacy", DEFAULT_PIPELINE])
def test_without_spacy_it_is_said_what_to_install(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=f"linguistic analysis needs {module}") as raised:
        load_pipeline.__wrapped__(DEFAULT_PIPELINE)
    assert raised.value.hint == f"Install it: pip install {module.replace('_', '-')}"


def test_neither_importing_nor_loading_imports_torch() -> None:
    code = (
        "import sys, rag.language.analyser as a, rag.language.pipeline as p\n"
        "assert 'spacy' not in sys.modules\n"
        "p.load_pipeline(p.DEFAULT_PIPELINE)\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_default_pipeline_is_the_one_that_was_measured() -> None:
    """Its package is not spaCy's own upload, so its files are checked by hash."""
    load_pipeline(DEFAULT_PIPELINE)
    package = importlib.resources.files(DEFAULT_PIPELINE)
    assert isinstance(package, Path)
    digest = hashlib.sha256()
    for file in sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        digest.update(
            f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(package).as_posix()}\n".encode()
        )
    assert digest.hexdigest() == "49226fe895120d6564873be253c35561793af0b47b23deccdb8de5cdf0c08754"


def test_the_example_in_the_documentation_gives_what_it_says() -> None:
    code = (
        (Path(__file__).parents[3] / "docs" / "language.md").read_text("utf-8").split("```python\n")[1].split("```")[0]
    )
    lines = code.splitlines()
    names: dict[str, object] = {}
    exec("\n".join(line for line in lines if "  # " not in line), names)
    shown = [line.split("  # ") for line in lines if "  # " in line]
    assert len(shown) == 3
    for expression, value in shown:
        assert eval(expression, names) == eval(value)
