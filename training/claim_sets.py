"""Reads published sets of labelled claims as examples for the support check.

RAGTruth's answers (Niu et al. 2024), DeFacto's summaries with their corrections (Liu et al. 2023), SummEdits (Laban et
al. 2023), FActor-News (Muhlgay et al. 2024), Fool Me Twice (Eisenschlos et al. 2021), RTE (Dagan et al.; Wang et al.
2019), FRANK (Pagnoni et al. 2021), AggreFact's marked spans (Tang et al. 2023) and WiCE's claims with marked words
(Kamoi et al. 2023). Knows nothing of models.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

from dateline.index.article import Span
from dateline.rag.verification.claim_detection import draft_sentences as drafted_sentences
from dateline.rag.verification.claim_detection import why_unchecked, without_lead
from dateline.rag.verification.entailment import Label
from training.data import read_jsonl
from training.support_examples import SupportExample, example, sentences_of

Keep = Callable[[str], bool]
"""Whether the claims about a document are wanted."""
HELD_OUT_OF = 5
"""One document in so many is held out: for calibrating and measuring."""


def is_held_out(source: str) -> bool:
    """Whether claims about this document are kept out of training."""
    return crc32(source.encode()) % HELD_OUT_OF == 0


def claim_sets(data: Path, *, held_out: bool) -> dict[str, list[SupportExample]]:
    """The labelled claims by the name of their set: those about held-out documents, or those about the others."""

    def keep(source: str) -> bool:
        return is_held_out(source) == held_out

    found = {name: list(_entailment_set(data, name, keep)) for name in _SETS}
    return {"ragtruth": list(ragtruth(data, keep)), "wice": list(wice(data, "token_train", keep)), **found}


def ragtruth(data: Path, keep: Keep) -> Iterator[SupportExample]:
    """The sentences of RAGTruth's answers, with the words that people marked."""
    for row in ragtruth_rows(data):
        if not keep(source_of(row)):
            continue
        context = sentences_of(row["context"])
        for span in claims_of(row["response"]):
            marks = [one for one in row["labels"] if one["start"] < span.end and one["end"] > span.start + 1]
            wrong = tuple(
                Span(max(0, one["start"] - span.start), min(span.end, one["end"]) - span.start) for one in marks
            )
            label: Label = "supported"
            if wrong:
                label = "contradicted" if any("Conflict" in one["label_type"] for one in marks) else "unsupported"
            claim = span.of(row["response"])
            yield example(source_of(row), "ragtruth", claim, context, label, wrong=wrong)


def ragtruth_rows(data: Path) -> list[dict[str, Any]]:
    """The answers that people judged, as the file has them."""
    return list(read_jsonl(data / "ragtruth" / "dev.jsonl.gz"))


def source_of(row: dict[str, Any]) -> str:
    """The name of a RAGTruth answer's source."""
    return f"{row['task']}:{row['source_id']}"


def claims_of(response: str) -> Iterator[Span]:
    """The sentences of an answer that claim something, by the product's own rule, as the check reads them."""
    for span in drafted_sentences(response):
        if why_unchecked(response, span) is None:
            yield Span(span.end - len(without_lead(span.of(response))), span.end)


def wice(data: Path, name: str, keep: Keep) -> Iterator[SupportExample]:
    """WiCE's claims; of the partly supported ones of `token_train` the words that are not."""
    for n, row in enumerate(read_jsonl(data / "wice" / f"{name}.jsonl.gz")):
        if not keep(f"wice:{n}"):
            continue
        context = [sentence for sentence in row["evidence"] if not sentence.startswith("(meta data)")]
        wrong: list[Span] = []
        at = 0
        for token, bad in zip(row.get("claim_tokens", ()), row.get("non_supported_spans", ()), strict=True):
            found = row["claim"].find(token, at)
            if found < 0:
                continue
            at = found + len(token)
            if bad:
                wrong.append(Span(found, at))
        label: Label = "supported" if row["label"] == "supported" else "unsupported"
        yield example(f"wice:{n}", "wice", row["claim"], context, label, wrong=tuple(wrong))


def _entailment_set(data: Path, name: str, keep: Keep) -> Iterator[SupportExample]:
    """The claims of a file of `nli/`, each beside those made of the same true sentence."""
    document, original = _SETS[name]
    true: set[str] = set()
    for row in read_jsonl(data / "nli" / f"{name}.jsonl.gz"):
        claim, source, label = row["claim"].strip(), f"{name}:{document(row)}", row["label"]
        # A sentence that merely follows may be supported all the same.
        if row.get("weak") or not claim or not keep(source):
            continue
        context = [*sentences_of(row["evidence"]), *row.get("distractors", ())]
        before = row.get(original) if original else None
        wrong = tuple(Span(start, end) for start, end in row.get("wrong_spans", ()))
        if before and label != "supported":
            wrong = tuple(changed_words(before, claim))
        yield example(source, name, claim, context, label, wrong=wrong, group=f"{source} {before or claim}")
        if name == "factor_news" and before and before not in true:
            true.add(before)
            yield example(source, name, before, context, "supported", group=f"{source} {before}")


_SETS: dict[str, tuple[Callable[[dict[str, Any]], object], str | None]] = {
    "defacto": (lambda row: row["doc_id"], None),
    "summedits": (lambda row: re.sub(r"_\d+$", "", row["id"]), "original"),
    "factor_news": (lambda row: row["doc_id"], "true_sentence"),
    "foolmetwice": (lambda row: row["page"], None),
    "rte": (lambda row: row["evidence"][:80], None),
    "frank": (lambda row: row["id"].partition("-")[0], None),
    "aggrefact_spans": (lambda row: row["id"], None),
}
"""For each set: how a row names its document, and where it has the true sentence that a claim was made of."""


def changed_words(before: str, after: str) -> Iterator[Span]:
    """The runs of words of `after` that are new; where words were only taken out, the word before the gap."""
    old, new = before.split(), list(re.finditer(r"\S+", after))
    matcher = difflib.SequenceMatcher(a=old, b=[word[0] for word in new], autojunk=False)
    for kind, _, _, first, last in matcher.get_opcodes():
        if kind in ("replace", "insert"):
            yield Span(new[first].start(), new[last - 1].end())
        elif kind == "delete" and new:
            yield Span(*new[max(0, first - 1)].span())
