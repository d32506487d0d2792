import pytest

from dateline.rag.language.analyser import Analyser
from dateline.rag.language.quantities import Quantity


def only(sentence: str, analyser: Analyser) -> Quantity:
    (quantity,) = analyser.analyse(sentence).quantities
    return quantity


@pytest.mark.parametrize(
    ("sentence", "kind", "value", "unit", "words"),
    [
        ("The mill has 22 looms.", "count", 22, None, "22"),
        ("At least twenty-two looms burned.", "count", 22, None, "At least twenty-two"),
        ("The town sold 374,000 bags.", "count", 374_000, None, "374,000"),
        ("Two hundred and six sheep were lost.", "count", 206, None, "Two hundred and six"),
        ("Half a dozen boats were lost.", "count", 6, None, "Half a dozen"),
        ("The town raised $3 million.", "money", 3e6, "USD", "$3 million"),
        ("The town raised £2bn.", "money", 2e9, "GBP", "£2bn"),
        ("The fence cost 40 euros.", "money", 40, "EUR", "40 euros"),
        ("Turnout fell by 20 percent.", "percent", 20, "percent", "20 percent"),
        ("Turnout fell by 20 per cent.", "percent", 20, "percent", "20 per cent"),
        ("Support rose by three percentage points.", "percent", 3, "percentage point", "three percentage points"),
        ("They walked about nine miles.", "measure", 9, "mile", "about nine miles"),
        ("It covers 3 square kilometres.", "measure", 3, "square kilometre", "3 square kilometres"),
        ("The wind reached 90 miles per hour.", "measure", 90, "mile per hour", "90 miles per hour"),
        ("The debate lasted two and a half hours.", "duration", 2.5, "hour", "two and a half hours"),
        ("Two-thirds of the members voted.", "fraction", 2 / 3, None, "Two-thirds"),
        ("One in three members voted.", "fraction", 1 / 3, None, "One in three"),
    ],
)
def test_a_number_has_its_kind_its_unit_and_its_words(
    sentence: str, kind: str, value: float, unit: str | None, words: str, analyser: Analyser
) -> None:
    found = only(sentence, analyser)
    assert (found.kind, found.unit.name if found.unit else None) == (kind, unit)
    assert found.value == pytest.approx(value)
    assert found.span.of(sentence) == words


@pytest.mark.parametrize(
    ("sentence", "low", "high"),
    [
        ("Between 20 and 30 boats were lost.", 20, 30),
        ("The club lost 20 to 30 boats.", 20, 30),
        ("The trip takes five to six hours.", 5, 6),
        ("Dozens of boats were lost.", 24, 12 * 9.99),
        ("Several hundred boats were lost.", 200, 999),
        ("Tens of thousands of people fled.", 20_000, 99_900),
    ],
)
def test_ranges_and_vague_numbers_have_two_ends(sentence: str, low: float, high: float, analyser: Analyser) -> None:
    found = only(sentence, analyser)
    assert found.value == pytest.approx(low)
    assert found.upper == pytest.approx(high)


def test_from_one_number_to_another_is_a_change_not_a_range(analyser: Analyser) -> None:
    sentence = "The fare rose from $7 to $9."
    assert [(one.value, one.upper) for one in analyser.analyse(sentence).quantities] == [(7, None), (9, None)]


@pytest.mark.parametrize(
    ("sentence", "counted", "lemma"),
    [
        ("Divers found eight bodies in the saloon.", "bodies", "body"),
        ("The army lost 40 border police officers.", "border police officers", "officer"),
        ("Dozens of homes were flooded.", "homes", "home"),
        ("Five of the ferries were old.", "ferries", "ferry"),
        ("The death toll rose to 22 on Thursday.", "death toll", "toll"),
        ("She sailed with a crew of five.", "crew", "crew"),
        ("About 20 percent of voters stayed at home.", "voters", "voter"),
    ],
)
def test_what_is_counted_is_the_noun_that_the_number_belongs_to(
    sentence: str, counted: str, lemma: str, analyser: Analyser
) -> None:
    found = only(sentence, analyser)
    assert found.counted is not None
    assert (found.counted.of(sentence), found.counted_lemma) == (counted, lemma)


@pytest.mark.parametrize(
    ("sentence", "value", "whose"),
    [
        ("Okoro, 16, won the last game.", 16, "Okoro"),
        ("Tamsin Okoro (16) won the last game.", 16, "Tamsin Okoro"),
        ("The 44-year-old mayor resigned.", 44, "mayor"),
        ("The mayor is 44 years old.", 44, "mayor"),
        ("Lindqvist was 81.", 81, "Lindqvist"),
        ("He died at age 61.", 61, "He"),
    ],
)
def test_an_age_belongs_to_a_person(sentence: str, value: float, whose: str, analyser: Analyser) -> None:
    found = only(sentence, analyser)
    assert found.counted is not None
    assert (found.kind, found.value, found.counted.of(sentence)) == ("age", value, whose)


def test_eight_more_are_additional(analyser: Analyser) -> None:
    assert only("Divers found eight more bodies.", analyser).more
    assert not only("Divers found eight bodies.", analyser).more


@pytest.mark.parametrize(
    "sentence",
    [
        "The ferry sank on 12 June 2018.",
        "The market opens at 8 a.m. on Monday.",
        "Albion won 2-1.",
        "She resigned on move 18.",
        "The Boeing 737 landed safely.",
        "He came first in the race.",
        "No one was hurt.",
        "Bread costs three times the old price.",
    ],
)
def test_dates_scores_names_and_ordinals_are_no_quantities(sentence: str, analyser: Analyser) -> None:
    assert analyser.analyse(sentence).quantities == ()


def test_amounts_are_compared_in_base_units(analyser: Analyser) -> None:
    miles, kilometres = only("It is two miles away.", analyser), only("It is 3.2 km away.", analyser)
    assert miles.in_base_unit()[0] == pytest.approx(2 * 1609.344)
    assert kilometres.in_base_unit()[0] == pytest.approx(3.2 * 1000)
    assert only("It was 212 degrees Fahrenheit.", analyser).in_base_unit()[0] == pytest.approx((212 - 32) / 1.8)
