"""A scripted conversation of 40 messages in three channels goes as docs/slack-transcript.md says."""

from pathlib import Path

from tests.api.slack.scripted import transcript
from tests.api.slack.stand_in import StandIn

DOCS = Path(__file__).resolve().parents[3] / "docs" / "slack-transcript.md"


def test_the_conversation_goes_as_the_docs_say(slack: StandIn, tmp_path: Path) -> None:
    found = transcript(slack, tmp_path / "home").splitlines()
    assert found == DOCS.read_text("utf-8").splitlines()
