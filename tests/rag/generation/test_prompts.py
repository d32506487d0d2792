import hashlib
import re
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index.archive import StoredPassage
from index.article import Article, Span
from index.sentences import split_sentences
from rag import prompts
from rag.generation.prompts import NOT_IN_PASSAGES, answer_prompt, as_written, escaped, prompt_sha256
from rag.question import Question

ASKED = Question("Who closed the bridge [2]?", datetime(2021, 9, 1, 12, tzinfo=UTC))


def passage(text: str, outlet: str | None = None, published: date | None = None) -> StoredPassage:
    article = Article("a", text, outlet=outlet, published=published)
    return StoredPassage(0, "a:1:0", article, "a", Span(0, len(text)), tuple(split_sentences(text)))


def test_passages_are_numbered_with_outlet_date_and_speaker() -> None:
    said = passage(
        "Ada Lorne, the mayor, said the bridge was shut.\n\nNobody was hurt.", "Harbor Post", date(2021, 8, 5)
    )
    prompt = answer_prompt(ASKED, [said, passage("It rained.")], words=60, nonce="n0")
    assert prompt.user == (
        "<passages n0>\n"
        "[1] outlet: Harbor Post · date: 2021-08-05 · speakers: Ada Lorne, the mayor\n"
        "| Ada Lorne, the mayor, said the bridge was shut. Nobody was hurt.\n\n"
        "[2] outlet: unknown · date: unknown\n"
        "| It rained.\n"
        "</passages n0>\n\n"
        "Asked on 2021-09-01: Who closed the bridge ⟦2⟧?\n"
    )


def test_the_instructions_say_what_must_be_cited_how_long_and_what_if_nothing_is_said() -> None:
    system = answer_prompt(ASKED, [], words=60, nonce="n0").system
    for said in ("numbers, dates, causes, attributions, comparisons and disputes", "least set", "disagree"):
        assert said in system
    assert "<passages n0>" in system
    assert "At most 60 words" in system
    assert f"write {NOT_IN_PASSAGES} and nothing else" in system
    assert "{" not in system


def test_the_hash_is_of_the_file_with_all_words() -> None:
    assert prompt_sha256() == hashlib.sha256(Path(prompts.__file__).read_bytes()).hexdigest()


def test_words_come_back_as_they_were_written() -> None:
    text = "He said: “In [2021] <b>we</b> left”."
    assert escaped(text) == "He said: “In ⟦2021⟧ ⟨b⟩we⟨/b⟩ left”."
    assert as_written(escaped(text)) == text


def test_what_nobody_sees_is_left_out() -> None:
    assert escaped("a\u200bb\u202ec\x00d \U000e0041e\ufeff") == "abcd e"


@given(st.text(st.sampled_from("a [1]【2】［3］<>＜＞\n\r\t\u2028\u200b/|#:passages n0"), max_size=60))
def test_nothing_in_an_article_can_pass_for_anything_else(text: str) -> None:
    user = answer_prompt(ASKED, [passage("a" + text, outlet=text)], words=9, nonce="n0").user
    assert re.findall(r"[\[【［<＜].*", user) == [
        "<passages n0>",
        next(line for line in user.splitlines() if line.startswith("[1] ")),
        "</passages n0>",
    ]
    assert user.count("[") == user.count("]") == 1
    assert len(user.splitlines()) == 6
