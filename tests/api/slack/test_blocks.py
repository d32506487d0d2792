"""Answers as blocks: numbers that lead to the words, disagreements, refusals, limits; words are never markup."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dateline.api.slack.answer_blocks import claim_blocks, ending_blocks, refusal_text, source_blocks
from dateline.api.slack.links import Links
from dateline.api.slack.rich_text import (
    MOST_CHARS,
    escape,
    is_web_url,
    link,
    messages,
    notice,
    paragraph,
    text_of,
    words,
)
from dateline.index.archive import Archive
from dateline.index.article import Span
from dateline.rag.answer import Answer, Citation
from tests.api.answers import ANSWER, REFUSED
from tests.api.page.scenes import Said, answer_of
from tests.api.slack.block_rules import addresses, check_message
from tests.api.slack.block_rules import words as read


@pytest.fixture
def answer(archive: Archive) -> Answer:
    return answer_of(
        archive,
        "How far did the Alm rise?",
        [
            Said("river", "The river Alm rose by three metres on Monday."),
            Said("chess", "Vera Quist won the chess title"),
        ],
        short="three metres",
        differ=[
            (
                "conflict",
                "How far did the Alm rise?",
                [("three metres", "river", "three metres"), ("none", "bridge", "rusted")],
            ),
            ("update", "the title", [("Quist", "chess", "Vera Quist"), ("nobody", "bridge", "cables")]),
        ],
    )


def test_numbers_lead_to_the_words_in_the_original(archive: Archive, answer: Answer) -> None:
    blocks = claim_blocks(answer.claims, Links(archive))
    assert read(blocks) == "The river Alm rose by three metres on Monday. [1]\nVera Quist won the chess title [2]\n"
    assert list(addresses(blocks)) == [
        "https://gazette.example/alm#:~:text=The%20river%20Alm%20rose%20by%20three%20metres%20on%20Monday.,-Bakers%20gave%20away"
    ]


def test_numbers_lead_to_the_page_where_there_is_one(archive: Archive, answer: Answer) -> None:
    blocks = claim_blocks(answer.claims, Links(archive, "https://page.example"))
    assert list(addresses(blocks)) == [
        "https://page.example/#/articles/river?revision=2&start=0&end=45",
        "https://page.example/#/articles/chess?revision=1&start=0&end=30",
    ]


def test_what_stands_below(archive: Archive, answer: Answer) -> None:
    blocks = ending_blocks(answer, Links(archive, "https://page.example"))
    text = read(blocks)
    assert "In short: three metres" in text
    assert "Sources disagree: How far did the Alm rise?\n• three metres [1]  Larkfield Gazette, 5 Aug 2021" in text
    assert "Updated: the title\n• Quist [2]  Harbor Post, 20 Aug 2021\n• nobody (replaced since) [3]" in text
    assert (
        "[1] Larkfield Gazette: Alm rises, 5 Aug 2021\n[2] Harbor Post: Quist wins, 20 Aug 2021\n[3] Harbor Post"
        in text
    )
    assert "In the articles’ own words · 3 articles, 3 origins" in text
    assert f"https://page.example/#/answers/{answer.id}" in addresses(blocks)
    assert [block["type"] for block in blocks[-2:]] == ["actions", "context_actions"]
    check_message({"blocks": blocks})


def test_everything_that_an_answer_may_hold_is_said(archive: Archive) -> None:
    text = read(claim_blocks(ANSWER.claims, Links(archive))) + read(ending_blocks(ANSWER, Links(archive)))
    for said in ("August 2021", "(bakers, of Larkfield)", "Not answered: when it will fall", "corrected since"):
        assert said in text
    assert "date unknown, p. 3 · same story as 1 other article" in text
    assert "date unknown, p. 3" in read(source_blocks(ANSWER, Links(archive)))
    assert "The question's language was guessed." in text


def test_an_answer_that_is_not_kept_has_no_buttons(archive: Archive) -> None:
    blocks = ending_blocks(replace(ANSWER, stored=False), Links(archive, "https://page.example"))
    assert not any(block["type"] in ("actions", "context_actions") for block in blocks)
    assert not any("answers" in url for url in addresses(blocks))


def test_a_refusal_says_what_to_do(archive: Archive) -> None:
    blocks = ending_blocks(REFUSED, Links(archive))
    text = read(blocks)
    assert text.startswith("No answer: No article is about this.\nRephrase the question")
    assert "Larkfield Gazette: Alm rises" in text
    assert "> The river Alm rose by three metres" in text
    assert refusal_text(REFUSED) == "No answer: No article is about this."


def test_sources_have_their_exact_words(archive: Archive, answer: Answer) -> None:
    text = read(source_blocks(answer, Links(archive)))
    assert "1  Larkfield Gazette: Alm rises, 5 Aug 2021\n> The river Alm rose by three metres on Monday." in text
    assert text.count("Open at these words") == 2


def test_words_are_never_markup() -> None:
    assert escape("<!channel> <@U1> & *b*") == "&lt;!channel&gt; &lt;@U1&gt; &amp; *b*"
    assert words("\x00a\u202eb\ud800") == {"type": "text", "text": "�a�b�"}
    assert words("")["text"] == " "
    assert notice("a  b\n" * 400).endswith(" …")
    assert len(notice("word " * 400)) < 310


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://a.example/x#:~:text=a%20b", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://user@a.example/", False),
        ("https://a.example/a b", False),
        ("https://a.example/a|b", False),
        ("https://a.example/>", False),
        ("https://[", False),
        ("slack://open", False),
        ("https://a.example/" + "x" * 3_000, False),
    ],
)
def test_addresses(url: str, taken: bool) -> None:
    assert is_web_url(url) is taken
    assert link(url, "1")["type"] == ("link" if taken else "text")


def test_long_answers_are_cut_between_sentences() -> None:
    sentences = [paragraph(words(f"Sentence {number} {'word ' * 40}.")) for number in range(120)]
    parts = messages(sentences)
    assert [len(part) for part in parts] == [50, 50, 20]
    for part in parts:
        check_message({"blocks": part})
        assert len(text_of(part)) <= MOST_CHARS
    assert [block for part in parts for block in part] == sentences


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    text = "word " * 6_000 + "x" * 30_000
    parts = messages([paragraph(words(text))])
    for part in parts:
        check_message({"blocks": part})
    assert text_of([block for part in parts for block in part]).replace("\n", "") == text


def test_a_passage_of_an_article_that_is_gone_has_no_address(archive: Archive) -> None:
    gone = Citation(1, "nobody", "nobody:1:0", Span(0, 4), "Gone")
    assert Links(archive).of_citation(gone) is None
