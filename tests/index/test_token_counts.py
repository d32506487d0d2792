from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from dateline.index import token_counts
from dateline.index.encoder import Encoder
from dateline.index.token_counts import TokenCounts, is_word_by_word
from tests.articles import news

CHARACTERS = st.sampled_from("ab éß.,'-[]SEP \t\n\u00a0\u0301\u200b\x1c中文") | st.characters(codec="utf-8")


@pytest.fixture(scope="module")
def tokenizer(encoder_cache: Path, default_encoder: Encoder) -> Tokenizer:
    """That of the default encoder."""
    (file,) = encoder_cache.glob("*/tokenizer.json")
    found = Tokenizer.from_file(str(file))
    found.no_truncation()
    found.no_padding()
    return found


def test_counts_are_those_of_the_tokenizer(tokenizer: Tokenizer) -> None:
    assert is_word_by_word(tokenizer)
    counts = TokenCounts(tokenizer)

    @given(st.lists(st.text(CHARACTERS)))
    def check(texts: list[str]) -> None:
        assert counts.count(texts) == [len(tokenizer.encode(text, add_special_tokens=False)) for text in texts]

    check()
    for text in ("The [SEP] of [MASK]s", "x" * 150, "a  b", news(1, 200)):
        assert counts.count([text, text]) == [len(tokenizer.encode(text, add_special_tokens=False))] * 2


def test_it_begins_anew_when_it_remembers_too_much(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_counts, "LARGEST", 3)
    counts = TokenCounts(tokenizer)
    text = "the ferry of the town sailed at noon"
    assert counts.count([text]) == counts.count([text]) == [8]


def test_other_tokenizers_are_not_word_by_word(tokenizer: Tokenizer) -> None:
    bytes_of = Tokenizer(models.BPE())
    bytes_of.pre_tokenizer = pre_tokenizers.ByteLevel()
    assert not is_word_by_word(bytes_of)
    joining = Tokenizer.from_str(tokenizer.to_str())
    joining.add_tokens(["New York"])
    assert not is_word_by_word(joining)
