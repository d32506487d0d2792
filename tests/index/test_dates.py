"""Dates: what is read, what is refused rather than guessed, and the way to storage and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dateline.index.dates import bounds, dates_in, from_text, is_date_line, parse_date, to_text, why_unread

INDIA = timezone(timedelta(hours=5, minutes=30))
EASTERN = timezone(timedelta(hours=-4))

whole_minutes = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1601, 1, 1), datetime(2199, 12, 30), timezones=whole_minutes)  # noqa: DTZ001
days = st.dates(date(1600, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-08-05", date(2021, 8, 5)),
        ("20210805", date(2021, 8, 5)),
        (20210805, date(2021, 8, 5)),
        ("2021/8/5", date(2021, 8, 5)),
        ("Aug. 5, 2021", date(2021, 8, 5)),
        ("5th August 2021", date(2021, 8, 5)),
        ("Monday, 9 August 2021", date(2021, 8, 9)),
        ("13/04/2021", date(2021, 4, 13)),
        ("04/04/2021", date(2021, 4, 4)),
        ("2021-08-05T21:50:00+05:30", datetime(2021, 8, 5, 21, 50, tzinfo=INDIA)),
        ("2021-08-05T21:50:00Z", datetime(2021, 8, 5, 21, 50, tzinfo=UTC)),
        ("2021-08-05 21:50", datetime(2021, 8, 5, 21, 50, tzinfo=UTC)),
        ("20210805T215000Z", datetime(2021, 8, 5, 21, 50, tzinfo=UTC)),
        ("Thu, 05 Aug 2021 21:50:00 +0530", datetime(2021, 8, 5, 21, 50, tzinfo=INDIA)),
        ("Thu, 05 Aug 2021 21:50:00 GMT", datetime(2021, 8, 5, 21, 50, tzinfo=UTC)),
        ("August 5, 2021 9:50 pm EDT", datetime(2021, 8, 5, 21, 50, tzinfo=EASTERN)),
        (1628150400, datetime(2021, 8, 5, 8, 0, tzinfo=UTC)),
        (1628150400000, datetime(2021, 8, 5, 8, 0, tzinfo=UTC)),
        (datetime(2021, 8, 5, 8, 0), datetime(2021, 8, 5, 8, 0, tzinfo=UTC)),  # noqa: DTZ001
    ],
)
def test_a_full_date_is_read(value: object, expected: date) -> None:
    found = parse_date(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Thu Aug 05 2021 10:15:00 GMT+0200 (Central European Summer Time)", "2021-08-05T10:15:00+02:00"),
        ("5 Aug 2021 10:15 GMT-3", "2021-08-05T10:15:00-03:00"),
        ("5 Aug 2021 10:15 UTC+05:30", "2021-08-05T10:15:00+05:30"),
        ("2021-08-05T10:15:00[Europe/Paris]", "2021-08-05T10:15:00+02:00"),
        ("2021-08-05T10:15:00+02:00[Europe/Paris]", "2021-08-05T10:15:00+02:00"),
        ("2021-08-05T10:15:00[Mars/Olympus]", "2021-08-05"),
        ("2021-08-05T10:15:00.000000000Z", "2021-08-05T10:15:00+00:00"),
        ("/Date(1628150400000)/", "2021-08-05T08:00:00+00:00"),
        ("/Date(1628150400000+0200)/", "2021-08-05T08:00:00+00:00"),
        ("1628150400", "2021-08-05T08:00:00+00:00"),
        ("1628150400000", "2021-08-05T08:00:00+00:00"),
        ("13/08/2021 10:15", "2021-08-13"),
    ],
)
def test_forms_that_libraries_misread(value: str, expected: str) -> None:
    found = parse_date(value)
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        ("5 août 2021", None, date(2021, 8, 5)),
        ("jeudi 5 août 2021 à 10h30", None, date(2021, 8, 5)),
        ("5 de agosto de 2021", None, date(2021, 8, 5)),
        ("5 ago 2021", None, date(2021, 8, 5)),
        ("5. August 2021, 10.30 Uhr", None, date(2021, 8, 5)),
        ("5. srpna 2021", "cs", date(2021, 8, 5)),
        ("5 серпня 2021", None, date(2021, 8, 5)),
        ("17 сентября 2021", None, date(2021, 9, 17)),
        ("5 listopada 2021", "pl", date(2021, 11, 5)),
        ("5. listopada 2021.", "hr", date(2021, 10, 5)),
        ("2021年8月5日", None, date(2021, 8, 5)),
        ("2021년 8월 5일", None, date(2021, 8, 5)),
        ("令和3年8月5日", None, date(2021, 8, 5)),
        ("5 สิงหาคม 2564", None, date(2021, 8, 5)),
        ("٥ أغسطس ٢٠٢١", None, date(2021, 8, 5)),
    ],
)
def test_months_of_other_languages(value: str, language: str | None, expected: date) -> None:
    assert parse_date(value, language=language) == expected


def test_a_name_that_means_two_months_needs_its_language() -> None:
    assert parse_date("5 listopada 2021") is None  # November in Polish, October in Croatian
    assert parse_date("5 Ferry 2021") is None


def test_the_order_of_figures_is_said() -> None:
    assert parse_date("03/04/2021", order="dmy") == parse_date("04/03/2021", order="mdy") == date(2021, 4, 3)
    assert parse_date("03.04.2021 10:15", order="dmy") == date(2021, 4, 3)
    assert parse_date("13/04/2021", order="mdy") is None


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("03/04/2021", "in two ways"),
        ("1970-01-01T00:00:00Z", "zero of computers' clocks"),
        (0, "zero of computers' clocks"),
        ("1404/05/17", "the year 1404"),
        ("9999-12-31", "the year 9999"),
        ("yesterday", "can't be read"),
        (45512, "can't be read"),
    ],
)
def test_why_a_date_is_unread(value: object, why: str) -> None:
    assert parse_date(value) is None
    assert why in why_unread(value)
    assert "so it is kept as unknown" in why_unread(value)


def test_a_time_in_an_unclear_zone_gives_the_day_alone() -> None:
    assert parse_date("August 5, 2021 21:50 IST") == date(2021, 8, 5)
    assert type(parse_date("August 5, 2021 21:50 IST")) is date


@pytest.mark.parametrize(
    "value",
    ["", "2021", "2021-08", "May 2021", "12 May", "Sunday", "yesterday", "10:30", "03/04/2021", "5 Aug 21", "20211",
     "20211-08-05", "August 5, 20211", "31 February 2021", "1599-12-31", "1404/05/17", "۱۷ مرداد ۱۴۰۰", "1970-01-01", "1970-01-01T00:00:00Z", 0, "0",
     "5 listopada 2021", "2021-08-05T25:15:00Z", "2021-08-05T10:00Z/2021-08-06T10:00Z", "2201-01-01", "0021-01-01", "2021-W31-4",
     "In August 5, 2021, three", "x" * 500, True, 7, 3.5, -1, float("nan"), 10**30, None, [], b"2021-08-05",
     date(1066, 10, 14)],
)  # fmt: skip
def test_what_would_have_to_be_guessed_is_no_date(value: object) -> None:
    assert parse_date(value) is None


@given(st.text() | st.from_regex(r"[0-9/.: -]{4,20}") | st.integers() | st.floats())
def test_reading_never_fails_and_gives_only_years_in_range(value: object) -> None:
    found = parse_date(value)
    assert found is None or 1600 <= found.year <= 2200
    assert not isinstance(found, datetime) or found.utcoffset() is not None


@given(moments | days)
def test_storage_gives_the_same_value_back(value: date | datetime) -> None:
    back = from_text(to_text(value))
    assert back == value
    assert type(back) is type(value)
    assert parse_date(to_text(value)) == value


@given(moments | days)
def test_bounds_enclose_the_value(value: date | datetime) -> None:
    earliest, latest = bounds(value)
    assert earliest.utcoffset() == latest.utcoffset() == timedelta(0)
    if isinstance(value, datetime):
        assert earliest == latest == value
    else:
        assert earliest == datetime.combine(value, time.min, UTC)
        assert latest - earliest == timedelta(days=1) - timedelta(microseconds=1)


@given(days)
@example(date(1970, 1, 1))
def test_written_forms_mean_the_same_day(day: date) -> None:
    meant = None if day == date(1970, 1, 1) else day  # the zero of computers' clocks is no date
    assert parse_date(f"{day.day} {day:%B} {day.year}") == meant
    assert parse_date(f"{day:%b} {day.day}, {day.year}") == meant


def test_dates_are_found_within_a_line() -> None:
    line = "By Ada Poole · October 15, 2015 · 2 min read"
    (found,) = dates_in(line)
    assert found[0] == date(2015, 10, 15)
    assert line[found[1] : found[2]] == "October 15, 2015"
    assert dates_in("It rained in October, and in 2015 it snowed.") == []


@pytest.mark.parametrize(
    "line",
    [
        "15 October 2015",
        "Published Oct. 15, 2015, 9:05 a.m. ET",
        "Last updated: 2015-10-15 10:00 GMT | 3 min read",
        "Publicado el 15 de octubre de 2015, 10:30 h",
        "Publié le jeudi 15 octobre 2015 à 10h30",
        "Stand: 15. Oktober 2015, 10.30 Uhr",
    ],
)
def test_a_date_line(line: str) -> None:
    assert is_date_line(line)


@pytest.mark.parametrize("line", ["The bridge opened on October 15, 2015.", "Updated prices", ""])
def test_no_date_line(line: str) -> None:
    assert not is_date_line(line)
