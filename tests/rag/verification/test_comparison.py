"""What a claim has otherwise than the sentences that it rests on: typed differences, on sentences of news."""

import pytest

from dateline.rag.verification.comparison import Comparison, compare
from dateline.rag.verification.sentence import fold, folded_words, nearest
from tests.rag.verification.conftest import Read

MATCH = (
    "Tamsin Okoro, 16, won the Candlemas Open on Sunday.",
    "Lidia Brandvold had beaten Tamsin Okoro in round four.",
    "Joao Lund scored after four minutes, and Bram Tulloch made it two from the penalty spot in the 31st minute.",
    "Niall Farrow got a goal back in the 74th minute.",
)
WAR = (
    "The Taliban entered Kunduz on Sunday, Aug. 8, and government forces withdrew to the airport.",
    "Officials said the government would build a cold store beside the airport.",
    "Nearly all of the districts in Takhar went over to the rebels within a few days.",
    "The wreck lies in 38 metres of water, and 22 people are dead.",
)


def differ(read: Read, claim: str, *evidence: str) -> tuple[Comparison, list[tuple[str, str, str | None]]]:
    own, *told = read(claim, *evidence)
    comparison, found = compare(own, told, nearest(own, told))
    return comparison, [(one.kind, one.span.of(claim), one.instead) for one in found]


@pytest.mark.parametrize(
    "claim",
    [
        "Okoro, 16, won the Candlemas Open on Sunday.",
        "The Candlemas Open was won by Tamsin Okoro.",
        "Okoro had been beaten by Brandvold in round four.",
        "Bram Tulloch made it two from the penalty spot.",
    ],
)
def test_true_in_other_words(read: Read, claim: str) -> None:
    comparison, found = differ(read, claim, *MATCH)
    assert found == []
    assert (comparison.missing_names, comparison.replaced, comparison.negation) == (0, 0, 0)


@pytest.mark.parametrize(
    ("claim", "difference"),
    [
        ("Tamsin Okoro, 17, won the Candlemas Open on Sunday.", ("quantity", "17", "16")),
        (
            "Tamsin Okoro had beaten Lidia Brandvold in round four.",
            (
                "role",
                "Tamsin Okoro had beaten Lidia Brandvold in round four",
                "Lidia Brandvold had beaten Tamsin Okoro in round four",
            ),
        ),
        ("Tamsin Okoro did not win the Candlemas Open.", ("negation", "did not win", "won")),
    ],
)
def test_who_and_whom(read: Read, claim: str, difference: tuple[str, str, str]) -> None:
    assert difference in differ(read, claim, *MATCH)[1]


@pytest.mark.parametrize(
    ("claim", "difference"),
    [
        ("The wreck lies in 22 metres of water.", ("quantity", "22 metres", "38 metres")),
        ("The Taliban entered Kunduz on Friday, Aug. 6.", ("time", "Friday, Aug. 6", "Sunday, Aug. 8")),
        ("The government has built a cold store beside the airport.", ("modality", "has built", "would build")),
        (
            "All of the districts in Takhar went over to the rebels.",
            ("quantifier", "All of the districts", "Nearly all of the districts"),
        ),
    ],
)
def test_figures_times_plans_and_all(read: Read, claim: str, difference: tuple[str, str, str]) -> None:
    assert difference in differ(read, claim, *WAR)[1]


COUNCIL = (
    "The deal was bad for the town, said Piers Maddox, the lawyer of the Ellery Line.",
    "Mayor Ada Lorne wrote that the quay would be rebuilt within two years.",
    "She said that the pumps had failed on the night of the storm.",
    "The former governor, Hasam Shams, left the room.",
    "Bram Tulloch rebuilt the pumps after Niall Farrow had asked him.",
)


@pytest.mark.parametrize(
    ("claim", "difference"),
    [
        ("Honor Calder said the deal was bad for the town.", ("speaker", "Honor Calder", "Piers Maddox")),
        ("The quay will be rebuilt within two years, Maddox wrote.", ("speaker", "Maddox", "Ada Lorne")),
        ("Niall Farrow rebuilt the pumps.", ("name", "Niall Farrow", "Bram Tulloch")),
        ("The governor, Hasam Shams, left the room.", ("former", "governor", "former governor")),
        ("The mayor closed the room at 19 o'clock.", ("time", "19 o'clock", None)),
    ],
)
def test_who_says_and_does_it(read: Read, claim: str, difference: tuple[str, str, str | None]) -> None:
    assert difference in differ(read, claim, *COUNCIL)[1]


@pytest.mark.parametrize(
    "claim",
    [
        "According to Maddox, the deal was bad for the town.",
        "Ada Lorne said that the pumps had failed on the night of the storm.",  # "she" may be her
        "Hasam Shams, a former governor, left the room.",
    ],
)
def test_who_may_say_and_do_it(read: Read, claim: str) -> None:
    assert differ(read, claim, *COUNCIL)[1] == []


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Fourteen districts have been retaken.", "He said 14 districts had been retaken."),  # the present perfect
        ("Two teams meet on Sunday.", "The two teams will meet on Sunday."),
        (
            "The council wants to contact the police.",
            "The council may contact the police.",
        ),  # infinitives state nothing
        ("The council did not want the bridge.", "Did the council want the bridge?"),
        ("The fire killed one person daily.", "The fire killed a person."),
        ("Sheberghan has not been captured.", "The spokesman denied that Sheberghan had been captured."),
    ],
)
def test_what_is_at_the_same_time_and_denied_in_both(read: Read, claim: str, sentence: str) -> None:
    assert differ(read, claim, sentence)[1] == []


@pytest.mark.parametrize(
    ("claim", "absent"),
    [
        ("The wreck lies in 22 metres of water.", ["22 metres"]),  # beside the 38 metres, too
        ("The wreck lies in 38 metres of water off Corran, and all are dead.", ["all"]),
        ("Nobody entered Kunduz.", ["Nobody"]),
        ("The Taliban entered Kunduz daily with one man.", []),
    ],
)
def test_what_the_evidence_has_nowhere(read: Read, claim: str, absent: list[str]) -> None:
    own, *told = read(claim, *(one for one in WAR if not one.startswith("Nearly all")))
    found = compare(own, told, nearest(own, told))[1]
    assert [one.span.of(claim) for one in found if one.is_absent] == absent


def test_a_hedge_is_less_than_a_fact_and_less_than_will(read: Read) -> None:
    late = ("modality", "will be late", "may be late")
    assert differ(read, "Monday's edition will be late.", "Monday's edition may be late.")[1] == [late]


def test_ages_of_two_names_are_of_two_people(read: Read) -> None:
    farmer = "Oydin Rashidova, 61, keeps a farm near the bridge."
    assert differ(read, "Oydin Rashidova, a 61-year-old, keeps a farm.", farmer)[1] == []
    other = ("quantity", "Bakhrom Usmon, 61", "Oydin Rashidova, 61")
    assert other in differ(read, "Bakhrom Usmon, 61, keeps a farm near the bridge.", farmer)[1]


def test_each_difference_is_of_one_sentence(read: Read) -> None:
    own, *told = read("Niall Farrow rebuilt the pumps.", *COUNCIL)
    (one,) = compare(own, told, nearest(own, told))[1]
    assert (one.instead, one.sentence) == ("Bram Tulloch", 4)


def test_counts_and_shares(read: Read) -> None:
    comparison, _ = differ(read, "Vera Quist entered Kunduz with 300 men.", *WAR)
    assert comparison.missing_names == 2
    assert comparison.missing_quantities == 1
    assert comparison.covered == pytest.approx(2 / 6)  # enter and Kunduz, of these and Vera, Quist, 300, man
    assert set(comparison.features()) == set(Comparison.__dataclass_fields__)


def test_the_title_counts(read: Read) -> None:
    own, *told = read("Ada Lorne withdrew to the airport.", *WAR)
    assert compare(own, told, nearest(own, told), folded_words(["What Ada Lorne did"]))[0].missing_names == 0


def test_the_nearest_sentence_shares_the_most_and_is_the_first_of_equals(read: Read) -> None:
    own, *told = read("22 people are dead.", *WAR)
    assert nearest(own, told) == 3
    assert nearest(own, read("It rained.", "It snowed.")) == 0


def test_folding() -> None:
    assert [fold(word) for word in ("Kunduz’s", "Taliban,", "U.S.")] == ["kunduz", "taliban", "u.s"]
