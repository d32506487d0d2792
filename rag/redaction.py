"""Redaction: removes a purged article's words from a stored Answer.

Works on the Answer's JSON, of any version; anything else becomes an empty Answer. The user's own question is kept.
Knows nothing of where answers are stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

ERASED = "[erased]"
"""Replaces the removed words."""
_OLD_DETAILS = (" brings in ", " leaves out ")
"""What introduced details in answers of earlier versions."""
_UNKNOWN = ("title", "outlet", "url", "published")


def without_article(stored: str, article_id: str) -> str | None:
    """The answer without the words of an article that it cites, shows or has read; None if it doesn't use the article.

    A claim that cites it loses its text, speaker and event time, but keeps its place. The question is kept as asked,
    not as it was completed from earlier turns.
    """
    answer = _read(stored)
    if answer is None:
        return "{}" if article_id in stored else None
    if not any(_is_of(text, article_id) for text in _strings(answer)):
        return None
    if isinstance(answer.get("understanding"), dict):  # it may quote an earlier answer
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
    for dropped in _objects(answer.get("receipt"), "dropped"):  # their articles are not recorded
        dropped |= {"text": ERASED, "reason": without_details(str(dropped.get("reason")))}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def without_details(reason: str) -> str:
    """`number not in passage: 42` → `number not in passage`: the part before the colon is Dateline's own."""
    before, colon, _ = reason.partition(":")
    if not colon:
        for details in _OLD_DETAILS:
            before = before.partition(details)[0]
    return before


def as_asked(stored: str) -> str:
    """The answer without content of earlier turns: with its question as asked, not as completed.

    An answer that used no earlier turns stays the same, byte for byte.
    """
    answer = _read(stored)
    understanding = answer.get("understanding") if answer is not None else None
    if answer is None or not isinstance(understanding, dict):
        return stored
    if understanding.get("standalone_question") == answer.get("question") and not understanding.get("notes"):
        return stored
    understanding["standalone_question"] = answer.get("question")
    for dropped in _objects(answer.get("receipt"), "dropped"):  # may include a rewritten question
        dropped |= {"text": ERASED, "reason": without_details(str(dropped.get("reason")))}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _erase_citations(holder: dict[str, Any], article_id: str) -> bool:
    """Empty the quotes of the article. Returns whether there were any."""
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
    """Rebuild the text from the claims with their markers, and set their spans."""
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
    """Whether `text` is the id of the article or of one of its passages (`article:revision:n`)."""
    return text == article_id or text.rsplit(":", 2)[0] == article_id


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _objects(holder: Any, name: str) -> Iterator[dict[str, Any]]:
    """The objects in the list `name` of an object; none if it has another shape."""
    items = holder.get(name) if isinstance(holder, dict) else None
    yield from (item for item in (items if isinstance(items, list) else []) if isinstance(item, dict))


def _read(stored: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(stored)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None
