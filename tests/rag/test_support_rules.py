from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.support_rules import Broken, Evidence, Rule, broken_rules

FERRY = Evidence(
    "The ferry Halcyon sank off Port Maren on Tuesday with 412 people aboard. Harbour master Ines Dahl said that “the "
    "doors were open” when it left. Rescuers pulled between 20 and 30 people from the water. The owner has not been "
    "charged. About 61 percent of the crew were new. Both lifeboats were lost.",
    "Ferry sinks | The Meridian Courier, 6 August 2021",
    date(2021, 8, 6),
)


def broken(claim: str) -> list[Broken]:
    return broken_rules(claim, [FERRY])


@pytest.mark.parametrize(
    "claim",
    [
        "The Halcyon sank with 412 aboard.",
        "The ferry sank with more than 400 people aboard.",
        "Dahl said that “the doors were open”.",
        "Ms. Dahl is the harbour master of Port Maren.",
        "The ship sank on 3 August 2021, a Tuesday.",
        "In August 2021 the ferry sank.",
        "The ferry sank on Aug. 3.",
        "Dahl said that “the doors … open”.",
        "Between twenty and thirty people were pulled from the water.",
        "Some 61% of the crew were new.",
        "Two lifeboats were lost.",
        "The owner hasn't been charged.",
        "Nobody has charged the owner.",
        "Place the boats first.",
        "May sink with people aboard.",
        "About 61 percent of the crew were no doubt new.",
    ],
)
def test_what_the_evidence_has_breaks_nothing(claim: str) -> None:
    assert broken(claim) == []


@pytest.mark.parametrize(
    ("claim", "rule", "words"),
    [
        ("The ferry sank with 421 people aboard.", "number", "421"),
        ("The ferry sank with more than 500 people aboard.", "number", "more than 500"),
        ("Between 20 and 40 people were pulled from the water.", "number", "Between 20 and 40"),
        ("Twenty-two lifeboats were lost.", "number", "Twenty-two"),
        ("The ferry sank on Thursday.", "date", "Thursday"),
        ("The ferry sank in September.", "date", "September"),
        ("May 2021 saw a ferry sink.", "date", "May"),
        ("May was when the ferry sank.", "date", "May"),
        ("The ferry sank in 2019.", "date", "2019"),
        ("The ferry sank on 4 August.", "date", "4"),
        ("The ferry sank on August 30th.", "date", "30"),
        ("The ferry sank off Port Lorne.", "name", "Port Lorne"),
        ("Harbour master Olaf Brandt said the doors were open.", "name", "Olaf Brandt"),
        ("Brandt was the harbour master.", "name", "Brandt"),
        ("Dahl said that “the doors were locked”.", "quotation", "the doors were locked"),
        ("The owner has been charged.", "negation", "not been charged."),
        ("No doors were open when it left.", "negation", "No doors were open when it left."),
        ("Nobody on the ferry sank off Port Maren.", "negation", "Nobody on the ferry sank off Port Maren."),
        ("See evil.example/ferry for the ferry.", "link", "evil.example/ferry"),
        ("The ferry sank (https://evil.example/?q=1).", "link", "https://evil.example/?q=1"),
        (
            "The ferry Halcyon has not sank off Port Maren with people aboard.",
            "negation",
            "not sank off Port Maren with people aboa",
        ),
    ],
)
def test_what_it_lacks_is_named(claim: str, rule: Rule, words: str) -> None:
    assert broken(claim) == [Broken(rule, words)]


ABROAD = Evidence(
    "A cyclist crossed China’s west and Italy in 14 to 20 days. American officials and Nigerian ones met him. Fares rose from "
    "$200 in May. By June they were $300. The high was 79 degrees, in Oslo 58 °F. Robert Lorne is the mayor of Niger. "
    "The mayor denied that the tunnel was flooded. The homes lost power. May saw 40 of them (see https://www.larkfield.gov/homes/). In 1979 an M.Sc. student of the Saudis rode for 6 1/2 months through Fargo, North Dakota, in World War I boots."
)


@pytest.mark.parametrize(
    "claim",
    [
        "The cyclist met Chinese and Italian drivers.",
        "Officials of the US and of America met him in Nigeria.",
        "Fares cost between $200 and $300.",
        "The high was 79 °F (26 °C).",
        "In Oslo it was 14 °C.",
        "Therefore, based on this, fares rose.",
        "The homes in May had no power.",
        "The homes were without power.",
        "The homes are at larkfield.gov/homes.",
        "A MSc student rode through Fargo, ND, in the late 1970s.",
        "A student of Saudi Arabia rode for six and a half months in boots of WWI.",
    ],
)
def test_other_forms_of_what_the_evidence_has(claim: str) -> None:
    assert broken_rules(claim, [ABROAD]) == []


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("Fares cost between $200 and $400.", "between $200 and $400"),
        ("The high was 79 °F (31 °C).", "31 °C"),
        ("In Oslo it was 12 °C.", "12 °C"),
        ("In Oslo it was 14.9 °C.", "14.9 °C"),
        ("Roberta Lorne is the mayor.", "Roberta Lorne"),
        ("He met Chilean drivers.", "Chilean"),
        ("He rode through Fargo, N.C.", "NC"),
        ("The mayor said the tunnel was flooded.", "denied that the tunnel was flooded."),
        ("He rode in the 1980s.", "1980s"),
        ("The homes are at larkfield.gov.", "larkfield.gov"),
        ("He rode for 6 1/3 months.", "6 1/3 months"),
    ],
)
def test_other_forms_of_something_else(claim: str, words: str) -> None:
    assert [one.words for one in broken_rules(claim, [ABROAD])] == [words]


def test_reasons() -> None:
    assert Broken("number", "42").reason == "number not in passage: 42"
    assert Broken("negation", "not so").reason == "negation differs from the passage: not so"


@given(st.text(max_size=200), st.text(max_size=200))
def test_never_raises(claim: str, text: str) -> None:
    broken_rules(claim, [Evidence(text)])


@pytest.mark.parametrize("sentence", FERRY.text.split(". "))
def test_the_evidence_bears_out_its_own_sentences(sentence: str) -> None:
    assert broken(sentence) == []
