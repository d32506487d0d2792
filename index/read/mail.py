"""E-mail into articles: newsletters as .eml files, mailboxes, and pages that a browser saved as MHTML.

Knows MIME; index/clean.py removes the furniture of newsletters.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterable, Iterator
from email.errors import HeaderParseError
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime

from dateline.index.errors import ArticleError
from dateline.index.read.record import Draft, Value

_ENVELOPE = re.compile(rb"From \S.*\d{4}")
_ESCAPED = re.compile(rb">+From ")
_FORWARDED = re.compile(r"^(?:(?:fwd?|wg|tr|rv|re|aw)\s*:\s*)+", re.IGNORECASE)


def messages_in(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The messages of a mailbox in the mbox format; without envelope lines it is one message."""
    message: list[bytes] = []
    is_mailbox = False
    for line in lines:
        if _ENVELOPE.match(line):
            if is_mailbox:
                yield b"".join(message)
            message, is_mailbox = [], True
        else:
            message.append(line[1:] if is_mailbox and _ESCAPED.match(line) else line)
    yield b"".join(message)


def draft_of(payload: bytes) -> Draft:
    """The draft of a message: its subject as the title, its sender as the outlet. Raises ArticleError."""
    message = _message(payload)
    name, address = parseaddr(str(message.get("from", "")))
    found = {
        "title": _FORWARDED.sub("", str(message.get("subject", ""))).strip() or None,
        "outlet": name or address.rpartition("@")[2] or None,
        "published": _date(message),
        "language": str(message.get("content-language", "")).split(",")[0] or None,
        "url": str(message.get("archived-at", "")).strip("<> ") or None,
    }
    fields = {field: Value(value, "metadata") for field, value in found.items() if value}
    own_id = str(message.get("message-id", "")).strip("<> ") or None
    return Draft(_text(message), fields, own_id)


def page_in(payload: bytes) -> tuple[bytes, str | None]:
    """The page in an MHTML file, and its address. Raises ArticleError if there is none."""
    message = _message(payload)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                address = part.get("content-location") or message.get("snapshot-content-location")
                return content, str(address) if address else None
    raise ArticleError("The saved page has no HTML in it.", hint="Save the page again, as HTML only.")


def _message(payload: bytes) -> EmailMessage:
    try:
        message = email.message_from_bytes(payload, policy=default)
        if len(message.keys()) == 0:
            raise ArticleError("The file has no mail headers.", hint="Name it .txt if it is plain text.")
    except (HeaderParseError, ValueError, LookupError) as error:
        raise ArticleError("The message can't be read as MIME.", hint="Save it again from the mail program.") from error
    return message  # type: ignore[return-value, unused-ignore]


def _date(message: EmailMessage) -> object:
    try:
        return parsedate_to_datetime(str(message.get("date", "")))
    except (ValueError, TypeError):
        return str(message.get("date", "")) or None


def _text(message: EmailMessage) -> str:
    try:
        body = message.get_body(preferencelist=("html", "plain"))
        content = body.get_content() if body is not None else ""
    except (KeyError, LookupError, ValueError, AttributeError):
        content, body = "", None
    if not isinstance(content, str) or not content.strip():
        raise ArticleError("The message has no text.", hint="Its attachments are not read; save them as files.")
    assert body is not None
    if body.get_content_type() == "text/html":
        from dateline.index.read.html import text_of_fragment

        return text_of_fragment(content)
    if body.get_param("format") == "flowed":
        content = re.sub(r" \r?\n(?=\S)", " ", content)
    from dateline.index.read.plain import unwrapped

    return unwrapped(content.replace("\r\n", "\n"))
