"""Converts chat messages to a question, and the events of its answer to a message with URL citations.

A message is built from the same pieces whether it is streamed or not. Knows nothing of HTTP or of how answers are
found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dateline.api.asking import REMEMBERED, Asked, AskEvent
from dateline.api.http.wire.chat import Annotation, ChatMessage, UrlCitation
from dateline.api.render import GLIMPSE, day, pages_of
from dateline.index.errors import InputError
from dateline.index.filters import Filters
from dateline.rag.answer import Answer, Citation, Disagreement, NearestPassage, Source
from dateline.rag.conversation.standalone import standalone
from dateline.rag.conversation.turn import Conversation, Turn
from dateline.rag.events import ClaimVerified, DisagreementFound
from dateline.rag.question import Question

NO_ANSWER = "No answer: "
"""Prefix of a refusal."""
_AFTER_FIRST_CLAIM = re.compile(r"\s*\[\d+\]|\n")
_MARKUP = re.compile(r"(?<=\])\(|<(?=[A-Za-z/!])")
"""Characters that make Markdown a link, an image or HTML, which a chat page would load from any address."""


def question_of(messages: Sequence[ChatMessage], now: datetime, filters: Filters) -> Question:
    """The last user message as a question, with the earlier messages as its conversation.

    Raises `InputError` if there is none, `QuestionError` if it is not a valid question.
    """
    asked = [place for place, message in enumerate(messages) if message.role == "user"]
    if not asked:
        raise InputError("there is no user message", hint="The last message of role `user` is the question.")
    turns: list[Turn] = []
    for place in asked[:-1][-REMEMBERED:]:
        answer = messages[place + 1] if messages[place + 1].role == "assistant" else None
        text = standalone(messages[place].content, turns)
        turns.append(Turn(text, _first_claim(answer.content) if answer else ""))
    conversation = Conversation(None, tuple(turns)) if turns else None
    return Question(messages[asked[-1]].content, now, filters, conversation=conversation)


def _first_claim(content: str) -> str:
    """The first sentence of an earlier answer; empty if it was a refusal."""
    said = content.strip()
    return "" if said.startswith(NO_ANSWER) else _AFTER_FIRST_CLAIM.split(said, maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Piece:
    """What an event adds to a message."""

    text: str
    annotations: tuple[Annotation, ...] = ()


class GrowingMessage:
    """Builds the text of an answer from its events: sentences with markers, disagreements, then remarks and sources."""

    def __init__(self, page_of: Callable[[str], str]) -> None:
        """`page_of`: article id → address, for articles without a URL."""
        self._page_of = page_of
        self._length = 0
        self._sources: dict[int, Source] = {}

    def piece(self, event: AskEvent) -> Piece | None:
        """What `event` adds, if anything."""
        match event:
            case ClaimVerified(claim=claim, sources=sources):
                self._learn(sources)
                start = " " if self._length else ""
                return self._grown(f"{start}{plain(claim.text)} ", claim.citations)
            case DisagreementFound(disagreement=disagreement, sources=sources):
                self._learn(sources)
                return self._disagreement(disagreement)
            case Asked(answer=answer):
                return self._grown(_below(answer, self._address))
        return None

    def _learn(self, sources: Iterable[Source]) -> None:
        self._sources |= {source.number: source for source in sources}

    def _disagreement(self, disagreement: Disagreement) -> Piece:
        title = "Sources disagree:" if disagreement.kind == "conflict" else "Updated:"
        pieces = [self._grown(f"\n\n{title} {plain(disagreement.subject)}:")]
        for place, position in enumerate(disagreement.positions):
            replaced = " (superseded)" if position.superseded else ""
            said = f"{';' if place else ''} {plain(position.value)}{replaced} "
            pieces.append(self._grown(said, position.citations))
        return Piece("".join(one.text for one in pieces), tuple(a for one in pieces for a in one.annotations))

    def _grown(self, text: str, citations: Iterable[Citation] = ()) -> Piece:
        """`text` and the markers of `citations`, at the end of the message."""
        annotations = []
        for number in dict.fromkeys(citation.source for citation in citations):
            marker, source = f"[{number}]", self._sources[number]
            start = self._length + len(text)
            cited = UrlCitation(
                start_index=start, end_index=start + len(marker), url=self._address(source), title=_title(source)
            )
            annotations.append(Annotation(url_citation=cited))
            text += marker
        self._length += len(text)
        return Piece(text, tuple(annotations))

    def _address(self, source: Source | NearestPassage) -> str:
        return (source.url if isinstance(source, Source) else None) or self._page_of(source.article_id)


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message."""

    asked: Asked
    content: str
    annotations: tuple[Annotation, ...]


def whole_message(events: Iterable[AskEvent], page_of: Callable[[str], str]) -> Message:
    """The message from all events of an answer."""
    growing, pieces = GrowingMessage(page_of), []
    for event in events:
        if (piece := growing.piece(event)) is not None:
            pieces.append(piece)
    assert isinstance(event, Asked)
    return Message(
        event, "".join(piece.text for piece in pieces), tuple(each for piece in pieces for each in piece.annotations)
    )


def plain(text: str) -> str:
    """`text` escaped for Markdown: article text must not become a link, an image or HTML."""
    return _MARKUP.sub(r"\\\g<0>", text)


def _below(answer: Answer, address: Callable[[Source | NearestPassage], str]) -> str:
    """What follows the sentences, or replaces them: the refusal, remarks, sources."""
    parts = []
    if answer.refusal is not None:
        parts.append(f"{NO_ANSWER}{plain(answer.refusal.message)}")
        if answer.refusal.nearest:
            passages = [_nearest(passage, address(passage)) for passage in answer.refusal.nearest]
            parts.append("\n".join(["The archive's nearest passages:", *passages]))
    parts += [f"Not answered: {plain(gap)}" for gap in answer.gaps]
    parts += [f"Note: {plain(note)}" for note in answer.understanding.notes]
    if answer.sources:
        sources = (_source(source, answer, address(source)) for source in answer.sources)
        parts.append("\n".join(["Sources:", *sources]))
    return ("" if answer.refusal else "\n\n") + "\n\n".join(parts)


def _source(source: Source, answer: Answer, address: str) -> str:
    when = f"{day(source.published)}{pages_of(source, answer)}"
    about = plain(f"{source.outlet or 'unknown outlet'}, “{_title(source)}”, {when}")
    corrected = f", corrected by {plain(', '.join(source.corrected_by))}" if source.corrected_by else ""
    return f"- [{source.number}] {about}{corrected}: {address}"


def _nearest(passage: NearestPassage, address: str) -> str:
    quote = " ".join(passage.quote.split())
    more = " …" if len(quote) > GLIMPSE else ""
    return f"- “{plain(quote[:GLIMPSE])}{more}”, {day(passage.published)}: {address}"


def _title(source: Source) -> str:
    return source.title or "without a title"
