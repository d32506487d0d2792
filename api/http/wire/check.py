"""The request to check a text. The response is `rag.verification.checked.CheckedText`.

Knows nothing of routes.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from dateline.api.http.wire.common import FiltersIn, Moment
from dateline.rag.verification.checking import MOST_CHARS


class CheckRequest(BaseModel):
    """A text to check."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(
        max_length=MOST_CHARS,
        description="Plain text or Markdown: one sentence or a whole draft.",
        examples=["The ferry Maid of Corran was built in 1978."],
    )
    as_of: Moment | None = Field(
        default=None,
        description="Use the archive as it was at this time, or at the end of this day: no later articles or "
        "revisions, none without a date.",
    )
    filters: FiltersIn = Field(default=FiltersIn(), description="Articles to check against.")
