"""Flags on stored answers: cited articles that were withdrawn, purged, revised or corrected since.

Pure functions, without tables. Corrections that an answer names itself are not flagged, whenever they were published.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

FlagKind = Literal["withdrawn", "purged", "revised", "corrected"]


@dataclass(frozen=True, slots=True)
class Flag:
    """One change of a cited article."""

    kind: FlagKind
    """`withdrawn`: it is in no new answer. `purged`: its text is erased, also from the answer. `revised`: its text has
    changed since. `corrected`: another article corrects it, which the answer does not say."""
    article_id: str
    """The cited article."""
    by: str | None = None
    """The id of the article that corrects it."""
    detail: str | None = None
    """Why it was withdrawn or purged, or which revisions there are."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The current state of an article."""

    revision: int
    """The current one."""
    withdrawn: bool = False
    withdrawn_reason: str | None = None
    corrections: tuple[str, ...] = ()
    """Ids of the articles in use that state that they correct it."""
    purged: bool = False


def flags_of(
    cited: Mapping[str, int | None], standing: Mapping[str, Standing], stated: Mapping[str, Collection[str]]
) -> tuple[Flag, ...]:
    """The flags of an answer, in the order of the articles cited.

    `cited`: article id → the revision cited, None where the answer does not say. `standing`: of the cited articles;
    one that the archive does not have gets no flags. `stated`: article id → the corrections that the answer names.
    """
    found: list[Flag] = []
    for article_id, revision in cited.items():
        now = standing.get(article_id)
        if now is None:
            continue
        if now.purged:
            found.append(Flag("purged", article_id, detail=now.withdrawn_reason))
            continue
        if now.withdrawn:
            found.append(Flag("withdrawn", article_id, detail=now.withdrawn_reason))
        if revision is not None and now.revision > revision:
            detail = f"revision {revision} is cited, {now.revision} is the current one"
            found.append(Flag("revised", article_id, detail=detail))
        unstated = (by for by in now.corrections if by not in stated.get(article_id, ()))
        found += [Flag("corrected", article_id, by=by) for by in unstated]
    return tuple(found)
