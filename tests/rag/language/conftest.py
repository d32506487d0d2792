"""The analyser shared by the tests of rag.language, since loading the pipeline takes a second."""

import pytest

from dateline.rag.language.analyser import Analyser
from dateline.rag.language.pipeline import SpacyParser


@pytest.fixture(scope="session")
def parser() -> SpacyParser:
    return SpacyParser()


@pytest.fixture(scope="session")
def analyser(parser: SpacyParser) -> Analyser:
    return Analyser(parser)
