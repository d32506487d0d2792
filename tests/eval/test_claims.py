"""The labelled sentences about the sample articles, against those articles, and how a file of them is read."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from dateline.eval.claims import PARTIAL_KINDS, TRUE_KINDS, WRONG_KINDS, LabelledClaim, read_claims
from dateline.index.errors import InputError
from dateline.index.read import Record, parse, records
from dateline.index.sentences import split_sentences
from dateline.rag.verification.claim_detection import draft_sentences, why_unchecked

ROOT = Path(__file__).parents[2]
OURS = ROOT / "eval" / "claims" / "samples.jsonl"
TEXTS = {"river": "The Alm rose by three metres on Monday, the mayor said."}
LINE = {
    "id": "c1",
    "sentence": "On Monday the Alm rose by 3 m, according to the mayor.",
    "label": "supported",
    "kind": "paraphrase",
    "article": "river",
    "quote": "rose by three metres",
    "half": "first",
}


def read(tmp_path: Path, *lines: dict[str, str]) -> list[LabelledClaim]:
    file = tmp_path / "claims.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return read_claims(file, TEXTS.get)


def test_a_claim_is_read(tmp_path: Path) -> None:
    (claim,) = read(tmp_path, LINE)
    assert claim.model_dump() == LINE


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"label": "true"}, "label: Input should be"),
        ({"kind": "guess"}, "kind: Input should be"),
        ({"label": "partial"}, "paraphrase is supported, not partial"),
        ({"kind": "negation"}, "negation is contradicted or unsupported, not supported"),
        ({"kind": "hedge_dropped"}, "hedge_dropped is partial, not supported"),
        ({"quote": ""}, "what is supported needs a quote"),
        ({"quote": "rose by 3 m"}, "'river' does not say 'rose by 3 m'"),
        ({"article": "lake"}, "there is no article 'lake'"),
        ({"half": "third"}, "half: Input should be"),
        ({"note": "x"}, "note: unknown field"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, change: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=f"line 2: {re.escape(said)}"):
        read(tmp_path, LINE, LINE | {"id": "c2"} | change)


def test_an_id_stands_for_one_claim(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2: the id 'c1' is that of line 1 already"):
        read(tmp_path, LINE, LINE)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The sample articles by id."""
    articles = [parse(item).article for item in records([ROOT / "samples"]) if isinstance(item, Record)]
    return {article.id: article.text for article in articles}


@pytest.fixture(scope="module")
def ours(texts: dict[str, str]) -> list[LabelledClaim]:
    """Our own claims; that their quotes are in the samples is checked as they are read."""
    return read_claims(OURS, texts.get)


def test_every_kind_has_its_number(ours: list[LabelledClaim]) -> None:
    by_kind = Counter(claim.kind for claim in ours)
    assert sum(by_kind[kind] for kind in TRUE_KINDS) >= 60
    assert {kind: by_kind[kind] for kind in (*PARTIAL_KINDS, *WRONG_KINDS) if by_kind[kind] < 10} == {}


def test_every_article_is_used(ours: list[LabelledClaim], texts: dict[str, str]) -> None:
    assert {claim.article for claim in ours} == set(texts)


def test_no_sentence_is_given_twice_or_copied(ours: list[LabelledClaim], texts: dict[str, str]) -> None:
    written = [_plain(claim.sentence) for claim in ours]
    copied = {_plain(span.of(text)) for text in texts.values() for span in split_sentences(text)}
    assert len(set(written)) == len(written)
    assert copied.isdisjoint(written)


def test_each_is_one_sentence_that_would_be_checked(ours: list[LabelledClaim]) -> None:
    for claim in ours:
        (span,) = draft_sentences(claim.sentence)
        assert span.of(claim.sentence) == claim.sentence
        assert why_unchecked(claim.sentence, span) is None, claim.id


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
