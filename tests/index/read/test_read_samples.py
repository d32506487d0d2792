"""The sample articles, read: title, outlet, dates and where each was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from dateline.index.article import FIELDS
from dateline.index.read import Parsed, Record, parse, records
from dateline.index.read.decode import normalise

SAMPLES = Path(__file__).parents[3] / "samples"

# id, title, outlet, published, updated
EXPECTED = [
    ("courier-ghazni-correction", "Correction: the Taliban attack on Ghazni", "The Meridian Courier", "2015-10-16T10:00:00+04:30", None),
    ("courier-ghazni", "Ghazni shuts its doors after Taliban assault is beaten back", "The Meridian Courier", "2015-10-14T19:40:00+04:30", None),
    ("harbor-kunduz-pullout", "Taliban fighters gone from Kunduz, group says", "Harbor Post", "2015-10-13T14:20:00-04:00", None),
    ("harbor-northern-capitals", "After Kunduz, three more northern cities fend off the Taliban", "Harbor Post", "2015-10-15T17:45:00-04:00", "2015-10-15T18:10:00-04:00"),
    ("harbor-opinion-villages", "Stop counting cities", "Harbor Post", "2015-10-18", None),
    ("larkfield-kunduz-pullout", "Insurgents quit Afghan city, say task is done", "Larkfield Gazette", "2015-10-14T06:30:00+01:00", None),
    ("northgate-kunduz-pullout", "Taliban leave Kunduz after two weeks, declare their aims met", "Northgate Wire", "2015-10-13T16:05:00+00:00", None),
    ("northgate-why-cities", "ANALYSIS: From orchards to avenues - what drives the Taliban's turn to the cities", "Northgate Wire", "2015-10-15T09:15:00+00:00", None),
    ("saltmarsh-hospital", "Nine patients still missing after strike on Kunduz hospital", "The Saltmarsh Observer", "2015-10-14T21:10:00+01:00", None),
    ("tamarind-helmand", "Border police overrun in Helmand after three-day fight", "Tamarind Tribune", "2015-10-14T15:30:00+05:30", "2015-10-15T11:05:00+05:30"),
    ("courier-capitals", "Four capitals in three days, and then a fifth", "The Meridian Courier", "2021-08-08T17:30:00+04:30", "2021-08-09T00:20:00+04:30"),
    ("courier-qala-e-nau", "Fighting reaches the centre of Qala-e Nau", "The Meridian Courier", "2021-07-07T20:15:00+04:30", None),
    ("harbor-kunduz-falls", "Kunduz in Taliban hands except for airport and base, lawmaker says", "Harbor Post", "2021-08-08T12:30:00-04:00", "2021-08-08T16:45:00-04:00"),
    ("harbor-opinion-accord", "A promise nobody meant to keep", "Harbor Post", "2021-08-10", None),
    ("tag:kestrel-radio.example,2021:kestrel-taloqan", "Taloqan becomes third northern capital lost in a day", "Kestrel Radio", "2021-08-08T20:40:00+00:00", "2021-08-09T05:10:00+00:00"),
    ("tag:kestrel-radio.example,2021:kestrel-sheberghan", "Sheberghan: two sides, two stories", "Kestrel Radio", "2021-08-08T06:15:00+00:00", "2021-08-08T06:15:00+00:00"),
    ("tag:kestrel-radio.example,2021:kestrel-border-towns", "Border towns and a minister's house: a week of Taliban attacks", "Kestrel Radio", "2021-08-04T18:00:00+00:00", "2021-08-04T18:00:00+00:00"),
    ("larkfield-kunduz-falls", "Kunduz falls as Taliban turn on the towns", "Larkfield Gazette", "2021-08-08T22:05:00+01:00", None),
    ("lindwald-kundus", "Kundus fällt binnen eines Tages", "Lindwalder Abendbote", "2021-08-09T06:45:00+02:00", None),
    ("northgate-districts-fell", "Money, mud and empty magazines: why Afghan districts fell", "Northgate Wire", "2021-07-08T11:30:00+00:00", "2021-07-08T14:02:00+00:00"),
    ("northgate-russia-drills", "Russia sends more arms to Central Asia as Afghan war nears border", "Northgate Wire", "2021-08-05T13:20:00+00:00", None),
    ("saltmarsh-trade-routes", "The customs house war: commander explains Taliban push in the north", "The Saltmarsh Observer", "2021-07-09T07:00:00+01:00", None),
    ("", "Why the cities, and why now?", "The Saltmarsh Observer", "2021-08-09", None),
    ("tamarind-airstrikes", "US raids behind move on cities, Taliban sources say", "Tamarind Tribune", "2021-08-05T21:50:00+05:30", None),
    ("northgate-zaranj", "Taliban capture Zaranj on Iranian border", "Northgate Wire", "2021-08-06T15:10:00+00:00", None),
    ("northgate-fire-1", "URGENT - At least five dead in Afghan market fire", "Northgate Wire", "2021-08-11T08:50:00+04:30", None),
    ("northgate-fire-2", "Death toll in Afghan market fire climbs to nine", "Northgate Wire", "2021-08-11T07:05:00+00:00", None),
    ("northgate-fire-3", "Afghan market fire: toll rises to 12", "Northgate Wire", "2021-08-11T15:30:00+04:30", None),
    ("northgate-fire-4", "CORRECTED - Twelve dead in Afghan market fire, 40 stalls destroyed", "Northgate Wire", "2021-08-11T18:45:00+02:00", None),
    ("courier-cup", "Ten-man Meridian City hold on to reach cup final", "The Meridian Courier", "2015-10-14T22:50:00+01:00", None),
    ("harbor-bridge", "Pilot Street Bridge reopens, eleven months late", "Harbor Post", "2021-08-06T11:15:00-04:00", None),
    ("larkfield-flood", "Flood warning for lower Larkfield as River Teal keeps rising", "Larkfield Gazette", "2021-08-07T18:20:00+01:00", None),
    ("saltmarsh-chess", "Sixteen-year-old wins Candlemas Open with a rook to spare", "The Saltmarsh Observer", "2016-02-07T19:30:00+00:00", None),
    ("saltmarsh-kunduz-profile", "Kunduz: a city of cotton, rice and roads", "The Saltmarsh Observer", None, None),
    ("northgate-ferry-1", "At least six drowned as ferry sinks off Port Ellery", "Northgate Wire", "2018-06-12T22:15:00+00:00", None),
    ("kestrel-ferry", "Corran ferry: fourteen dead, and two lists of passengers", "Kestrel Radio", "2018-06-13T20:30:00+00:00", None),
    ("northgate-ferry-3", "Toll in Corran ferry sinking rises to 22", "Northgate Wire", "2018-06-14T18:40:00+00:00", None),
    ("larkfield-ferry", "Divers find eight more victims of island ferry", "Larkfield Gazette", "2018-06-15T06:15:00+01:00", None),
    ("courier-ferry", "Who looked at the Maid of Corran before she sank?", "The Meridian Courier", "2018-06-16T08:00:00+01:00", None),
    ("saltmarsh-ferry-inquiry", "A door, a load and a blind bridge: why the Maid of Corran sank", "The Saltmarsh Observer", "2019-02-20T17:00:00+00:00", None),
    ("tamarind-melons", "Kunduz melons go south as harvest breaks record", "Tamarind Tribune", "2019-08-27", None),
]  # fmt: skip


@pytest.fixture(scope="module")
def samples() -> list[Parsed]:
    found = list(records([SAMPLES]))
    assert all(isinstance(item, Record) for item in found)
    return [parse(item) for item in found if isinstance(item, Record)]


def test_every_sample_reads_without_a_warning(samples: list[Parsed]) -> None:
    assert len(samples) == len(EXPECTED) == 41
    assert [parsed.warnings for parsed in samples] == [()] * 41
    assert len({parsed.article.id for parsed in samples}) == 41


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: row[1][:20])
def test_samples(samples: list[Parsed], expected: tuple[str, str, str | None, str | None, str | None]) -> None:
    own_id, title, outlet, published, updated = expected
    (article,) = [parsed.article for parsed in samples if parsed.article.title == title]
    assert article.id == own_id or (not own_id and article.id.startswith("text-"))
    assert article.outlet == outlet
    assert [value and value.isoformat() for value in (article.published, article.updated)] == [published, updated]
    known = {name for name in FIELDS if getattr(article, name) is not None}
    in_text = set() if own_id else {"published", "byline"}
    assert dict(article.basis) == {name: "text" if name in in_text else "metadata" for name in known}
    assert article.language == ("de" if own_id == "lindwald-kundus" else "en")


def test_corrections_name_the_article_that_they_correct(samples: list[Parsed]) -> None:
    corrections = {parsed.article.id: parsed.article.corrects for parsed in samples if parsed.article.corrects}
    assert corrections == {"courier-ghazni-correction": "courier-ghazni", "northgate-fire-4": "northgate-fire-2"}


def test_no_furniture_of_the_sample_pages_is_in_their_text(samples: list[Parsed]) -> None:
    words = ["cookie", "Subscribe", "Share", "quayside_ron", "ravi_k", "opium", "No nonsense", "Keep reading", "All rights",
             "Photo", "picture credit", "ALSO READ", "Most read", "fictional", "sample", "Smoke over the cloth market"]  # fmt: skip
    for parsed in samples:
        assert [word for word in words if word in parsed.article.text] == [], parsed.article.id
        assert parsed.article.text == normalise(parsed.article.text)
