from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dateline.index.archive import Archive
from dateline.index.article import Article, Passage
from dateline.index.encoder import Embeddings, Encoder, InitialsEncoder
from dateline.index.header import HEADER_TOKENS, cut_header, header, header_and_room
from dateline.index.passages import split_passages
from tests.articles import news, passages_in, record, take_in

FRAGMENTS = [
    "Col. Brandt said on Oct. 14 that the bridge was shut. ", "“We wait,” she said. ", "No stop here ", "\n\n", "\n", " ",
    "U.S. ", "她走了。", "👩‍👩‍👧 ", "e\u0301", "\u200b", "\u200b\n", "\ufe0f\n", "word " * 300, "x" * 400, "ab-cd/ef." * 60,
    "antidisestablishmentarianism" * 9, "漢字" * 150, "; and then, ", "\xa0", "3.5", "!", "\n\u0301\n",
]  # fmt: skip
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(FRAGMENTS),
        # Control characters are taken out by cleaning.
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60),
    ),
    max_size=25,
).map("".join)
TITLES = st.one_of(st.none(), st.sampled_from(["Bridge shut", "word " * 90, "x" * 300, "漢字 " * 60]))


def cut(article: Article, encoder: Encoder) -> tuple[str, list[Passage]]:
    """Header and passages, as ingest makes them."""
    title, room = header_and_room(article, encoder)
    return title, split_passages(article, encoder.count_tokens, room)


def check(article: Article, encoder: Encoder, special: int) -> None:
    title, passages = cut(article, encoder)
    text = article.text
    at = 0
    for passage in passages:
        assert passage.span.start == passage.sentences[0].start
        assert passage.span.end == passage.sentences[-1].end
        for sentence in passage.sentences:
            assert sentence.start >= at
            assert sentence.of(text)
            assert sentence.of(text) == sentence.of(text).strip()
            assert not text[at : sentence.start].strip()
            at = sentence.end
    assert not text[at:].strip()
    embedded = [f"{title}\n{passage.span.of(text)}" for passage in passages]
    assert all(n + special <= encoder.max_tokens for n in encoder.count_tokens(embedded))


@given(TEXTS, TITLES, st.sampled_from([60, 256]))
def test_passages_are_slices_with_nothing_lost(text: str, title: str | None, window: int) -> None:
    article = Article("a", text, title=title, outlet="Harbor Post", published=date(2021, 8, 5))
    check(article, InitialsEncoder(window), special=2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(TEXTS, TITLES)
@example("One two three. " * 60 + "\n\u200b\n" + "One two three. " * 60, None)
@example("x" * 90 + "antidisestablishmentarianism" * 60, "Bridge shut")
def test_passages_fit_the_real_encoder(default_encoder: Encoder, text: str, title: str | None) -> None:
    article = Article("a", text, title=title, outlet="Harbor Post", published=date(2021, 8, 5))
    check(article, default_encoder, special=2)


def word_counts(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def test_sentences_are_packed_until_the_window_is_full() -> None:
    text = "One two three. Four five. Six seven eight nine. Ten."
    passages = split_passages(Article("a", text), word_counts, 5)
    assert [p.span.of(text) for p in passages] == ["One two three. Four five.", "Six seven eight nine. Ten."]
    assert [[s.of(text) for s in p.sentences] for p in passages] == [
        ["One two three.", "Four five."],
        ["Six seven eight nine.", "Ten."],
    ]


def test_a_sentence_longer_than_a_passage_is_cut_between_words() -> None:
    text = "One two three four; five six seven, eight nine ten eleven."
    passages = split_passages(Article("a", text), word_counts, 4)
    assert [p.span.of(text) for p in passages] == ["One two three four;", "five six seven,", "eight nine ten eleven."]


def test_parts_of_a_word_that_grow_when_joined_are_kept_apart() -> None:
    """As in WordPiece: "abcd" is known, "##efgh" is not, and "abcdefgh" falls into letters."""

    def known_parts(texts: Sequence[str]) -> list[int]:
        return [bool(text) if len(text) <= 4 else len(text) for text in texts]

    text = "abcdefgh"
    assert [p.span.of(text) for p in split_passages(Article("a", text), known_parts, 4)] == ["abcd", "efgh"]


def test_a_sentence_without_tokens_is_packed_once() -> None:
    def visible_words(texts: Sequence[str]) -> list[int]:
        return [len(text.replace("\u200b", "").split()) for text in texts]

    text = "One two three\n\u200b\nFour five six"
    passages = split_passages(Article("a", text), visible_words, 4)
    assert [p.span.of(text) for p in passages] == ["One two three\n\u200b", "Four five six"]


def test_an_empty_text_has_no_passages() -> None:
    assert split_passages(Article("a", ""), word_counts, 9) == []


def test_no_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="not 0"):
        split_passages(Article("a", "One."), word_counts, 0)


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        (Article("a", ""), ""),
        (Article("a", "", title="Bridge shut"), "Bridge shut"),
        (Article("a", "", outlet="Harbor Post"), "Harbor Post"),
        (Article("a", "", title="Bridge shut", published=date(2021, 8, 5)), "Bridge shut | 5 August 2021"),
        (
            Article("a", "", title="T", outlet="Harbor Post", published=datetime(2021, 8, 5, 23, tzinfo=UTC)),
            "T | Harbor Post, 5 August 2021",
        ),
    ],
)
def test_header(article: Article, expected: str) -> None:
    assert header(article) == expected


@pytest.mark.parametrize("words", [1, 40, 43, 44, 60, 500])
def test_a_long_title_is_cut_and_outlet_and_date_stay(words: int) -> None:
    article = Article("a", "", title=" ".join(["word"] * words), outlet="Harbor Post", published=date(2021, 8, 5))
    # 42 words, "|", and five of outlet and date: 48.
    assert cut_header(article, word_counts).split() == [*["word"] * min(words, 42), "|", "Harbor", "Post,", "5", "August", "2021"]  # fmt: skip
    assert HEADER_TOKENS == 42 + 1 + 5


def test_a_long_outlet_is_cut_too() -> None:
    article = Article("a", "", title="word", outlet="post " * 80)
    assert cut_header(article, word_counts) == " ".join(["post"] * 48)


class Recording(InitialsEncoder):
    """The fake with a memory of what it was given."""

    def __init__(self, max_tokens: int) -> None:
        super().__init__(max_tokens)
        self.given: list[str] = []

    def encode_document(self, texts: Sequence[str]) -> Embeddings:
        self.given += texts
        return super().encode_document(texts)


@pytest.mark.parametrize("title", [lambda: None, lambda: "long " * 100])
def test_ingest_gives_the_encoder_only_what_it_can_read(archive: Archive, title: Callable[[], str | None]) -> None:
    encoder = Recording(64)
    text = news(1, sentences=40) + "\n\n" + "endless " * 500
    take_in(archive, record("a", text, title=title(), outlet="Harbor Post"), encoder=encoder)
    stored = passages_in(archive)
    assert len(encoder.given) == len(stored) > 10
    assert max(encoder.count_tokens(encoder.given)) <= 64 - 2
    title_line = encoder.given[0].partition("\n")[0]
    assert sorted(encoder.given) == sorted(f"{title_line}\n{p.text}" for p in stored.values())
    assert [p.span.start for p in stored.values()] == sorted(p.span.start for p in stored.values())
