import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dateline.index.article import Span
from dateline.index.sentences import split_sentences, trimmed

FRAGMENTS = [
    "Gen. Marlow said so. ", "“It is over.” ", "Nobody came.", " ", "\n", "\n\n", "\t", "U.S. ", "e.g. ", "…", "?!", "R-N.J., ",
    "3.5 percent. ", "5 p.m. ", "Tuesday. ", "她走了。", "👩‍👩‍👧 ", "e\u0301", "\u200b", "\u2028", "\xa0", "\x85", "é", "“", "”", '"', "’s ",
]  # fmt: skip
TEXTS = st.lists(
    st.one_of(st.sampled_from(FRAGMENTS), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
).map("".join)


@given(TEXTS, st.sampled_from(["en", "de", "zh", "xx", None]))
@example("", "en")
@example(" \n ", "en")
@example("👩‍👩‍👧 left. Then\u200b\u200b", "en")
def test_sentences_cover_all_but_white_space(text: str, language: str | None) -> None:
    at = 0
    for span in split_sentences(text, language):
        words = span.of(text)
        assert span.start >= at
        assert words
        assert words == words.strip()
        assert "\n" not in words
        assert not text[at : span.start].strip()
        at = span.end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    "sentences",
    [
        ["Gen. Marlow left.", "Lt. Col. Brandt stayed."],
        ["The talks opened on Oct. 14 in Geneva.", "They closed on Nov. 2."],
        ["He flew to the U.S. on Monday.", "She did not."],
        ["The U.S. Treasury agreed.", "Congress did not."],
        ["“We have nothing left to sell.”", "The shop closed at noon."],
        ['"We have nothing left."', "The shop closed."],
        ["Rep. Ada Lorne, R-N.J., voted against it.", "Sen. Otto Brill did too."],
        ["The siren went off at 5 p.m. Tuesday.", "It stopped at 6 a.m. EST the next day."],
        ["The siren stopped at 5 p.m.", "The street was empty."],
        ["Rain fell on 3.5 million homes.", "The dam held."],
        ["Mr. and Mrs. Teal moved to St. Brannoc in Feb. 2009.", "Dr. Voss followed."],
        ["Was it true?", "Nobody knew!", "It was."],
        ["The firm, Brill & Co. Ltd., paid $4.2 bn.", "Its rival paid nothing."],
    ],
)
def test_news_sentences(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [span.of(text) for span in split_sentences(text)] == sentences


def test_a_line_break_ends_a_sentence() -> None:
    text = "A headline without a full stop\nThe first sentence. The second."
    assert [span.of(text) for span in split_sentences(text)] == [
        "A headline without a full stop",
        "The first sentence.",
        "The second.",
    ]


def test_sentences_without_spaces_between_them() -> None:
    text = "他来了。我走了！你呢？"
    assert [span.of(text) for span in split_sentences(text, "zh")] == ["他来了。", "我走了！", "你呢？"]


def test_trimmed() -> None:
    assert trimmed("  a b\u2003\n", 0, 7) == Span(2, 5)
    assert trimmed("a b", 2, 0) == Span(2, 2)
    assert trimmed("  \n", 0, 3) == Span(3, 3)
