"""Whether a prediction meets every requirement of its gold question, with the reasons if it doesn't.

Knows nothing of how an answer is found, of archives or of the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, permutations

from dateline.eval.forms import says, says_any
from dateline.eval.gold import ExpectedDisagreement, ExpectedEventTime, ExpectedSpeaker, GoldQuestion
from dateline.eval.prediction import Differing, Prediction, Said


@dataclass(frozen=True, slots=True)
class RequirementsCheck:
    """Whether an answer passes, and every reason why it doesn't."""

    passed: bool
    reasons: tuple[str, ...]


def check_requirements(gold: GoldQuestion, prediction: Prediction) -> RequirementsCheck:
    """Whether an answer is what the gold question asks for.

    A question that must be refused passes when it is, for one of the reasons if it names some. Any other passes when it
    is answered, every vital nugget and nothing forbidden is said, every one of `sources` is cited, and what else it
    names holds, as far as the system reports it.
    """
    reasons = tuple(_wrong(gold, prediction))
    return RequirementsCheck(not reasons, reasons)


def _wrong(gold: GoldQuestion, prediction: Prediction) -> Iterator[str]:
    reports = prediction.reports
    if gold.must_refuse:
        yield from wrong_refusal(gold, prediction)
    elif prediction.refused:
        yield "refused" + (f": {prediction.refusal_reason}" if prediction.refusal_reason else "")
    else:
        yield from _wrong_words(gold, prediction)
        if "sources" in reports:
            cited = {source.article_id for source in prediction.sources}
            yield from (f"does not cite {article_id!r}" for article_id in gold.sources if article_id not in cited)
        if "disagreements" in reports:
            yield from false_disagreements(gold, prediction)
            yield from missing_disagreements(gold, prediction)
        if "speakers" in reports:
            yield from (each for expected in gold.speakers for each in wrong_speaker(expected, prediction.claims))
        if "event_times" in reports:
            yield from (each for expected in gold.event_times for each in wrong_event_time(expected, prediction.claims))
        if "origins" in reports and gold.origins not in (None, prediction.origins):
            yield f"has {prediction.origins} origins, not {gold.origins}"
        if "headings" in reports:
            yield from _wrong_headings(gold.headings, prediction.headings)
    if "window" in reports:
        yield from wrong_window(gold, prediction)


def wrong_refusal(gold: GoldQuestion, prediction: Prediction) -> list[str]:
    """Why a question that must be refused was not, or not for one of the reasons."""
    if not prediction.refused:
        return ["answered, though it should be refused"]
    accepted = (gold.must_refuse and gold.must_refuse.reasons) or ()
    reason = prediction.refusal_reason
    if not accepted or "refusal_reason" not in prediction.reports or reason in accepted:
        return []
    return [f"refused: {reason}, not {' or '.join(accepted)}"]


def wrong_window(gold: GoldQuestion, prediction: Prediction) -> list[str]:
    """How the question's time was read, if that is wrong."""
    expected, read = gold.window, prediction.window
    if expected is None or (read.start, read.end, read.applies_to) == (
        expected.start,
        expected.end,
        expected.applies_to,
    ):
        return []
    wanted = _days(expected.start, expected.end)
    return [
        f"reads the time as {_days(read.start, read.end)} of {read.applies_to}, not {wanted} of {expected.applies_to}"
    ]


def false_disagreements(gold: GoldQuestion, prediction: Prediction) -> list[str]:
    """The disagreements shown where the sources don't disagree."""
    if not gold.no_disagreement:
        return []
    return [f"has a disagreement, {each.kind}: {' | '.join(each.values)}" for each in prediction.disagreements]


def missing_disagreements(gold: GoldQuestion, prediction: Prediction) -> list[str]:
    """The disagreements that are expected and not shown."""
    had = "; ".join(f"{each.kind}: {' | '.join(each.values)}" for each in prediction.disagreements) or "none"
    return [
        f"lacks a disagreement, {expected.kind}: {' | '.join(expected.values)} (has {had})"
        for expected in gold.disagreements
        if not any(_shows(expected, each) for each in prediction.disagreements)
    ]


def wrong_speaker(expected: ExpectedSpeaker, claims: Sequence[Said]) -> list[str]:
    """Why the expected speaker is not given, if no claim does."""
    speakers = [claim.speaker for claim in claims if says(expected.claim, [claim.text])]
    if not speakers:
        return [f"has no claim with {expected.claim!r}"]
    if any(not each if expected.speaker is None else says(expected.speaker, [each]) for each in speakers):
        return []
    given = "; ".join(each or "nobody" for each in speakers)
    return [f"gives {expected.claim!r} to {given}, not {expected.speaker or 'nobody'}"]


def wrong_event_time(expected: ExpectedEventTime, claims: Sequence[Said]) -> list[str]:
    """Why the expected days are not given, if no claim does."""
    times = [claim.event_time for claim in claims if says(expected.claim, [claim.text])]
    if not times:
        return [f"has no claim with {expected.claim!r}"]
    if (expected.start, expected.end) in times:
        return []
    given = "; ".join(_days(*(time or (None, None))) for time in times)
    return [f"dates {expected.claim!r} to {given}, not {_days(expected.start, expected.end)}"]


def _wrong_words(gold: GoldQuestion, prediction: Prediction) -> Iterator[str]:
    said = prediction.everything_said
    yield from (f"lacks {nugget.accepted[0]!r}" for nugget in gold.vital if not says_any(nugget.accepted, said))
    yield from (f"says {form!r}, which is forbidden" for form in gold.forbidden if says(form, said))


def _shows(expected: ExpectedDisagreement, shown: Differing) -> bool:
    return expected.kind == shown.kind and any(
        all(says(form, [value]) for form, value in zip(expected.values, order, strict=True))
        for order in permutations(shown.values, len(expected.values))
    )


def _wrong_headings(forms: Sequence[str], headings: Sequence[str]) -> list[str]:
    first_match = (next((i for i, form in enumerate(forms) if says(form, [heading])), None) for heading in headings)
    if not forms or [which for which, _ in groupby(first_match)] == list(range(len(forms))):
        return []
    return [f"has the headings {list(headings)}, not {list(forms)}"]


def _days(start: date | None, end: date | None) -> str:
    return f"{start or '…'} to {end or '…'}"
