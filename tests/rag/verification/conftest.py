"""Sentences as the verification reads them."""

from collections.abc import Callable
from datetime import date

import pytest

from dateline.rag.language.analyser import Analyser
from dateline.rag.language.pipeline import SpacyParser
from dateline.rag.verification.sentence import Sentence

Read = Callable[..., list[Sentence]]
PUBLISHED = date(2021, 8, 9)


@pytest.fixture(scope="session")
def read() -> Read:
    """Analyses sentences as they are in an article of Monday, 9 August 2021."""
    analyser = Analyser(SpacyParser())

    def analysed(*sentences: str) -> list[Sentence]:
        found = analyser.analyse_all(sentences)
        return [Sentence(text, one, PUBLISHED) for text, one in zip(sentences, found, strict=True)]

    return analysed
