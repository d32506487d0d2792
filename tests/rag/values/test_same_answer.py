import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.values.same_answer import ShortAnswerType, answer_type, differs, same_answer


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("22", "number"),
        ("at least twenty-two people", "number"),
        ("$3 million", "number"),
        ("3 October 2015", "date"),
        ("October 3", "date"),
        ("in 2015", "date"),
        ("Saturday", "date"),
        ("May 2015", "date"),
        ("late on Monday", "date"),
        ("Anna Berg", "name"),
        ("the mayor of Larkfield, Anna Berg", "name"),
        ("Kunduz, northern Afghanistan", "name"),
        ("a large fire", "other"),
        ("they may leave", "other"),
        ("", "other"),
    ],
)
def test_answer_type(text: str, kind: ShortAnswerType) -> None:
    assert answer_type(text) == kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at least 22", "twenty-two"),
        ("22 people", "22"),
        ("22 people", "22 dead"),
        ("some 370,000", "374,000 inhabitants"),
        ("more than 20", "22"),
        ("three days", "72 hours"),
        ("15 km", "9.3 miles"),
        ("25%", "25 percent"),
        ("3 October 2015", "October 3"),
        ("2015-10-03", "3 October 2015"),
        ("2015", "October 2015"),
        ("Saturday", "3 October"),
        ("Kunduz", "Kunduz, northern Afghanistan"),
        ("the defense minister", "acting defense minister Bismillah Khan"),
        ("Bismillah Khan", "Gen. Bismillah Khan Mohammadi"),
        ("Anna Berg", "Berg"),
        ("United Nations", "the UN"),
        ("a fire", "a large fire"),
        ("flooding", "floods"),
        ("the Taliban", "Taliban fighters"),
    ],
)
def test_same_answers_do_not_differ(one: str, other: str) -> None:
    assert same_answer(one, other)
    assert same_answer(other, one)
    assert not differs(one, other)
    assert not differs(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("22", "42"),
        ("270,000", "374,000"),
        ("some 270,000", "374,000 inhabitants"),
        ("$3 million", "$5 million"),
        ("October 3", "October 5"),
        ("March 3", "April 3"),
        ("2015", "2016"),
        ("May 2015", "May 2016"),
        ("Abdul Wali", "Mohammad Omar"),
        ("Kabul", "Kandahar"),
    ],
)
def test_clearly_different_answers(one: str, other: str) -> None:
    assert differs(one, other)
    assert differs(other, one)
    assert not same_answer(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the mayor", "Anna Berg"),  # of different kinds
        ("22", "the mayor"),
        ("22 dead", "37 wounded"),  # of different things
        ("20", "20 percent"),
        ("$3 million", "3 million euros"),
        ("heavy rain", "a fire"),  # both may be causes
        ("Abdul Wali", "Abdul Ghani"),  # a name in common
        ("2-1", "3-1"),
    ],
)
def test_neither_same_nor_different(one: str, other: str) -> None:
    assert not same_answer(one, other)
    assert not differs(one, other)


ANSWERS = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from(
            [
                "22",
                "October",
                "3",
                "2015",
                "Saturday",
                "Anna",
                "Berg",
                "the",
                "mayor",
                "$3",
                "million",
                "percent",
                "dead",
                "%",
                "-",
                "May",
                "99",
                "km",
            ]
        ),
        max_size=8,
    ).map(" ".join),
)


@given(ANSWERS, ANSWERS)
def test_symmetric_reflexive_and_never_both(one: str, other: str) -> None:
    assert same_answer(one, one)
    assert same_answer(one, other) == same_answer(other, one)
    assert differs(one, other) == differs(other, one)
    assert not (same_answer(one, other) and differs(one, other))
