from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.time.event_time import event_time
from dateline.rag.time.period import Period

SUNDAY = date(2021, 8, 8)


def period(start: str, end: str = "") -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end or start))


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The bridge fell on 3 October 2015.", period("2015-10-03")),
        ("The bridge fell on October 3, 2015, in heavy rain.", period("2015-10-03")),
        ("The bridge fell in October 2015.", period("2015-10-01", "2015-10-31")),
        ("In 2015, the bridge fell.", period("2015-01-01", "2015-12-31")),
        ("The bridge fell in early March 2015.", period("2015-03-01", "2015-03-31")),
        ("The mill burned in the late 1990s.", period("1990-01-01", "1999-12-31")),
        ("He led the guard from 2015 to 2018.", period("2015-01-01", "2018-12-31")),
    ],
)
def test_whole_dates_need_no_day_of_publication(sentence: str, told: Period) -> None:
    assert event_time(sentence, None) == told
    assert event_time(sentence, SUNDAY) == told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The guard took the bridge on Wednesday.", period("2021-08-04")),
        ("The guard took the bridge Wednesday.", period("2021-08-04")),
        ("The guard took the bridge early Wednesday after a long fight.", period("2021-08-04")),
        ("The guard took the bridge on Sunday.", period("2021-08-08")),
        ("The guard on Sunday took the bridge.", period("2021-08-08")),
        ("The guard took the bridge last Sunday.", period("2021-08-01")),
        ("The guard will take the bridge on Friday.", period("2021-08-13")),
        ("On Friday, the court will rule on the bridge.", period("2021-08-13")),
        ("The bridge is expected to open on Sunday.", period("2021-08-08")),
        ("The guard took the bridge yesterday.", period("2021-08-07")),
        ("The guard took the bridge last night.", period("2021-08-07")),
        ("The guard took the bridge overnight.", period("2021-08-08")),
        ("The guard took the bridge this morning.", period("2021-08-08")),
        ("The guard took the bridge three days ago.", period("2021-08-05")),
        ("The guard took the bridge two weeks ago.", period("2021-07-19", "2021-07-25")),
        ("The guard took the bridge two years ago.", period("2019-01-01", "2019-12-31")),
        ("Last month, the guard took the bridge.", period("2021-07-01", "2021-07-31")),
        ("The guard took the bridge last week.", period("2021-07-26", "2021-08-01")),
        ("The guard took two bridges this week.", period("2021-08-02", "2021-08-08")),
        ("The guard took two bridges earlier this month.", period("2021-08-01", "2021-08-08")),
        ("The bridge will open later this year.", period("2021-08-08", "2021-12-31")),
        ("The bridge will open next month.", period("2021-09-01", "2021-09-30")),
        ("The guard took the bridge this weekend.", period("2021-08-07", "2021-08-08")),
        ("The guard has taken nine bridges in the past three days.", period("2021-08-06", "2021-08-08")),
        ("The guard took the bridge in May.", period("2021-05-01", "2021-05-31")),
        ("The guard has held the bridge since May.", period("2021-05-01", "2021-08-08")),
        ("The guard took the bridge on 4 August.", period("2021-08-04")),
        ("The guard took the bridge on Aug. 4.", period("2021-08-04")),
        ("The bridge will close on Aug. 31.", period("2021-08-31")),
        ("The bridge is due to close by the end of August.", period("2021-08-31")),
    ],
)
def test_read_from_the_day_of_publication(sentence: str, told: Period) -> None:
    assert event_time(sentence, SUNDAY) == told
    assert event_time(sentence, None) is None


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The guard took the bridge on Friday, the first to fall since fighting began in May.", period("2021-08-06")),
        ("The guard, which was founded in 1994, took the bridge on Friday.", period("2021-08-06")),
        ("Ada Lorne, born in 1970, left on Friday.", period("2021-08-06")),
        ("The guard took the bridge on Friday, officials said on Saturday.", period("2021-08-06")),
        ("Officials said on Saturday that the guard took the bridge on Friday.", period("2021-08-06")),
        ("Officials said on Saturday that the bridge was lost.", period("2021-08-07")),
        ("“We fled in May,” Ada Lorne said on Saturday.", period("2021-08-07")),
        ("LARKFIELD, Aug. 7 - The guard took the bridge on Friday.", period("2021-08-06")),
        ("In 2021, the guard took the bridge on 6 August 2021.", period("2021-08-06")),
        ("In Larkfield, the guard took the bridge on Friday.", period("2021-08-06")),
        ("On Friday, the guard announced that it would leave.", period("2021-08-06")),
        ("The guard broke the 2015 peace deal on Friday.", period("2021-08-06")),
    ],
)
def test_the_time_of_the_main_clause_counts(sentence: str, told: Period) -> None:
    assert event_time(sentence, SUNDAY) == told


@pytest.mark.parametrize(
    "sentence",
    [
        "The guard broke the 2015 peace deal.",
        "The 1990s civil war left deep scars.",
        "The Sept. 11, 2001 attacks changed the town.",
        "The 2001 invasion changed the town.",
        "The paper looked back on the Jan. 6, 2021 flood.",
        "Prices rose from nine crowns in 2019 to twelve.",
        "Cars from 2000 through 2015 may be affected.",
        "Sunday’s vote changed the town.",
        "The Sunday Mirror has the story.",
        "Trained as a pilot in 1998, she has crossed the strait twice.",
        "Fares rise from nine crowns this year to twelve.",
        "The fall of the bridge two weeks ago was a blow.",
        "The feast falls on the second Monday of October.",
        "Contributing: Ada Lorne, Larkfield Today.",
        "A weekend snowstorm closed the pass.",
        "The bridge fell on Friday." + " Rain fell." * 300,
        "Every Friday the bridge is closed.",
        "The bridge is closed on Fridays.",
        "He spoke on Good Friday.",
        "Her death in 2013 was kept secret.",
        "The deal signed in 2015 was never kept.",
        "Trucks are barred under a law passed in 2017.",
        "It was the worst flood since 2001.",
        "A man who was jailed in 2001 has fled.",
        "About 2,000 people and 270 horses crossed.",
        "They may march on the town.",
        "Theresa May spoke.",
        "The guard has taken bridges in recent days.",
        "The guard took the bridge nearly a year ago.",
        "The guard took the bridge two days later.",
        "The guard took one bridge on Monday and lost another on Thursday.",
        "The curfew holds until Friday.",
        "Sales rose 5 percent from 2019.",
        "The bridge fell on February 30, 2021.",
        "The last week of May is usually dry.",
        "“The bridge fell on Friday.”",
        "",
    ],
)
def test_no_event_time(sentence: str) -> None:
    assert event_time(sentence, SUNDAY) is None


def test_a_day_without_a_year_may_be_past_or_future() -> None:
    sentence = "The feast of the bridge on 20 August drew crowds."
    assert event_time(sentence, date(2021, 8, 25)) == period("2021-08-20")
    assert event_time(sentence, SUNDAY) is None


def test_a_weekday_chooses_the_year() -> None:
    assert event_time("The choir will sing on Friday, Nov. 15, in Larkfield.", date(2023, 11, 14)) == period(
        "2024-11-15"
    )


VOCABULARY = (
    "The guard took will said that who born since after in on by from to between and the last next this past early end "
    "of week month years ago days May Aug. 31 8 2015 1500 2199 Feb. 29 30 Monday Sunday weekend 999 9 hours three "
    "yesterday today overnight recently , . – “ ” ( ) - 1990s 2021-08-08 2021-13-40 earlier later coming"
)
WORDS = st.sampled_from(VOCABULARY.split())


@given(
    st.lists(WORDS, max_size=14).map(" ".join) | st.text(),
    st.none() | st.dates(date(1900, 1, 1), date(2100, 12, 31)),
)
def test_any_sentence_has_a_time_in_order_or_none(sentence: str, published: date | None) -> None:
    told = event_time(sentence, published)
    assert told is None or told.end - told.start >= timedelta(0)


DAYS = st.dates(date(1900, 2, 1), date(2100, 12, 31))


@given(DAYS, st.sampled_from(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]))
def test_a_weekday_is_one_of_the_week_before_or_the_day_itself(published: date, weekday: str) -> None:
    told = event_time(f"The Larkfield bridge closed on {weekday}.", published)
    assert told is not None
    assert told.start == told.end
    assert f"{told.start:%A}" == weekday
    assert timedelta(0) <= published - told.start <= timedelta(7)


@given(DAYS, st.integers(2, 20))
def test_days_ago_are_counted_back(published: date, number: int) -> None:
    told = event_time(f"The Larkfield bridge closed {number} days ago.", published)
    assert told is not None
    assert told.start <= published - timedelta(number) <= told.end
    assert told.end < published


@given(DAYS)
def test_last_month_is_the_calendar_month_before(published: date) -> None:
    told = event_time("The Larkfield bridge closed last month.", published)
    assert told is not None
    before = published.replace(day=1) - timedelta(1)
    assert (told.start, told.end) == (before.replace(day=1), before)
