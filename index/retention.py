"""Retention: erases old answers, their feedback, and turns of conversations.

Knows nothing of the retention period.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from dateline.index.archive import Archive
from dateline.index.database import scrub, storage_errors
from dateline.index.schema import answers, cited_articles, feedback, turns


def erase_answers_before(archive: Archive, moment: datetime) -> int:
    """Erase all answers given before `moment`, with their feedback and turns; returns how many.

    When this returns, their text is in no file of the archive. Raises `BusyError` if others keep reading them.
    """
    old = select(answers.c.id).where(answers.c.created < moment.isoformat())
    with storage_errors("the archive"), archive.writing.begin() as connection:
        for table in (feedback, turns, cited_articles):
            connection.execute(delete(table).where(table.c.answer_id.in_(old)))
        erased = connection.execute(delete(answers).where(answers.c.created < moment.isoformat())).rowcount
    scrub(archive.engine)  # also where nothing was erased: it may have failed the last time
    return erased
