"""Slack's rules for blocks, chunks and views, as its documentation has them; the stand-in refuses what breaks one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block as SdkBlock

MOST_BLOCKS = 50
MOST_CHARS = 13_000
MARKDOWN = 12_000
KNOWN = {"rich_text", "section", "context", "actions", "context_actions", "input", "divider", "header", "markdown"}
INLINE = {"text", "link", "user", "channel", "emoji"}


class BrokenRuleError(Exception):
    """A rule is broken. Its text is Slack's name of the error."""


def check_message(message: dict[str, Any], before: Sequence[dict[str, Any]] = ()) -> None:
    """A message's blocks. `before`: those that it had, whose ids it must not use again."""
    blocks = message.get("blocks") or []
    if not blocks and not message.get("text"):
        raise BrokenRuleError("no_text")
    if len(blocks) > MOST_BLOCKS:
        raise BrokenRuleError("invalid_blocks")
    check_blocks(blocks)
    if sum(len(words(block)) for block in blocks) > MOST_CHARS:
        raise BrokenRuleError("msg_blocks_too_long")
    if {block["block_id"] for block in blocks if "block_id" in block} & {block.get("block_id") for block in before}:
        raise BrokenRuleError("invalid_blocks")


def check_blocks(blocks: Sequence[dict[str, Any]]) -> None:
    """Blocks by themselves."""
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)) or any(len(one) > 255 for one in ids):
        raise BrokenRuleError("invalid_blocks")
    for block in blocks:
        if block.get("type") not in KNOWN:
            raise BrokenRuleError("invalid_blocks")
        try:
            parsed = SdkBlock.parse(block)
            assert parsed is not None
            parsed.to_dict()
        except SlackObjectFormationError as error:
            raise BrokenRuleError("invalid_blocks") from error
        if block["type"] == "rich_text":
            for element in block["elements"]:
                _check_rich_text(element)
        for element in block.get("elements", []) if block["type"] in ("actions", "context_actions") else []:
            _check_pressed(element)


def check_chunks(chunks: Sequence[dict[str, Any]]) -> int:
    """Chunks of a stream; how many blocks are in them."""
    count = 0
    for chunk in chunks:
        match chunk.get("type"):
            case "markdown_text":
                if not 0 < len(chunk["text"]) <= MARKDOWN:
                    raise BrokenRuleError("msg_too_long")
            case "task_update":
                if chunk["status"] not in ("pending", "in_progress", "complete", "error") or not chunk["title"]:
                    raise BrokenRuleError("invalid_chunks")
                for source in chunk.get("sources", []):
                    if source["type"] != "url" or not is_address(source["url"]) or not source["text"]:
                        raise BrokenRuleError("invalid_chunks")
            case "blocks":
                check_blocks(chunk["blocks"])
                count += len(chunk["blocks"])
            case _:
                raise BrokenRuleError("invalid_chunks")
    return count


def check_view(view: dict[str, Any]) -> None:
    """A modal."""
    title = view["title"]["text"]
    if view["type"] != "modal" or not 0 < len(title) <= 24 or not 0 < len(view["blocks"]) <= 100:
        raise BrokenRuleError("invalid_arguments")
    if len(view.get("private_metadata", "")) > 3_000 or len(view.get("callback_id", "")) > 255:
        raise BrokenRuleError("invalid_arguments")
    if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        raise BrokenRuleError("invalid_arguments")
    check_blocks(view["blocks"])
    for block in view["blocks"]:
        for option in block.get("element", {}).get("options", []):
            if not 0 < len(option["text"]["text"]) <= 75 or not 0 < len(option["value"]) <= 150:
                raise BrokenRuleError("invalid_arguments")


def words(block: Any) -> str:
    """What a person reads in it."""
    if isinstance(block, list):
        return "".join(words(one) for one in block)
    if not isinstance(block, dict):
        return ""
    if block.get("type") in ("actions", "context_actions"):
        return ""
    if block.get("type") == "rich_text_list":
        return "".join(f"• {words(one)}" for one in block["elements"])
    if block.get("type") == "rich_text_quote":
        return "".join(f"> {line}\n" for line in words(block["elements"]).splitlines())
    if block.get("type") == "user":
        return f"@{block['user_id']}"
    text = block.get("text")
    own = words(text) if isinstance(text, dict) else text if isinstance(text, str) else ""
    ending = "\n" if block.get("type") == "rich_text_section" and not own.endswith("\n") else ""
    return own + words(block.get("elements", [])) + ending


def addresses(value: Any) -> Iterator[str]:
    """Every address in it that can be followed, in order."""
    if isinstance(value, dict):
        if "url" in value:
            yield str(value["url"])
        for one in value.values():
            yield from addresses(one)
    elif isinstance(value, list):
        for one in value:
            yield from addresses(one)


def is_address(url: str) -> bool:
    """Whether Slack takes it for a link."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in url and len(url) <= 3_000


def _check_rich_text(element: dict[str, Any]) -> None:
    if element["type"] == "rich_text_list":
        for one in element["elements"]:
            _check_rich_text(one)
        return
    if element["type"] not in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        raise BrokenRuleError("invalid_blocks")
    if not element["elements"]:
        raise BrokenRuleError("invalid_blocks")
    for one in element["elements"]:
        if one["type"] not in INLINE or (one["type"] in ("text", "link") and not one["text"]):
            raise BrokenRuleError("invalid_blocks")
        if one["type"] == "link" and not is_address(one["url"]):
            raise BrokenRuleError("invalid_blocks")


def _check_pressed(element: dict[str, Any]) -> None:
    if len(element["action_id"]) > 255:
        raise BrokenRuleError("invalid_blocks")
    buttons = [element]
    if element["type"] == "feedback_buttons":
        buttons = [element["positive_button"], element["negative_button"]]
    for button in buttons:
        if len(button["text"]["text"]) > 75 or len(button.get("value", "")) > 2_000:
            raise BrokenRuleError("invalid_blocks")
        if len(button.get("accessibility_label", "")) > 75:
            raise BrokenRuleError("invalid_blocks")
