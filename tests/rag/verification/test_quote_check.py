import pytest

from dateline.rag.verification.quote_check import misquoted

SOURCE = "“We didn’t close the bridge, because it\nwas safe,” Ada Lorne said. The paper calls it a ‘trap’."


@pytest.mark.parametrize(
    "sentence",
    [
        "Lorne said: “We didn't close the bridge.”",
        'Lorne said, "it was safe."',
        "It is a “trap”, the paper writes.",
        "“Because it was safe,” said Lorne.",
        "“We didn’t … because it was safe,” she said.",
        "Nobody's bridge was closed.",
    ],
)
def test_verbatim(sentence: str) -> None:
    assert misquoted(sentence, ["Other words.", SOURCE]) is None


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Lorne said: “We did close the bridge.”", "We did close the bridge."),
        ("Lorne said: “it was unsafe”.", "it was unsafe"),
        ("Lorne said the bridge was “safe” and “sound”.", "sound"),
        ("“It was safe … close the bridge,” she said.", "It was safe … close the bridge,"),
        ("She called it a “rap”.", "rap"),
    ],
)
def test_not_verbatim(sentence: str, words: str) -> None:
    assert misquoted(sentence, [SOURCE]) == words


def test_a_quotation_must_be_in_a_single_source() -> None:
    assert misquoted("“We left … at noon.”", ["We left early.", "It was at noon."]) is not None
    assert misquoted("“We left,” and “at noon”.", ["We left early.", "It was at noon."]) is None
