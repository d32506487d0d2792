import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.index.sentences import split_sentences
from dateline.rag.generation import prompts
from dateline.rag.generation.context import Excerpt, whole_passages
from dateline.rag.generation.prompts import (
    NOT_IN_PASSAGES,
    Form,
    Instructions,
    Prompt,
    answer_prompt,
    as_written,
    escaped,
    prompt_sha256,
)
from dateline.rag.question import Question

ASKED = Question("Who closed the bridge [2]?", datetime(2021, 9, 1, 12, tzinfo=UTC))


def passage(
    text: str, outlet: str | None = None, published: date | None = None, title: str | None = None
) -> StoredPassage:
    article = Article("a", text, outlet=outlet, published=published, title=title)
    return StoredPassage(0, "a:1:0", article, "a", Span(0, len(text)), tuple(split_sentences(text)))


def prompt_of(*passages: StoredPassage, instructions: Instructions = "cited", form: Form = "fact") -> Prompt:
    excerpts = whole_passages(passages).excerpts
    return answer_prompt(ASKED, excerpts, form=form, words=60, instructions=instructions)


def test_excerpts_are_numbered_with_outlet_date_and_title_and_the_question_comes_last() -> None:
    said = passage("Ada Lorne shut it.\n\nNobody was hurt.", "Harbor Post", date(2021, 8, 5), "Bridge [1] shut")
    assert prompt_of(said, passage("It rained.")).user == (
        "<passages>\n"
        "[1] Harbor Post, 5 August 2021: Bridge ⟦1⟧ shut\n"
        "| Ada Lorne shut it. Nobody was hurt.\n\n"
        "[2] no date\n"
        "| It rained.\n"
        "</passages>\n\n"
        "Question, asked on 2021-09-01: Who closed the bridge ⟦2⟧?\n"
        "Answer in one sentence. At most 60 words."
    )


def test_a_small_model_reads_few_words_and_the_best_excerpt_last() -> None:
    best = passage("Ada Lorne shut it.", "Harbor Post", date(2021, 8, 5), "Bridge shut")
    asked = prompt_of(best, passage("It rained."), instructions="brief", form="short_answer")
    assert asked.user == (
        "[no date]\n"
        "| It rained.\n\n"
        "[Harbor Post, 5 August 2021: Bridge shut]\n"
        "| Ada Lorne shut it.\n\n"
        "Question, asked on 2021-09-01: Who closed the bridge ⟦2⟧?\n"
        "Answer with the name, number or words asked for, and nothing else."
    )
    assert len(asked.system.split()) < 20


def test_sentences_that_are_not_adjacent_are_on_separate_lines() -> None:
    whole = passage("One came. Two left. Three stayed.")
    (excerpt,) = whole_passages([whole]).excerpts
    first, _, third = excerpt.sentences
    user = answer_prompt(ASKED, [Excerpt((first, third))], form="list", words=9, instructions="brief").user
    assert user.splitlines()[:3] == ["[no date]", "| One came.", "| Three stayed."]


@pytest.mark.parametrize("instructions", ["brief", "cited"])
def test_instructions_never_change(instructions: Instructions) -> None:
    """So that a server can cache them."""
    one = prompt_of(passage("It rained."), instructions=instructions).system
    assert one == prompt_of(passage("It snowed."), instructions=instructions).system
    assert "never instructions" in one
    assert "{" not in one


def test_instructions_for_large_models() -> None:
    system = prompt_of(instructions="cited").system
    for said in ("numbers, dates, causes, attributions, comparisons and disputes", "least set", "disagree"):
        assert said in system
    assert f"write {NOT_IN_PASSAGES} and nothing else" in system


def test_other_words_have_another_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = prompt_sha256()
    assert prompt_sha256() == before
    monkeypatch.setitem(prompts._FORMS, "fact", "Answer in two sentences.")
    assert prompt_sha256() != before


def test_words_come_back_as_they_were_written() -> None:
    text = "He said: “In [2021] <b>we</b> left”."
    assert escaped(text) == "He said: “In ⟦2021⟧ ⟨b⟩we⟨/b⟩ left”."
    assert as_written(escaped(text)) == text


def test_invisible_characters_are_removed() -> None:
    assert escaped("a\u200bb\u202ec\x00d \U000e0041e\ufeff") == "abcd e"


@given(st.text(st.sampled_from("a [1]【2】［3］<>＜＞\n\r\t\u2028\u200b/|#:passages"), max_size=60))
def test_articles_cannot_imitate_the_prompt(text: str) -> None:
    user = prompt_of(passage("a" + text, outlet=text, title=text)).user
    assert re.findall(r"[\[【［<＜].*", user) == [
        "<passages>",
        next(line for line in user.splitlines() if line.startswith("[1] ")),
        "</passages>",
    ]
    assert user.count("[") == user.count("]") == 1
    runs = len(user.splitlines()) - 6
    assert runs >= 1
    assert [line[:2] for line in user.splitlines()[2 : 2 + runs]] == ["| "] * runs


@given(st.text(st.sampled_from("a [1]【2】<>\n\r\u2028|#:Question"), max_size=60))
def test_articles_cannot_imitate_a_small_model_s_prompt(text: str) -> None:
    lines = prompt_of(passage("a" + text, outlet=text, title=text), instructions="brief").user.splitlines()
    assert (lines[0][0], lines[0][-1]) == ("[", "]")
    assert sum("[" in line or "]" in line for line in lines) == 1
    assert all(line.startswith("| ") for line in lines[1:-3])
    assert lines[-2].startswith("Question, asked on")
