from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from dateline.index.errors import QuestionError
from dateline.index.filters import NO_FILTERS, Filters

AUGUST_5 = date(2021, 8, 5)
NOON = datetime(2021, 8, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "window",
    [
        {"published_from": date(2021, 8, 6), "published_to": AUGUST_5},
        {"published_from": date(2021, 8, 6), "as_of": AUGUST_5},
        {"published_from": NOON, "published_to": NOON - timedelta(microseconds=1)},
        {"published_from": datetime(2021, 8, 6, tzinfo=UTC), "published_to": AUGUST_5},
        # 23:30 in New York is the next day in UTC.
        {
            "published_from": datetime(2021, 8, 5, 23, 30, tzinfo=timezone(-timedelta(hours=4))),
            "published_to": AUGUST_5,
        },
    ],
)
def test_a_window_that_ends_before_it_begins_is_an_error(window: dict[str, Any]) -> None:
    with pytest.raises(QuestionError, match="contradict each other: published_from") as caught:
        Filters(**window)
    assert caught.value.hint


@pytest.mark.parametrize(
    "window",
    [
        {},
        {"published_from": AUGUST_5, "published_to": AUGUST_5},
        {"published_from": NOON, "published_to": AUGUST_5},
        {"published_from": AUGUST_5, "published_to": NOON},
        {"published_from": NOON, "as_of": AUGUST_5},
        {"published_to": AUGUST_5, "as_of": date(1999, 1, 1)},
    ],
)
def test_a_window_that_holds_a_moment_is_no_contradiction(window: dict[str, Any]) -> None:
    filters = Filters(**window)
    assert {name: getattr(filters, name) for name in window} == window


def test_no_filters_are_equal_to_none_set() -> None:
    assert Filters() == NO_FILTERS
