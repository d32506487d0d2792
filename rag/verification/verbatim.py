"""Parts of a claim that must be word for word in the evidence: quotations and web addresses.

Knows nothing of models or of what a claim means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dateline.rag.verification.quote_check import misquoted

_LINK = re.compile(
    r"(?<![\w.-])(?:(?:https?://|www\.)[^\s<>()\"”]*[\w/]|[\w-]{2,63}(?:\.[\w-]{2,63}){0,4}\.[a-z]{2,24}\b(?:/[\w/-]*)?)"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words of a passage, and what is known of its article."""

    text: str
    header: str = ""
    """Title, outlet and date."""
    published: date | None = None


def not_verbatim(claim: str, evidence: Sequence[Evidence]) -> str | None:
    """The first address or quotation that the evidence doesn't have, as a reason; None where it has all."""
    known = {_bare(link) for one in evidence for link in _LINK.findall(f"{one.header}\n{one.text}")}
    link = next((link for link in _LINK.findall(claim) if _bare(link) not in known), None)
    if link is not None:
        return f"link not in passage: {link}"
    words = misquoted(claim, [one.text for one in evidence])
    return None if words is None else f"quotation not in passage: {words}"


def _bare(link: str) -> str:
    """Without what may be left out."""
    return re.sub(r"^(?:https?://)?(?:www\.)?|/$", "", link.lower())
