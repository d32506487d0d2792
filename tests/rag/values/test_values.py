import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.values.figures import values_in
from dateline.rag.values.value import Value, comparable, same_figure

YEAR = 365.25 * 86_400


def only(sentence: str) -> Value:
    (value,) = values_in(sentence)
    return value


@pytest.mark.parametrize(
    ("sentence", "number", "unit", "text"),
    [
        ("The mill has 22 looms.", 22, None, "22"),
        ("At least twenty-two looms burned.", 22, None, "At least twenty-two"),
        ("It sold 374,000 bags.", 374_000, None, "374,000"),
        ("Some 270,000 came.", 270_000, None, "Some 270,000"),
        ("The town raised $3 million.", 3_000_000, "USD", "$3 million"),
        ("The town raised £2bn.", 2_000_000_000, "GBP", "£2bn"),
        ("The town raised $1.5m.", 1_500_000, "USD", "$1.5m"),
        ("About 1.5m people came.", 1_500_000, None, "About 1.5m"),
        ("It drew 3.5 million visitors.", 3_500_000, None, "3.5 million"),
        ("It cost 40 euros.", 40, "EUR", "40 euros"),
        ("Turnout fell to 20 percent.", 20, "percent", "20 percent"),
        ("Turnout fell to 20 per cent.", 20, "percent", "20 per cent"),
        ("Turnout fell to 20%.", 20, "percent", "20%"),
        ("The road is 15 km long.", 15_000, "metre", "15 km"),
        ("The road is 15km long.", 15_000, "metre", "15km"),
        ("The wall is 15m high.", 15, "metre", "15m"),
        ("They walked nine miles.", 9 * 1609.344, "metre", "nine miles"),
        ("It covers 3 square kilometres.", 3e6, "square metre", "3 square kilometres"),
        ("It took two and a half hours.", 2.5 * 3600, "second", "two and a half hours"),
        ("It took two-and-a-half years.", 2.5 * YEAR, "second", "two-and-a-half years"),
        ("It took two and half years.", 2.5 * YEAR, "second", "two and half years"),
        ("It took 6 1/2 years.", 6.5 * YEAR, "second", "6 1/2 years"),
        ("It sold 2½ million bags.", 2_500_000, None, "2½ million"),
        ("It reached 50 degrees Fahrenheit.", 10, "celsius", "50 degrees Fahrenheit"),
        ("Gusts reached 36 km/h.", 10, "metre per second", "36 km/h"),
        ("A dozen looms burned.", 12, None, "A dozen"),
        ("Two dozen looms burned.", 24, None, "Two dozen"),
        ("Half a million bags burned.", 500_000, None, "Half a million"),
        ("A hundred and twenty bags burned.", 120, None, "A hundred and twenty"),
        ("Three hundred thousand bags burned.", 300_000, None, "Three hundred thousand"),
        ("The siege lasted 15 days.", 15 * 86_400, "second", "15 days"),
        ("A 52-year-old man spoke.", 52 * YEAR, "second", "52-year-old"),
        ("She was aged 52.", 52 * YEAR, "second", "52"),
    ],
)
def test_a_figure_is_read(sentence: str, number: float, unit: str | None, text: str) -> None:
    value = only(sentence)
    assert value.number == pytest.approx(number)
    assert (value.unit, value.text) == (unit, text)
    assert value.span.of(sentence) == text


@pytest.mark.parametrize(
    ("sentence", "low", "high", "unit"),
    [
        ("Between 20 and 30 boats sank.", 20, 30, None),
        ("It takes 20 to 30 boats.", 20, 30, None),
        ("From 20 to 30 boats sank.", 20, 30, None),
        ("Some 20-30 people came.", 20, 30, None),
        ("It takes two to three weeks.", 14 * 86_400, 21 * 86_400, "second"),
        ("It grew 10-15%.", 10, 15, "percent"),
        ("It cost $10 to $20 million.", 10e6, 20e6, "USD"),
        ("Two or three boats sank.", 2, 3, None),
    ],
)
def test_a_range_is_one_figure(sentence: str, low: float, high: float, unit: str | None) -> None:
    value = only(sentence)
    assert (value.number, value.upper, value.unit) == (low, high, unit)


def test_a_rise_is_two_figures() -> None:
    assert [value.number for value in values_in("The toll rose from 22 to 42.")] == [22, 42]


@pytest.mark.parametrize(
    "sentence",
    [
        "It opened in 2015.",
        "The 2015 vote was close.",
        "It opened on 3 October.",
        "It opened on August 31.",
        "It opened on Aug. 31, 2021.",
        "It opened on 3 October 2015.",
        "After 9/11 it closed.",
        "A Boeing 737 landed.",
        "He had Covid-19.",
        "The Group of Seven met.",
        "The G7 met.",
        "The Final Four met.",
        "Flight 370 is lost.",
        "An F-16 crashed.",
        "They met at 10 a.m. in the hall.",
        "They met at 10:30.",
        "Anna Berg, 52, spoke.",
        "Larkfield won 2-1.",
        "The 2015-16 season began.",
        "It was the 31st time.",
        "The twenty-first man left.",
        "Two-thirds of it burned.",
        "In the 1990s it closed.",
        "He is in his 20s.",
        "Hundreds of boats sank.",
        "Several hundred boats sank.",
        "It is a multi-million business.",
        "One of them spoke.",
        "Her loved one was hurt.",
        "No one was hurt.",
        "One day it may reopen.",
        "No figures here, no numbers.",
        "1. The first rule",
    ],
)
def test_dates_names_ordinals_and_the_vague_are_no_figures(sentence: str) -> None:
    # "One day" is a length of time by its words alone; nothing else may be read.
    assert [value.text for value in values_in(sentence)] in ([], ["One day"])


@pytest.mark.parametrize(
    ("sentence", "counted"),
    [
        ("22 people were killed and 37 wounded.", [(22, "dead"), (37, "injured")]),
        ("The blast killed 22 people and wounded 37.", [(22, "dead"), (37, "injured")]),
        ("At least 22 died.", [(22, "dead")]),
        ("The fire left 22 people dead and 37 others injured.", [(22, "dead"), (37, "injured")]),
        ("22 bodies were found.", [(22, "dead")]),
        ("At least nine flood-related deaths were reported.", [(9, "dead")]),
        ("The death toll rose to 42 on Monday.", [(42, "dead")]),
        ("The toll, officials said, now stands at 42.", [(42, "dead")]),
        ("Three members of the river police died.", [(3, "dead")]),
        ("30 injured people were brought in.", [(30, "injured")]),
        ("22 people, including 3 children, were killed.", [(22, "dead"), (3, "dead")]),
        ("Two gunmen killed 37 people.", [(2, "fighters"), (37, "dead")]),
        ("Troops killed 40 rebels.", [(40, "dead")]),
        ("One person was killed.", [(1, "dead")]),
        ("Another 5 people died.", [(5, "more dead")]),
        ("They sold 5 more boats.", [(5, "more boat")]),
        ("Some 5 people were added to the list.", [(5, "more person")]),
        ("Belts saved nearly 5 lives.", [(5, "rescued")]),
        ("The fire took 5 lives.", [(5, "dead")]),
        ("Five people are missing.", [(5, "missing")]),
        ("Police arrested 12 people and 3 officers were hurt.", [(12, "arrested"), (3, "injured")]),
        ("The flood displaced more than 20,000.", [(20_000, "displaced")]),
        ("A city of 270,000 people.", [(270_000, "inhabitants")]),
        ("It has 374,000 inhabitants.", [(374_000, "inhabitants")]),
        ("It is home to more than 300,000.", [(300_000, "inhabitants")]),
        ("The population was put at 250,000.", [(250_000, "inhabitants")]),
        ("About 50 foreign soldiers came.", [(50, "soldiers")]),
        ("Five provinces fell.", [(5, "province")]),
        ("They hold 3 of 5 districts.", [(3, "district"), (5, "district")]),
        ("The number of looms rose to 40.", [(40, "loom")]),
        ("A 20-member council met.", [(20, "member")]),
        ("Nine deaths in two states followed.", [(9, "dead"), (2, "state")]),
        ("Some 20 percent of voters stayed away.", [(20, "voter")]),
        ("It had 60% of the grain trade and more.", [(60, "trade")]),
        ("$3 million in aid was spent.", [(3_000_000, "aid")]),
        ("Two men and three women were hurt.", [(2, "injured"), (3, "injured")]),
        ("A blast killed 22 people and three horses.", [(22, "dead"), (3, "dead")]),
        ("22 people were killed and 2,000 are without power.", [(22, "dead"), (2_000, None)]),
        ("A quake of 7.6 killed 22 people.", [(7.6, None), (22, "dead")]),
        ("22", [(22, None)]),
        ("one", [(1, None)]),
    ],
)
def test_what_is_counted(sentence: str, counted: list[tuple[float, str | None]]) -> None:
    assert [(value.number, value.of) for value in values_in(sentence)] == counted


@pytest.mark.parametrize(
    ("sentence", "approximate"),
    [
        ("At least 22 boats sank.", "at least"),
        ("No fewer than 22 boats sank.", "at least"),
        ("More than 22 boats sank.", "more than"),
        ("Over 22 boats sank.", "more than"),
        ("Up to 22 boats sank.", "at most"),
        ("As many as 22 boats sank.", "at most"),
        ("Fewer than 22 boats sank.", "less than"),
        ("Nearly 22 boats sank.", "about"),
        ("An estimated 22 boats sank.", "about"),
        ("22 or more boats sank.", "at least"),
        ("22 boats sank.", ""),
    ],
)
def test_the_words_that_qualify(sentence: str, approximate: str) -> None:
    assert only(sentence).approximate == approximate


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("22", "twenty-two", True),
        ("22", "42", False),
        ("at least 22", "22 people", True),
        ("at least 22", "20", False),
        ("at least 22", "42", False),
        ("more than 20", "22", True),
        ("more than 20", "26", False),  # 20 × 1.25 = 25
        ("fewer than 20", "16", True),  # 20 × 0.75 = 15
        ("fewer than 20", "22", False),
        ("370,000", "374,000", False),
        ("some 370,000", "374,000", True),
        ("about 270,000", "374,000", False),
        ("between 20 and 30", "25", True),
        ("20 to 30", "28 to 40", True),
        ("20 to 30", "31", False),
        ("15 km", "9.3 miles", True),
        ("15 km", "12 miles", False),
        ("a day", "24 hours", False),  # "a day" has no number
        ("two weeks", "14 days", True),
        ("$3 million", "3 million dollars", True),
        ("$3 million", "3 million euros", False),
        ("20%", "20", False),
        ("22 dead", "22 wounded", False),
        ("22 people were killed", "22 soldiers were killed", False),
        ("another 22 people died", "22 people died", False),
    ],
)
def test_same(one: str, other: str, expected: bool) -> None:
    values, others = values_in(one), values_in(other)
    found = any(same_figure(a, b) for a in values for b in others)
    assert found is expected


def test_only_what_counts_the_same_is_comparable() -> None:
    dead, wounded = values_in("22 people were killed and 37 wounded.")
    (children,) = values_in("Three children were killed.")
    (toll,) = values_in("The death toll rose to 42.")
    (bare,) = values_in("42")
    (share,) = values_in("42%")
    assert comparable(dead, toll)
    assert comparable(dead, bare)
    assert not comparable(dead, wounded)
    assert not comparable(dead, children)
    assert not comparable(bare, share)


PIECES = re.findall(
    r"\S+",
    "22 twenty-two 374,000 $3 US$ €5 million 20% 15 km a dozen hundred half two and a half people were killed , wounded "
    "2015 October 3 to - between and at least about 1.5m . 1.2.3 -4 £ ’ 0 99999999999999999999 one % °C ( ) including",
)
SENTENCES = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))


@given(SENTENCES)
def test_spans_are_within_any_text_and_in_order(sentence: str) -> None:
    values = values_in(sentence)
    ends = [0]
    for value in values:
        assert 0 <= value.span.start < value.span.end <= len(sentence)
        assert value.text == value.span.of(sentence)
        assert ends[-1] <= value.span.start
        ends.append(value.span.end)


@given(SENTENCES, SENTENCES)
def test_sameness_is_symmetric_and_reflexive(one: str, other: str) -> None:
    for a in values_in(one):
        assert same_figure(a, a)
        for b in values_in(other):
            assert same_figure(a, b) == same_figure(b, a)
            assert comparable(a, b) == comparable(b, a)
