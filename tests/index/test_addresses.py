"""Addresses: the spellings of one page's address are one, other pages' stay apart, and a path's date is read."""

from __future__ import annotations

from datetime import date

import pytest

from dateline.index.addresses import date_in, normal_address, site_of

SPELLINGS = [
    "http://gazette.example/ferry",
    "https://gazette.example:443/ferry/",
    "https://www.gazette.example/ferry",
    "https://m.gazette.example/Ferry",
    "https://amp.gazette.example/ferry?",
    "HTTPS://GAZETTE.EXAMPLE/ferry#comments",
    "https://gazette.example//ferry",
    "https://gazette.example/f%65rry",
    "https://gazette.example/ferry/index.html",
    "https://gazette.example/ferry/amp/",
    "https://gazette.example/amp/ferry",
    "https://gazette.example/ferry.amp.html",
    "https://gazette.example/ferry?amp",
    "https://gazette.example/ferry?outputType=amp",
    "https://gazette.example/ferry?utm_source=a&utm_medium=b&fbclid=c&at_campaign=d&ref=rss&mc_cid=e",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_spellings_of_one_address(url: str) -> None:
    assert normal_address(url) == "gazette.example/ferry"


@pytest.mark.parametrize(
    "url",
    ["https://gazette.example/ferry-2", "https://gazette.example/ferry?id=2", "https://gazette.example/ferry?page=2",
     "https://sport.gazette.example/ferry", "https://gazette.example:8080/ferry", "https://gazette.example/a/ferry",
     "https://gazette.example/ferry?view=2", "https://gazette.example/"],
)  # fmt: skip
def test_other_pages_stay_apart(url: str) -> None:
    assert normal_address(url) != "gazette.example/ferry"


def test_parameters_are_sorted_and_kept() -> None:
    assert (
        normal_address("https://g.example/a?b=2&a=1")
        == normal_address("https://g.example/a?a=1&b=2")
        == "g.example/a?a=1&b=2"
    )
    assert normal_address("https://g.example/caf%C3%A9") == normal_address("https://g.example/café")


def test_a_host_of_two_words_keeps_its_first() -> None:
    assert (site_of("https://m.example/a"), site_of("https://www.m.example/a")) == ("m.example", "m.example")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://g.example/2024/08/09/ferry", date(2024, 8, 9)),
        ("https://g.example/news/2024-08-09-ferry.html", date(2024, 8, 9)),
        ("https://g.example/world/2024/aug/09/ferry", date(2024, 8, 9)),
        ("https://g.example/20240809/ferry", date(2024, 8, 9)),
        ("https://g.example/2024/08/ferry", None),
        ("https://g.example/2024/13/40/ferry", None),
        ("https://g.example/ferry-2024?d=2024/08/09", None),
        ("https://g.example/id/20249912/ferry", None),
    ],
)
def test_the_date_in_a_path(url: str, day: date | None) -> None:
    assert date_in(url) == day
