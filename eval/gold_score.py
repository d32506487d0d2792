"""Whether an Answer holds what a gold question asks for, and every reason why it doesn't.

Knows nothing of how an answer is found, of archives or of the wire.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby, permutations

from eval.gold import ExpectedDisagreement, ExpectedEventTime, ExpectedSpeaker, ExpectedWindow, GoldQuestion, found
from rag.answer import Answer, Claim, Disagreement, TimeWindow

_MARKER = re.compile(r" ?\[\d+\]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer passes, and every reason why it doesn't."""

    passed: bool
    reasons: tuple[str, ...]


def score(gold: GoldQuestion, answer: Answer) -> Verdict:
    """Whether an answer is what the gold question asks for.

    A `refuse` question passes when it is refused, for one of the reasons if it names some. Any other passes when it is
    answered, every `need` and no `forbid` is found in the text, in the short answer or in the values of a
    disagreement, every one of `sources` is cited, and what else it names holds.
    """
    asked_about = _wrong_window(gold.window, answer.understanding.time_window)
    if gold.kind == "refuse":
        return _verdict([*_wrong_refusal(gold, answer), *asked_about])
    if answer.status == "refused":
        return _verdict(["refused" + (f": {answer.refusal.reason}" if answer.refusal else ""), *asked_about])
    # A marker is no part of what is said: "[9]" must not pass for nine patients.
    said = [_MARKER.sub("", answer.text), *([answer.short_answer.text] if answer.short_answer else [])]
    said += [position.value for each in answer.disagreements for position in each.positions]
    cited = {source.article_id for source in answer.sources}
    return _verdict(
        [
            *(f"lacks {pattern!r}" for pattern in gold.need if not found(pattern, said)),
            *(f"does not cite {article_id!r}" for article_id in gold.sources if article_id not in cited),
            *(f"holds {pattern!r}, which is forbidden" for pattern in gold.forbid if found(pattern, said)),
            *_wrong_disagreements(gold, answer.disagreements),
            *(each for speaker in gold.speakers for each in _wrong_speaker(speaker, answer.claims)),
            *(each for time in gold.event_times for each in _wrong_event_time(time, answer.claims)),
            *_wrong_origins(gold.origins, answer.origins),
            *_wrong_headings(gold.headings, answer.claims),
            *asked_about,
        ]
    )


def _wrong_refusal(gold: GoldQuestion, answer: Answer) -> list[str]:
    if answer.status != "refused":
        return ["answered, though it should be refused"]
    reason = answer.refusal.reason if answer.refusal else None
    if not gold.refusal or reason in gold.refusal:
        return []
    return [f"refused: {reason}, not {' or '.join(gold.refusal)}"]


def _wrong_window(expected: ExpectedWindow | None, window: TimeWindow) -> list[str]:
    if expected is None:
        return []
    start, end = (moment and moment.astimezone(UTC).date() for moment in (window.start, window.end))
    if (start, end, window.applies_to) == (expected.start, expected.end, expected.applies_to):
        return []
    wanted = _days(expected.start, expected.end)
    return [f"reads the time as {_days(start, end)} of {window.applies_to}, not {wanted} of {expected.applies_to}"]


def _wrong_disagreements(gold: GoldQuestion, disagreements: Sequence[Disagreement]) -> list[str]:
    if gold.no_disagreement:
        return [f"has a disagreement, {each.kind}: {_values(each)}" for each in disagreements]
    if gold.disagreement is None or any(_holds(gold.disagreement, each) for each in disagreements):
        return []
    had = "; ".join(f"{each.kind}: {_values(each)}" for each in disagreements) or "none"
    return [f"lacks a disagreement, {gold.disagreement.kind}: {' | '.join(gold.disagreement.values)} (has {had})"]


def _holds(expected: ExpectedDisagreement, disagreement: Disagreement) -> bool:
    values = [position.value for position in disagreement.positions]
    return expected.kind == disagreement.kind and any(
        all(found(pattern, [value]) for pattern, value in zip(expected.values, order, strict=True))
        for order in permutations(values, len(expected.values))
    )


def _values(disagreement: Disagreement) -> str:
    return " | ".join(position.value for position in disagreement.positions)


def _wrong_speaker(expected: ExpectedSpeaker, claims: Sequence[Claim]) -> list[str]:
    matching = [claim for claim in claims if found(expected.claim, [claim.text])]
    if not matching:
        return [f"has no claim with {expected.claim!r}"]
    speakers = [", ".join(filter(None, (claim.speaker, claim.speaker_role))) for claim in matching]
    if any(not each if expected.speaker is None else found(expected.speaker, [each]) for each in speakers):
        return []
    given = "; ".join(each or "nobody" for each in speakers)
    return [f"gives {expected.claim!r} to {given}, not {expected.speaker or 'nobody'}"]


def _wrong_event_time(expected: ExpectedEventTime, claims: Sequence[Claim]) -> list[str]:
    matching = [claim.event_time for claim in claims if found(expected.claim, [claim.text])]
    if not matching:
        return [f"has no claim with {expected.claim!r}"]
    times = [(time.start, time.end) if time else (None, None) for time in matching]
    if (expected.start, expected.end) in times:
        return []
    given = "; ".join(_days(*time) for time in times)
    return [f"dates {expected.claim!r} to {given}, not {_days(expected.start, expected.end)}"]


def _wrong_origins(expected: int | None, origins: int) -> list[str]:
    return [] if expected in (None, origins) else [f"has {origins} origins, not {expected}"]


def _wrong_headings(patterns: Sequence[str], claims: Sequence[Claim]) -> list[str]:
    headings = list(dict.fromkeys(claim.heading for claim in claims if claim.heading))
    first_match = (next((i for i, each in enumerate(patterns) if found(each, [heading])), None) for heading in headings)
    if not patterns or [which for which, _ in groupby(first_match)] == list(range(len(patterns))):
        return []
    return [f"has the headings {headings}, not {list(patterns)}"]


def _days(start: date | None, end: date | None) -> str:
    return f"{start or '…'} to {end or '…'}"


def _verdict(reasons: list[str]) -> Verdict:
    return Verdict(not reasons, tuple(reasons))
