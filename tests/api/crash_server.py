"""Serves an archive with the encoder and the reader that a person can compute; made to be killed.

python crash_server.py HOME PORT
"""

import sys
from pathlib import Path

import uvicorn

from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.index.archive import Archive
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.verification.support import WordSupport
from tests.articles import FAKE, READER


def open_services(home: Path) -> Services:
    archive = Archive(home, create=True)
    searcher = Searcher(archive, FAKE)
    return Services(archive, searcher, Answerer(searcher, READER), WordSupport)


if __name__ == "__main__":
    uvicorn.run(
        create_app(lambda: open_services(Path(sys.argv[1]))), port=int(sys.argv[2]), log_level="error", access_log=False
    )
