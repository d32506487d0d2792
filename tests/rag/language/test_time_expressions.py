from datetime import date

import pytest

from dateline.rag.language.analyser import Analyser
from dateline.rag.language.time_expressions import TimeExpression
from dateline.rag.language.time_values import CalendarDate, Duration, RelativeDate, Repeated, Vague, days
from dateline.rag.time.period import Period, month_of

WEDNESDAY = date(2018, 6, 13)


def only(sentence: str, analyser: Analyser) -> TimeExpression:
    (found,) = analyser.analyse(sentence).times
    return found


def day(year: int, month: int, number: int) -> Period:
    return Period(date(year, month, number), date(year, month, number))


@pytest.mark.parametrize(
    ("sentence", "words", "relation", "period"),
    [
        ("The ferry sank on 12 June 2018.", "12 June 2018", "on", day(2018, 6, 12)),
        ("The ferry sank on June 12, 2018.", "June 12, 2018", "on", day(2018, 6, 12)),
        ("The ferry sank on Tuesday.", "Tuesday", "on", day(2018, 6, 12)),
        ("The ferry sank in May.", "May", "in", month_of(2018, 5)),
        ("The ferry sank in December.", "December", "in", month_of(2017, 12)),
        ("The bridge will open in December.", "December", "in", month_of(2018, 12)),
        ("The bridge will open on Friday.", "Friday", "on", day(2018, 6, 15)),
        ("The ferry sank yesterday.", "yesterday", "", day(2018, 6, 12)),
        ("The ferry sank three days ago.", "three days ago", "", day(2018, 6, 10)),
        ("The ferry sank last week.", "last week", "", Period(date(2018, 6, 4), date(2018, 6, 10))),
        ("The ferry sank last year.", "last year", "", Period(date(2017, 1, 1), date(2017, 12, 31))),
        ("It rained from 6 to 8 August 2017.", "6 to 8 August 2017", "from", Period(date(2017, 8, 6), date(2017, 8, 8))),
        ("It was built in the 1980s.", "the 1980s", "in", Period(date(1980, 1, 1), date(1989, 12, 31))),
        ("It was built in the third quarter of 2017.", "the third quarter of 2017", "in",
         Period(date(2017, 7, 1), date(2017, 9, 30))),
        ("It has rained for the past three days.", "the past three days", "for",
         Period(date(2018, 6, 11), date(2018, 6, 13))),
    ],
)  # fmt: skip
def test_a_time_has_its_words_its_preposition_and_its_days(
    sentence: str, words: str, relation: str, period: Period, analyser: Analyser
) -> None:
    found = only(sentence, analyser)
    assert found.span.of(sentence) == words
    assert found.relation == relation
    assert found.days(WEDNESDAY) == period


@pytest.mark.parametrize(
    ("sentence", "kind", "value"),
    [
        ("He served for two and a half years.", "duration", Duration("year", 2.5)),
        ("He has waited for months.", "duration", Duration("month", None)),
        ("The library comes every Thursday.", "set", Repeated("week", 1, 3)),
        ("She recently resigned.", "date", Vague("past")),
        ("He left two days later.", "date", RelativeDate("day", 2, from_text=True)),
    ],
)
def test_times_without_days_keep_their_value(sentence: str, kind: str, value: object, analyser: Analyser) -> None:
    found = only(sentence, analyser)
    assert (found.kind, found.value, found.days(WEDNESDAY)) == (kind, value, None)


@pytest.mark.parametrize(
    "sentence", ["The talks may fail.", "They march for bread.", "She won for a second time.", "Theresa May resigned."]
)
def test_ordinary_words_and_names_are_no_times(sentence: str, analyser: Analyser) -> None:
    assert analyser.analyse(sentence).times == ()


def test_a_day_that_no_calendar_has_is_unknown() -> None:
    assert days(CalendarDate(2019, 2, 29), WEDNESDAY) is None
    assert days(CalendarDate(2020, 2, 29), None) == day(2020, 2, 29)


def test_without_a_reference_day_only_full_dates_have_days() -> None:
    assert days(CalendarDate(month=5), None) is None
    assert days(RelativeDate("week", -1), None) is None
    assert days(CalendarDate(2018, 5), None) == month_of(2018, 5)
