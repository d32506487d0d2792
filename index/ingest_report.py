"""What an ingest run did: record by record, in all, and how far it is. Knows nothing of how it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dateline.index.article import Problem, RemovedLine

MOST_LINES = 1_000
"""Lines of page furniture that a report keeps word for word; further ones are counted."""

TakenKind = Literal["added", "revised", "unchanged", "withdrawn", "kept out", "failed"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one record, or of what can't be one."""

    path: str
    line: int | None
    kind: TakenKind | None
    """`kept out`: a page that is only a notice or a survey. `withdrawn`: its provider took it back. None: nothing but a
    warning about the input."""
    article_id: str | None = None
    """None where no article was made of it."""
    passages: int = 0
    """New ones."""
    problems: tuple[Problem, ...] = ()
    removed: tuple[RemovedLine, ...] = ()
    """Page furniture that was kept out of the text of a new revision."""
    unread_language: str | None = None
    """The language of a new revision that the encoder doesn't read, so that it is found by its words alone."""
    embargo: datetime | None = None
    """Until when a new revision is held back."""


@dataclass(slots=True)
class Report:
    """What an ingest run did. Counts are of articles."""

    added: int = 0
    revised: int = 0
    unchanged: int = 0
    kept_out: int = 0
    """Pages that are only a notice or a survey."""
    failed: int = 0
    withdrawn: int = 0
    """Articles that their provider took back."""
    passages: int = 0
    """New passages."""
    removed: int = 0
    """Lines of page furniture that were kept out of the texts."""
    removed_lines: list[tuple[str, RemovedLine]] = field(default_factory=list)
    """The first `MOST_LINES` of them, each with the id of its article."""
    unread_languages: dict[str, int] = field(default_factory=dict)
    """New articles in languages that the encoder doesn't read, by ISO 639-1 code; they are found by words alone."""
    embargoed: int = 0
    """New articles that are held back."""
    stopped: bool = False
    """Whether the run was asked to stop before the end; running it again goes on from there."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Records dealt with."""
        return self.added + self.revised + self.unchanged + self.withdrawn + self.kept_out + self.failed

    def count(self, taken: Taken) -> None:
        """Take in what became of one record."""
        match taken.kind:
            case "added":
                self.added += 1
            case "revised":
                self.revised += 1
            case "unchanged":
                self.unchanged += 1
            case "withdrawn":
                self.withdrawn += 1
            case "kept out":
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
    """Handed to the callback after every batch; what it counts is durable."""

    done: int
    total: int
    taken: tuple[Taken, ...]
    """The records of this batch, in their order."""

    @property
    def stored(self) -> tuple[str, ...]:
        """Ids of the articles of this batch that are now on disk."""
        return tuple(one.article_id for one in self.taken if one.article_id and one.kind in ("added", "revised"))
