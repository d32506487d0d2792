import pytest

from rag.support_opposite import MOST, opposites


@pytest.mark.parametrize(
    ("claim", "turned"),
    [
        ("The bridge was not closed.", ["The bridge was closed."]),
        ("The bridge wasn’t closed.", ["The bridge was closed."]),
        ("They cannot leave.", ["They can leave."]),
        ("They can't leave.", ["They can leave."]),
        ("The bridge was closed.", ["The bridge was not closed."]),
        (
            "He did not say that it would close.",
            ["He did say that it would close.", "He did not say that it would not close."],
        ),
        ("It was never closed.", []),
        ("There is no bridge.", []),
        ("Is it closed?", []),
        ("Engineers closed the bridge.", []),
    ],
)
def test_a_not_is_put_in_or_taken_out(claim: str, turned: list[str]) -> None:
    assert opposites(claim, "Nobody else was there.") == turned


def test_no_more_than_are_read() -> None:
    assert len(opposites("It is here, he was here, they were here, and she has been heard.", "No.")) == MOST


def test_where_nothing_is_denied_there_is_nothing_to_weigh() -> None:
    said = "The notable knot was untied."
    assert opposites("The knot was tied.", said) == []
    assert opposites("The knot was not tied.", said) == ["The knot was tied."]
    assert opposites("The knot was tied.", "It wasn’t tied.") == ["The knot was not tied."]
