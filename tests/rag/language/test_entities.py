import pytest

from dateline.rag.language.analyser import Analyser


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Mayor Lucille Abernathy met President Ashraf Ghani.", ["Lucille Abernathy", "Ashraf Ghani"]),
        ("The fighters left the city of Kunduz on Tuesday.", ["Kunduz"]),
        ("Beata Lindqvist’s letter went to the United Nations.", ["Beata Lindqvist", "United Nations"]),
        ("The Maid of Corran sank in June.", ["Maid of Corran"]),
        ("It rained in the morning.", []),
    ],
)
def test_names_are_without_titles_articles_and_endings(sentence: str, names: list[str], analyser: Analyser) -> None:
    assert [one.span.of(sentence) for one in analyser.analyse(sentence).entities] == names


def test_a_name_has_its_type(analyser: Analyser) -> None:
    (one,) = analyser.analyse("It rained in France.").entities
    assert one.label == "GPE"
