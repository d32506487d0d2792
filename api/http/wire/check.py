"""What goes over the wire to have a text checked. What comes back is `rag.checking.CheckedText`, as it is.

Knows nothing of routes.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from dateline.api.http.wire.common import FiltersIn, Moment
from dateline.rag.checking import MOST_CHARS


class CheckRequest(BaseModel):
    """A text to check."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(
        max_length=MOST_CHARS,
        description="Plain text or Markdown: one sentence, or a whole draft.",
        examples=["The ferry Maid of Corran was built in 1978."],
    )
    as_of: Moment | None = Field(
        default=None,
        description="By the archive as it stood at this moment, or at the end of this day: no later article, the "
        "revision then in force, nothing undated.",
    )
    filters: FiltersIn = Field(default=FiltersIn(), description="Which articles to check by.")
