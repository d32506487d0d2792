from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.time.period import APART, UNDATED, Period, headings, month_of, period_text


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="cannot end on 2021-08-04"):
        Period(date(2021, 8, 5), date(2021, 8, 4))


def test_days_from_another_period() -> None:
    october = Period(date(2015, 10, 1), date(2015, 10, 31))
    within, later = Period(date(2015, 10, 31), date(2015, 11, 5)), Period(date(2015, 11, 5), date(2015, 11, 7))
    assert (within.days_from(october), later.days_from(october), october.days_from(later)) == (0, 5, 5)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ((2021, 8, 5), (2021, 8, 5), "5 August 2021"),
        ((2015, 10, 1), (2015, 10, 31), "October 2015"),
        ((2024, 2, 1), (2024, 2, 29), "February 2024"),
        ((2024, 2, 1), (2024, 2, 28), "1–28 February 2024"),
        ((2015, 1, 1), (2015, 12, 31), "2015"),
        ((2015, 1, 1), (2018, 12, 31), "2015–2018"),
        ((2021, 7, 1), (2021, 8, 31), "July–August 2021"),
        ((2020, 12, 1), (2021, 1, 31), "December 2020 – January 2021"),
        ((2021, 8, 3), (2021, 8, 5), "3–5 August 2021"),
        ((2021, 7, 29), (2021, 8, 2), "29 July – 2 August 2021"),
        ((2015, 5, 3), (2016, 6, 2), "3 May 2015 – 2 June 2016"),
    ],
)
def test_written(start: tuple[int, int, int], end: tuple[int, int, int], text: str) -> None:
    assert period_text(Period(date(*start), date(*end))) == text


def test_month_of_a_leap_year() -> None:
    assert month_of(2024, 2) == Period(date(2024, 2, 1), date(2024, 2, 29))


def test_headings_follow_the_order_of_the_days() -> None:
    days = [date(2021, 8, 8), date(2015, 10, 14), None, date(2021, 7, 7), date(2015, 10, 1)]
    assert headings(days) == ["July–August 2021", "October 2015", UNDATED, "July–August 2021", "October 2015"]


def test_heading_across_a_new_year() -> None:
    days = [date(2021, 1, 3), date(2020, 12, 30), date(2015, 1, 1)]
    assert headings(days) == ["December 2020 – January 2021", "December 2020 – January 2021", "January 2015"]


@pytest.mark.parametrize("days", [[], [None], [date(2021, 8, 8)], [date(2021, 8, 8), None, date(2021, 6, 1)]])
def test_one_group_needs_no_heading(days: list[date | None]) -> None:
    assert headings(days) == [None] * len(days)


def test_a_gap_of_exactly_the_limit_keeps_a_group_together() -> None:
    first = date(2021, 1, 1)
    assert headings([first, first + timedelta(days=APART)]) == [None, None]
    assert headings([first, first + timedelta(days=APART + 1)]) == ["January 2021", "April 2021"]


_DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(st.lists(st.none() | _DAYS))
def test_every_day_has_a_heading_or_none_has(days: list[date | None]) -> None:
    titles = headings(days)
    assert len(titles) == len(days)
    assert all(title is None for title in titles) or all(titles)
    if any(titles):
        assert all((title == UNDATED) == (day is None) for title, day in zip(titles, days, strict=True))


@given(_DAYS, _DAYS)
def test_a_written_period_names_the_years_of_its_ends(one: date, two: date) -> None:
    start, end = sorted((one, two))
    text = period_text(Period(start, end))
    assert str(start.year) in text
    assert text.endswith(str(end.year))
