"""Outcome of an ingest run: of each record, in total, and its progress. Knows nothing of how it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dateline.index.article import Problem, RemovedLine

MOST_LINES = 1_000
"""Removed lines that a report lists; further ones are only counted."""

TakenKind = Literal["added", "revised", "unchanged", "withdrawn", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Taken:
    """The outcome of one record, or of a problem in place of one."""

    path: str
    line: int | None
    kind: TakenKind | None
    """`skipped`: a page that is only a notice or a survey. `withdrawn`: its provider withdrew it. None: only a warning
    about the input."""
    article_id: str | None = None
    """None if it gave no article."""
    passages: int = 0
    """New passages."""
    problems: tuple[Problem, ...] = ()
    removed: tuple[RemovedLine, ...] = ()
    """Page furniture that was removed from the text of a new revision."""
    unread_language: str | None = None
    """The language of a new revision that the encoder doesn't support, so that only its words are searched."""
    embargo: datetime | None = None
    """End of the embargo of a new revision."""


@dataclass(slots=True)
class Report:
    """Totals of an ingest run, in articles."""

    added: int = 0
    revised: int = 0
    unchanged: int = 0
    kept_out: int = 0
    """Pages that are only a notice or a survey."""
    failed: int = 0
    withdrawn: int = 0
    """Articles that their provider withdrew."""
    passages: int = 0
    """New passages."""
    removed: int = 0
    """Lines of page furniture that were removed."""
    removed_lines: list[tuple[str, RemovedLine]] = field(default_factory=list)
    """The first `MOST_LINES` of them, each with the id of its article."""
    unread_languages: dict[str, int] = field(default_factory=dict)
    """New articles in languages that the encoder doesn't support, by ISO 639-1 code; only their words are searched."""
    embargoed: int = 0
    """New articles under an embargo."""
    stopped: bool = False
    """Whether the run was stopped before its end; running it again continues."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Processed records."""
        return self.added + self.revised + self.unchanged + self.withdrawn + self.kept_out + self.failed

    def count(self, taken: Taken) -> None:
        """Add the outcome of one record."""
        match taken.kind:
            case "added":
                self.added += 1
            case "revised":
                self.revised += 1
            case "unchanged":
                self.unchanged += 1
            case "withdrawn":
                self.withdrawn += 1
            case "skipped":
                self.kept_out += 1
            case "failed":
                self.failed += 1
        self.passages += taken.passages
        self.problems += taken.problems
        self.removed += len(taken.removed)
        room = MOST_LINES - len(self.removed_lines)
        self.removed_lines += [(taken.article_id or "", line) for line in taken.removed[:room]]
        if (language := taken.unread_language) is not None:
            self.unread_languages[language] = self.unread_languages.get(language, 0) + 1
        self.embargoed += taken.embargo is not None


@dataclass(frozen=True, slots=True)
class Progress:
    """Passed to the callback after every batch; what it counts is durable."""

    done: int
    total: int
    taken: tuple[Taken, ...]
    """The records of this batch, in order."""

    @property
    def stored(self) -> tuple[str, ...]:
        """Ids of the articles of this batch that are now on disk."""
        return tuple(one.article_id for one in self.taken if one.article_id and one.kind in ("added", "revised"))
