from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.time.window import Window, asks_about_now, window_of

ASKED = datetime(2021, 8, 9, 12, tzinfo=UTC)  # a Monday


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("Who held the bridge in 2015?", "2015-01-01", "2015-12-31"),
        ("Who held the bridge in October 2015?", "2015-10-01", "2015-10-31"),
        ("Who held the bridge in October?", "2020-10-01", "2020-10-31"),
        ("Who held the bridge in August?", "2021-08-01", "2021-08-31"),
        ("who held the bridge in may?", "2021-05-01", "2021-05-31"),
        ("Who held the bridge in early 2021?", "2021-01-01", "2021-12-31"),
        ("Who held the bridge in late October 2015?", "2015-10-01", "2015-10-31"),
        ("Who held the bridge in the summer of 2021?", "2021-06-01", "2021-08-31"),
        ("Who held the bridge in spring 2021?", "2021-03-01", "2021-05-31"),
        ("What fell on 8 August 2021?", "2021-08-08", "2021-08-08"),
        ("What fell on August 8, 2021?", "2021-08-08", "2021-08-08"),
        ("What fell on Sunday, August 8th?", "2021-08-08", "2021-08-08"),
        ("What fell on August 12?", "2020-08-12", "2020-08-12"),
        ("What fell on 2021-08-08?", "2021-08-08", "2021-08-08"),
        ("What fell on Wednesday?", "2021-08-04", "2021-08-04"),
        ("What fell on Monday?", "2021-08-09", "2021-08-09"),
        ("What fell last Monday?", "2021-08-02", "2021-08-02"),
        ("What has fallen since May?", "2021-05-01", "2021-08-09"),
        ("What has fallen since 2015?", "2015-01-01", "2021-08-09"),
        ("Who led the guard after 2019?", "2020-01-01", ""),
        ("Who led the guard before 2015?", "", "2014-12-31"),
        ("Who left before the departure deadline of August 31?", "", "2021-08-31"),
        ("Which towns had fallen by 8 August 2021?", "", "2021-08-08"),
        ("Who led the guard until 2015?", "", "2015-12-31"),
        ("What fell between March and May 2021?", "2021-03-01", "2021-05-31"),
        ("What fell between November 2020 and May 2021?", "2020-11-01", "2021-05-31"),
        ("Who led the guard from 2015 to 2018?", "2015-01-01", "2018-12-31"),
        ("What fell from 3 to 5 August 2021?", "2021-08-03", "2021-08-05"),
        ("What fell between 29 July and 2 August 2021?", "2021-07-29", "2021-08-02"),
        ("Who died last month?", "2021-07-01", "2021-07-31"),
        ("Who died last week?", "2021-08-02", "2021-08-08"),
        ("Who died last year?", "2020-01-01", "2020-12-31"),
        ("Who died in the last three days?", "2021-08-07", "2021-08-09"),
        ("Who died in the past two weeks?", "2021-07-27", "2021-08-09"),
        ("Who died in the last ten years?", "2011-08-10", "2021-08-09"),
        ("Who died yesterday?", "2021-08-08", "2021-08-08"),
        ("Who won the cup in the 1990s?", "1990-01-01", "1999-12-31"),
        ("Who won the 2015 election?", "2015-01-01", "2015-12-31"),
        ("What was 2015's worst flood?", "2015-01-01", "2015-12-31"),
        ("In 2021, why did the 2015 deal fail?", "2021-01-01", "2021-12-31"),
        ("Which ministers resigned in 2019 and in 2021?", "2019-01-01", "2021-12-31"),
        ("The mayor announced plans to ban what by 2028?", "", "2028-12-31"),
        ("Who was announced as the host of the 2020 games?", "2020-01-01", "2020-12-31"),
        ("On 8 August a light was seen. How many towns reported it?", "2021-08-08", "2021-08-08"),
        ("What will open on Friday?", "2021-08-13", "2021-08-13"),
        ("Who said that the town fell in 2015?", "2015-01-01", "2015-12-31"),
        ("What did officials say happened in 2015?", "2015-01-01", "2015-12-31"),
        ("What did the mayor say about the flood of 2015?", "2015-01-01", "2015-12-31"),
    ],
)
def test_window_of_an_event(question: str, start: str, end: str) -> None:
    assert window_of(question, ASKED) == Window(day(start), day(end), "event", vague=False)


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("What did engineers say in October 2015 about the dam?", "2015-10-01", "2015-10-31"),
        ("In October 2015, what did engineers say about the dam?", "2015-10-01", "2015-10-31"),
        ("What was reported on 8 August 2021?", "2021-08-08", "2021-08-08"),
        ("According to reports in May 2021, who left?", "2021-05-01", "2021-05-31"),
        ("Who warned last month that the dam would break?", "2021-07-01", "2021-07-31"),
        ("What goal did a captain give for the march in July 2021?", "2021-07-01", "2021-07-31"),
        ("What reason was given in 2015 for the closure?", "2015-01-01", "2015-12-31"),
        ("What did the captain call the deal in 2018?", "2018-01-01", "2018-12-31"),
        ("Who has denied the charge since May?", "2021-05-01", "2021-08-09"),
        ("Which firm announced layoffs yesterday?", "2021-08-08", "2021-08-08"),
    ],
)
def test_window_of_what_was_said(question: str, start: str, end: str) -> None:
    assert window_of(question, ASKED) == Window(day(start), day(end), "publication", vague=False)


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("What fell today?", "2021-08-09", "2021-08-09"),
        ("What did the mayor say this week?", "2021-08-09", "2021-08-09"),
        ("What will open this week?", "2021-08-09", "2021-08-15"),
        ("Which town fell recently?", "", ""),
        ("Who is mayor now?", "", ""),
        ("What is the latest toll?", "", ""),
        ("What do people eat these days?", "", ""),
    ],
)
def test_vague_window(question: str, start: str, end: str) -> None:
    assert window_of(question, ASKED) == Window(day(start), day(end), "event", vague=True)


def test_this_week_begins_on_monday() -> None:
    asked = datetime(2021, 8, 12, tzinfo=UTC)
    assert window_of("What fell this week?", asked) == Window(date(2021, 8, 9), date(2021, 8, 12), "event", vague=True)


@pytest.mark.parametrize(
    "question",
    [
        "Who leads the guard?",
        "How many of the 2,000 fighters died?",
        "How many of the 1500 people died?",
        "What is that in 2015 dollars?",
        "May I ask who may march on the town?",
        "Who was in the March on Washington?",
        "Which bank announced a rate cut for the first time since 2015?",
        "What fell on February 30, 2021?",
        "What happened two days later?",
        "",
    ],
)
def test_no_window(question: str) -> None:
    assert window_of(question, ASKED) is None


@pytest.mark.parametrize(
    "question",
    [
        "Who is the mayor?",
        "Who’s the mayor?",
        "How many people are missing?",
        "How many towns has the guard taken?",
        "What does the mayor want?",
        "Who leads the guard?",
        "Which group controls the bridge?",
        "Who is the man who was shot?",
        "How many people who were hurt are in hospital?",
        "Who commands the guard now?",
        "What was today's toll?",
    ],
)
def test_asks_about_now(question: str) -> None:
    assert asks_about_now(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who was the mayor?",
        "When did the bridge fall?",
        "How many people died?",
        "Who led the guard?",
        "How many members of the border police died?",
        "Who is known to have led it in 2015?",
        "Why did the mayor resign?",
        "",
    ],
)
def test_does_not_ask_about_now(question: str) -> None:
    assert not asks_about_now(question)


VOCABULARY = (
    "what did he say who is fell in on since after before by until from to between and the last next this past early "
    "late end of week month year years days ago May March August 31 8 2015 1500 2199 Feb. 29 30 Monday Sunday weekend "
    "9999 999 three ten yesterday today recently , ? 's - 1990s 2021-08-08 2021-13-40 said that will"
)
WORDS = st.sampled_from(VOCABULARY.split())
ASKED_AT = st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - zone given


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(), ASKED_AT)
def test_any_question_has_a_window_in_order_or_none(question: str, asked_at: datetime) -> None:
    window = window_of(question, asked_at)
    asks_about_now(question)
    if window is not None and window.start is not None and window.end is not None:
        assert window.start <= window.end
