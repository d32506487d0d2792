import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import BPE, WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer, ByteLevel, Metaspace
from tokenizers.processors import TemplateProcessing

from dateline.index.article import Span
from dateline.rag.reading.reader_input import QUESTION_TOKENS, Text, Tokens, padded, tokenize

SPECIAL = {"[CLS]": 2, "[SEP]": 3}
PAIR = TemplateProcessing(
    single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=list(SPECIAL.items())
)


def word_pieces() -> Tokenizer:
    """As BERT's: a piece is a letter here."""
    letters = [chr(code) for code in range(33, 127)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters)]
    tokenizer = Tokenizer(WordPiece({piece: n for n, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = PAIR
    return tokenizer


def byte_level() -> Tokenizer:
    """As GPT-2's and RoBERTa's, except that offsets start at the space before a word; that merges into the word."""
    alphabet = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(ByteLevel.alphabet())]
    merged = [f"Ġ{letter}" for letter in "STabcdefghijklmnopqrstuvwxyz"]
    tokenizer = Tokenizer(
        BPE({piece: n for n, piece in enumerate(alphabet + merged)}, [("Ġ", piece[1]) for piece in merged])
    )
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False, trim_offsets=False)
    tokenizer.post_processor = PAIR
    return tokenizer


def sentence_pieces() -> Tokenizer:
    """As XLM-RoBERTa's: a space is part of the word after it, and so is the line break that ends the header."""
    tokenizer = byte_level()
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *map(chr, range(33, 127)), "▁", "▁S", "▁T", "▁f"]
    tokenizer.model = BPE(
        {piece: n for n, piece in enumerate(pieces)}, [("▁", letter) for letter in "STf"], unk_token="[UNK]"
    )
    tokenizer.normalizer = BertNormalizer(handle_chinese_chars=False, strip_accents=False, lowercase=False)
    tokenizer.pre_tokenizer = Metaspace()
    return tokenizer


TOKENIZERS = {"word pieces": word_pieces(), "byte level": byte_level(), "sentence pieces": sentence_pieces()}


@st.composite
def a_text(draw: st.DrawFn) -> Text:
    words = draw(st.text(min_size=1, max_size=120) | st.text("ab. \n“é漢", min_size=1, max_size=120))
    places = sorted(draw(st.sets(st.integers(0, len(words)), max_size=8)))
    return Text(draw(st.text(max_size=250)), words, tuple(map(Span, places[::2], places[1::2])))


def check(text: Text, tokens: Tokens, closing: int) -> None:
    """What must hold for every text."""
    in_passage = tokens.offsets[:, 0] >= 0
    assert (tokens.offsets[~in_passage] == -1).all()
    starts, ends = tokens.offsets[in_passage].T
    assert (starts <= ends).all()
    assert (ends <= len(text.words)).all()
    assert len(tokens.sentences) == len(text.sentences)
    for (first, last), span in zip(tokens.sentences, text.sentences, strict=True):
        inside = tokens.offsets[first:last, 0]
        assert ((inside >= span.start) & (inside < span.end)).all()
    assert tokens.ids[0] == SPECIAL["[CLS]"]
    assert tokens.ids[-1] == closing
    assert not in_passage[0]
    assert not in_passage[-1]
    assert (tokens.types[in_passage] == 1).all()


@pytest.mark.parametrize("name", TOKENIZERS)
@given(question=st.text(max_size=100), texts=st.lists(a_text(), min_size=1, max_size=3), window=st.integers(90, 400))
@settings(max_examples=60, deadline=None)
def test_tokens_have_their_offsets(name: str, question: str, texts: list[Text], window: int) -> None:
    tokenizer = TOKENIZERS[name]
    read = tokenize(tokenizer, question, texts, window)
    assert len(read) == len(texts)
    for text, tokens in zip(texts, read, strict=True):
        assert len(tokens.ids) == len(tokens.types) == len(tokens.offsets) <= window
        check(text, tokens, SPECIAL["[SEP]"])
    assert [one.ids.tolist() for one in read] == [
        tokenize(tokenizer, question, [text], window)[0].ids.tolist() for text in texts
    ]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_a_sentence_has_its_first_word(name: str) -> None:
    text = Text("Times, 4 May", "Some fell. They got up.", (Span(0, 10), Span(11, 23)))
    (tokens,) = tokenize(TOKENIZERS[name], "Who?", [text], 384)
    covered = ["".join(text.words[a:b] for a, b in tokens.offsets[i:j].tolist()) for i, j in tokens.sentences]
    assert [words.replace(" ", "") for words in covered] == ["Somefell.", "Theygotup."]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_nothing_of_the_header_counts_as_passage(name: str) -> None:
    for header in ("", "x", "a b c", "é" * 80, "word " * 300):
        (tokens,) = tokenize(TOKENIZERS[name], "q?", [Text(header, "ab cd", (Span(0, 5),))], 384)
        in_passage = tokens.offsets[tokens.offsets[:, 0] >= 0]
        assert "".join("ab cd"[a:b] for a, b in in_passage.tolist()).replace(" ", "") == "abcd"


def test_a_long_question_is_cut_and_the_passage_kept() -> None:
    tokenizer = TOKENIZERS["word pieces"]
    text = Text("h", "ab cd.", (Span(0, 6),))
    (tokens,) = tokenize(tokenizer, "why " * 500, [text], 384)
    assert int((tokens.types == 0).sum()) == QUESTION_TOKENS + 2  # and [CLS], [SEP]
    ((first, last),) = tokens.sentences
    assert tokens.offsets[first:last].tolist() == [[0, 1], [1, 2], [3, 4], [4, 5], [5, 6]]


def test_the_window_cuts_the_passage_and_closes_it() -> None:
    text = Text("h", "ab cd. ef gh. ij.", (Span(0, 6), Span(7, 13), Span(14, 17)))
    # [CLS] q [SEP] h a b c d . e f … : a window of 11 ends after "e", with the closing token in the place of "f".
    (tokens,) = tokenize(TOKENIZERS["word pieces"], "q", [text], 11)
    assert tokens.sentences == ((4, 9), (9, 10), (0, 0))
    assert tokens.ids[-1] == SPECIAL["[SEP]"]
    assert tokens.offsets[-2:].tolist() == [[7, 8], [-1, -1]]


def test_padding() -> None:
    texts = [Text("", "ab", ()), Text("", "abcd", ())]
    short, long = tokenize(TOKENIZERS["word pieces"], "q", texts, 384)
    inputs = padded([short, long], 7)
    assert {name: value.shape for name, value in inputs.items()} == dict.fromkeys(inputs, (2, len(long.ids)))
    assert inputs["input_ids"][0].tolist() == [*short.ids.tolist(), 7, 7]
    assert inputs["attention_mask"].sum(axis=1).tolist() == [len(short.ids), len(long.ids)]
    assert inputs["token_type_ids"][0].tolist() == [*short.types.tolist(), 0, 0]
    assert np.array_equal(inputs["input_ids"][1], long.ids)
