"""Questions that leave out what they are about altogether: "How many were injured?", "Who won?", "Was anyone hurt?".

A short list of questions that nobody asks out of the blue; they get the event or the place of the former question.
"""

from __future__ import annotations

import re

from rag.conversation.grammar import bare, finished
from rag.conversation.naming import mentions_in
from rag.conversation.turn import Turn

_HARM = (
    "died|killed|injured|wounded|hurt|arrested|detained|missing|rescued|saved|affected|displaced|evacuated|survived"
    "|homeless|trapped|hospitali[sz]ed|charged|involved|captured|responsible|behind it|blamed|to blame|present|there"
)
_CASUALTIES = "(?:casualties|injuries|deaths|survivors|victims|arrests)"
_LEFT_OUT = re.compile(
    rf"^(?:how many(?: (?:people|others|more|civilians|children|women|men|victims|casualties|soldiers))?"
    rf"(?: (?:was|were|are|have been|had been|got|have))? (?:{_HARM})"
    rf"|(?:who|which \w+) (?:was|were|is|has been)? ?(?:{_HARM})"
    rf"|(?:was|were|is) (?:anyone|anybody|somebody|people|there any {_CASUALTIES}) ?"
    rf"(?:{_HARM})?"
    rf"|(?:how many|were there any|are there) {_CASUALTIES}(?: (?:were|are) there)?"
    r"|did (?:anyone|anybody|everyone) (?:die|survive|get hurt)"
    r"|who (?:won|lost|started it)|what was the (?:score|result|outcome|damage|death toll|cause|turnout|margin)"
    r"|what happened (?:next|afterwards?|after that|then)|how did it (?:end|start|begin|go|happen))$",
    re.IGNORECASE,
)


def completed(body: str, turn: Turn) -> str | None:
    """Such a question with the event of `turn`, or its place; None if it is none, or nothing is named there.

    `body`: without a question mark.
    """
    if not _LEFT_OUT.match(body):
        return None
    question = bare(turn.question)
    mentions = mentions_in(question)
    events = [one for one in mentions if one.kind == "event"]
    places = [one for one in mentions if one.kind == "place" and one.named]
    if not events and not places:
        return None
    if re.match(r"what happened|how did it", body, re.IGNORECASE):
        if not events:
            return None
        verb = re.match(r"how did it (\w+)", body, re.IGNORECASE)
        told = f"how did {events[-1].text} {verb[1]}" if verb else f"what happened after {events[-1].text}"
        return finished(told)
    body = re.sub(r"\s+there$|\s+behind it$", lambda match: " behind" if "behind" in match[0] else "", body)
    lead = "in" if not events or not re.match(r"what was the", body, re.IGNORECASE) else "of"
    if body.lower().startswith("who won") or body.lower().startswith("who lost"):
        lead = "" if events else "in"
    if body.lower().endswith(("responsible", "blame", "blamed")):
        lead = "for"
    if body.lower().endswith("behind"):
        lead = ""
    return finished(f"{body} {lead} {(events or places)[-1].text}")
