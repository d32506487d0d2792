"""A stored Answer without an article's words: what is left when the article is purged.

Reads and writes the Answer's wire form, of any version: what is no Answer becomes an empty one. The person's own
question stays as it was asked. Knows nothing of where answers are stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

ERASED = "[erased]"
"""Stands where words were."""
_OLD_DETAILS = (" brings in ", " leaves out ")
"""What stood before details in answers of earlier versions."""
_UNKNOWN = ("title", "outlet", "url", "published")


def without_article(stored: str, article_id: str) -> str | None:
    """The answer without the words of an article that it cites, shows as nearest or was given to read; else None.

    A claim that cites it loses its words, its speaker and its event's days; its place in the text is kept. The question
    stands as it was asked, whatever it was understood as after the turns before it.
    """
    answer = _read(stored)
    if answer is None:
        return "{}" if article_id in stored else None
    if not any(_is_of(text, article_id) for text in _strings(answer)):
        return None
    if isinstance(answer.get("understanding"), dict):  # it may have words of an answer before this one
        answer["understanding"]["standalone_question"] = answer.get("question")
    for claim in _objects(answer, "claims"):
        if _erase_citations(claim, article_id):
            claim |= {"speaker": None, "speaker_role": None, "event_time": None}
            _erase_words(answer, claim)
    _write_text(answer)
    for disagreement in _objects(answer, "disagreements"):
        for position in _objects(disagreement, "positions"):
            if _erase_citations(position, article_id):
                position["value"] = disagreement["subject"] = ERASED
    for source in _objects(answer, "sources"):
        if source.get("article_id") == article_id:
            source |= dict.fromkeys(_UNKNOWN) | {"published_basis": "unknown"}
    for nearest in _objects(answer.get("refusal"), "nearest"):
        if nearest.get("article_id") == article_id:
            nearest |= {"quote": "", "published": None}
    for dropped in _objects(answer.get("receipt"), "dropped"):  # of which article their words are is not recorded
        dropped |= {"text": ERASED, "reason": without_details(str(dropped.get("reason")))}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def without_details(reason: str) -> str:
    """`number not in passage: 42` → `number not in passage`: only Dateline's own words stand before the colon."""
    before, colon, _ = reason.partition(":")
    if not colon:
        for details in _OLD_DETAILS:
            before = before.partition(details)[0]
    return before


def as_asked(stored: str) -> str:
    """The answer without what the turns before it say: its question as it was asked, not as it was then understood.

    An answer that leaned on no turns stays as it is, byte for byte.
    """
    answer = _read(stored)
    understanding = answer.get("understanding") if answer is not None else None
    if answer is None or not isinstance(understanding, dict):
        return stored
    if understanding.get("standalone_question") == answer.get("question") and not understanding.get("notes"):
        return stored
    understanding["standalone_question"] = answer.get("question")
    for dropped in _objects(answer.get("receipt"), "dropped"):  # among them may be how a model understood it
        dropped |= {"text": ERASED, "reason": without_details(str(dropped.get("reason")))}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _erase_citations(holder: dict[str, Any], article_id: str) -> bool:
    """Empty the quotes of the article; whether there are any."""
    found = [one for one in _objects(holder, "citations") if one.get("article_id") == article_id]
    for citation in found:
        citation |= {"source_span": {"start": 0, "end": 0}, "quote": ""}
    return bool(found)


def _erase_words(answer: dict[str, Any], claim: dict[str, Any]) -> None:
    short = answer.get("short_answer")
    if isinstance(short, dict) and short.get("claim") == claim.get("id"):
        answer["short_answer"] = None
    text, span = answer.get("text"), claim.get("answer_span")
    if isinstance(text, str) and isinstance(span, dict):
        said = text[span["start"] : span["end"]]
        claim["_said"] = ERASED + said.removeprefix(claim["text"])
    claim["text"] = ERASED


def _write_text(answer: dict[str, Any]) -> None:
    """Put the text together from the claims with their markers, and say where each stands in it."""
    claims = [claim for claim in _objects(answer, "claims") if isinstance(claim.get("answer_span"), dict)]
    text, whole = str(answer.get("text")), ""
    for claim in claims:
        span = claim["answer_span"]
        said = claim.pop("_said", text[span["start"] : span["end"]])
        start = len(whole) + 1 if whole else 0
        whole = f"{whole} {said}" if whole else said
        claim["answer_span"] = {"start": start, "end": len(whole)}
    if claims:
        answer["text"] = whole


def _is_of(text: str, article_id: str) -> bool:
    """Whether `text` is the article's id, or that of a passage of it (`article:revision:n`)."""
    return text == article_id or text.rsplit(":", 2)[0] == article_id


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _objects(holder: Any, name: str) -> Iterator[dict[str, Any]]:
    """The objects in the list `name` of an object; nothing where the shape is another."""
    items = holder.get(name) if isinstance(holder, dict) else None
    yield from (item for item in (items if isinstance(items, list) else []) if isinstance(item, dict))


def _read(stored: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(stored)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
