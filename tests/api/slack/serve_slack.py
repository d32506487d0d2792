"""Serves the Slack app over a small archive, with the encoder and the reader that a person can compute; to be killed.

python serve_slack.py HOME PORT SLACK_API_URL
"""

import sys
from pathlib import Path

import uvicorn

from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.api.slack.app import open_slack
from dateline.api.slack.settings import SlackSettings
from dateline.index.archive import Archive
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.verification.support import WordSupport
from tests.api.slack.people import SECRET
from tests.api.slack.stand_in import TOKEN
from tests.articles import FAKE, READER

WORKERS = 20


def open_services(home: Path) -> Services:
    archive = Archive(home, create=True)
    searcher = Searcher(archive, FAKE)
    return Services(archive, searcher, Answerer(searcher, READER), WordSupport)


if __name__ == "__main__":
    home, port, url = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    given = {"bot_token": TOKEN, "signing_secret": SECRET, "api_url": url, "workers": WORKERS, "queue": 5_000}
    settings = SlackSettings(**given)  # type: ignore[arg-type]
    app = create_app(lambda: open_services(home), slack=lambda services: open_slack(services, settings, home))
    uvicorn.run(app, port=port, log_level="critical", access_log=False, ws="none")
