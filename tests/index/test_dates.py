"""Dates: what is read, what is refused rather than guessed, and the way to storage and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import bounds, dates_in, from_text, is_date_line, parse_date, to_text

INDIA = timezone(timedelta(hours=5, minutes=30))
EASTERN = timezone(timedelta(hours=-4))

whole_minutes = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1401, 1, 1), datetime(2199, 12, 30), timezones=whole_minutes)  # noqa: DTZ001
days = st.dates(date(1400, 1, 1), date(2200, 12, 31))


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


def test_a_time_in_an_unclear_zone_gives_the_day_alone() -> None:
    assert parse_date("August 5, 2021 21:50 IST") == date(2021, 8, 5)
    assert type(parse_date("August 5, 2021 21:50 IST")) is date


@pytest.mark.parametrize(
    "value",
    ["", "2021", "2021-08", "May 2021", "12 May", "Sunday", "yesterday", "10:30", "03/04/2021", "5 Aug 21", "20211",
     "20211-08-05", "August 5, 20211", "31 February 2021", "1399-12-31", "2201-01-01", "0021-01-01", "2021-W31-4",
     "In August 5, 2021, three", "x" * 500, True, 7, 3.5, -1, float("nan"), 10**30, None, [], b"2021-08-05",
     date(1066, 10, 14)],
)  # fmt: skip
def test_what_would_have_to_be_guessed_is_no_date(value: object) -> None:
    assert parse_date(value) is None


@given(st.text() | st.from_regex(r"[0-9/.: -]{4,20}") | st.integers() | st.floats())
def test_reading_never_fails_and_gives_only_years_in_range(value: object) -> None:
    found = parse_date(value)
    assert found is None or 1400 <= found.year <= 2200
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
def test_written_forms_mean_the_same_day(day: date) -> None:
    assert parse_date(f"{day.day} {day:%B} {day.year}") == day
    assert parse_date(f"{day:%b} {day.day}, {day.year}") == day


def test_dates_are_found_within_a_line() -> None:
    line = "By Ada Poole · October 15, 2015 · 2 min read"
    (found,) = dates_in(line)
    assert found[0] == date(2015, 10, 15)
    assert line[found[1] : found[2]] == "October 15, 2015"
    assert dates_in("It rained in October, and in 2015 it snowed.") == []


@pytest.mark.parametrize(
    "line",
    ["15 October 2015", "Published Oct. 15, 2015, 9:05 a.m. ET", "Last updated: 2015-10-15 10:00 GMT | 3 min read"],
)
def test_a_date_line(line: str) -> None:
    assert is_date_line(line)


@pytest.mark.parametrize("line", ["The bridge opened on October 15, 2015.", "Updated prices", ""])
def test_no_date_line(line: str) -> None:
    assert not is_date_line(line)
