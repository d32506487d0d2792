"""Slack modals: sources with quotes, asking again with restrictions, feedback, a text to check.

Knows their blocks and what they return, nothing of how that is used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

from dateline.api.http.wire.feedback import LONGEST_COMMENT
from dateline.api.slack.rich_text import Block, paragraph, words
from dateline.index.feedback import Reason

View = dict[str, Any]

AGAIN_VIEW, FEEDBACK_VIEW, CHECK_VIEW = "dateline_again", "dateline_feedback_reasons", "dateline_check_text"
"""Callback ids."""
MOST_BLOCKS = 100
MOST_OPTIONS = 100
LONGEST_OPTION = 75
LONGEST_INPUT = 3_000
_TITLE = 24
_LABELS: dict[Reason, str] = {
    "wrong": "Wrong",
    "unsupported": "Not what the source says",
    "outdated": "Outdated",
    "incomplete": "Incomplete",
    "off_topic": "Doesn’t answer the question",
    "bias": "One-sided",
    "other": "Something else",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """The place from which a modal was opened."""

    team: str
    channel: str
    thread_ts: str
    answer_id: str = ""

    def to_json(self) -> str:
        """JSON for the modal's private metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> Origin:
        """From a submitted modal."""
        return cls(**json.loads(view["private_metadata"]))


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Restrictions of a question that is asked again."""

    as_of: str | None
    outlets: tuple[str, ...]


def sources_view(blocks: Sequence[Block]) -> View:
    """The sources of an answer."""
    shown = list(blocks[:MOST_BLOCKS]) or [paragraph(words("This answer cites nothing."))]
    return _view("Sources", shown, close="Close")


def again_view(origin: Origin, question: str, outlets: Sequence[str]) -> View:
    """The modal to ask a question again, as of a day or from some outlets only. `outlets`: the choices."""
    day: Block = {
        "type": "input",
        "block_id": "as_of",
        "optional": True,
        "label": _plain("Archive as of the end of"),
        "element": {"type": "datepicker", "action_id": "value"},
    }
    blocks = [paragraph(words(question, bold=True)), day]
    if options := [_option(name, name) for name in outlets if len(name) <= LONGEST_OPTION][:MOST_OPTIONS]:
        chosen = {"type": "multi_static_select", "action_id": "value", "options": options}
        blocks.append(
            {
                "type": "input",
                "block_id": "outlets",
                "optional": True,
                "label": _plain("Only these outlets"),
                "element": chosen,
            }
        )
    return _view("Ask again", blocks, callback=AGAIN_VIEW, submit="Ask", metadata=origin.to_json())


def restrictions_of(view: Mapping[str, Any]) -> Restrictions:
    """The restrictions chosen in it."""
    values = view["state"]["values"]
    chosen = values.get("outlets", {}).get("value", {}).get("selected_options") or []
    return Restrictions(values["as_of"]["value"].get("selected_date"), tuple(one["value"] for one in chosen))


def feedback_view(origin: Origin) -> View:
    """The feedback modal."""
    options = [_option(_LABELS[reason], reason) for reason in get_args(Reason)]
    blocks: list[Block] = [
        {
            "type": "input",
            "block_id": "reasons",
            "optional": True,
            "label": _plain("What is wrong with it?"),
            "element": {"type": "checkboxes", "action_id": "value", "options": options},
        },
        _text("comment", "Comment (optional)", LONGEST_COMMENT, optional=True),
    ]
    return _view("Not helpful", blocks, callback=FEEDBACK_VIEW, submit="Send", metadata=origin.to_json())


def judged(view: Mapping[str, Any]) -> tuple[tuple[Reason, ...], str | None]:
    """The reasons and the comment from it."""
    values = view["state"]["values"]
    chosen = values["reasons"]["value"].get("selected_options") or []
    known: tuple[Reason, ...] = get_args(Reason)
    picked = {one["value"] for one in chosen}
    return tuple(reason for reason in known if reason in picked), _typed(values, "comment")


def check_view(origin: Origin) -> View:
    """The modal for a text to check."""
    blocks = [_text("text", "Text to check against the archive", LONGEST_INPUT, optional=False)]
    return _view("Check a text", blocks, callback=CHECK_VIEW, submit="Check", metadata=origin.to_json())


def text_to_check(view: Mapping[str, Any]) -> str:
    """The text from it."""
    return _typed(view["state"]["values"], "text") or ""


def _typed(values: Mapping[str, Any], block: str) -> str | None:
    typed = values[block]["value"].get("value")
    return typed.strip() or None if isinstance(typed, str) else None


def _text(block_id: str, label: str, longest: int, *, optional: bool) -> Block:
    element = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": longest}
    return {"type": "input", "block_id": block_id, "optional": optional, "label": _plain(label), "element": element}


def _view(
    title: str, blocks: list[Block], *, callback: str = "", submit: str = "", metadata: str = "", close: str = "Cancel"
) -> View:
    view: View = {"type": "modal", "title": _plain(title[:_TITLE]), "close": _plain(close), "blocks": blocks}
    if submit:
        view |= {"callback_id": callback, "submit": _plain(submit), "private_metadata": metadata}
    return view


def _option(text: str, value: str) -> dict[str, Any]:
    return {"text": _plain(text), "value": value}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
