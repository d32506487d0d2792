from datetime import UTC, date, datetime

from sqlalchemy import event

from dateline.index.archive import Archive
from dateline.index.copies import MOST_COPIES, copies_of
from dateline.index.corrections import corrections_of
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.writer import Writer
from tests.articles import NOW, new_revision, news, record, take_in


def correction(article_id: str, of: str, seed: int, **fields: object) -> dict[str, object]:
    return record(article_id, news(seed), corrects=of, **fields)


def plans(archive: Archive, ask: object) -> list[str]:
    """How SQLite goes about each statement that `ask()` runs: a line for each table that it reads."""
    ran: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        ran.append((statement, parameters))

    event.listen(archive.engine, "before_cursor_execute", note)
    assert callable(ask)
    ask()
    event.remove(archive.engine, "before_cursor_execute", note)
    found = []
    with archive.engine.connect() as connection:
        for statement, parameters in ran:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
            found += [str(row[3]) for row in rows]
    return found


def test_oldest_first_and_undated_last(archive: Archive) -> None:
    take_in(
        archive,
        record("alm", news(1)),
        correction("undated", "alm", 2, published=None),
        correction("third", "alm", 3, published="2021-08-09"),
        correction("first", "alm", 4, published="2021-08-07T23:00:00-04:00"),  # 03:00 on the 8th in UTC
        correction("second-b", "alm", 5, published="2021-08-08T03:00:00Z"),
        correction("ahead", "alm", 6, published="2021-08-08T02:00:00Z"),
        correction("other", "nowhere", 7),
    )
    assert corrections_of(archive, ["alm", "nowhere", "first"], NO_FILTERS) == {
        "alm": ("ahead", "first", "second-b", "third", "undated"),
        "nowhere": ("other",),
    }
    assert corrections_of(archive, [], NO_FILTERS) == {}


def test_only_what_is_in_use_and_current_corrects(archive: Archive) -> None:
    take_in(archive, record("alm", news(1)), correction("gone", "alm", 2), correction("changed", "alm", 3))
    assert corrections_of(archive, ["alm"], NO_FILTERS) == {"alm": ("changed", "gone")}
    with Writer(archive) as writer:
        writer.withdraw("gone", "wrong", NOW)
    take_in(archive, correction("changed", "ferry", 3))
    assert archive.article("changed").revision == 2  # a text that corrects another article is another text
    assert archive.article("changed", 1).article.corrects == "alm"
    assert corrections_of(archive, ["alm", "ferry"], NO_FILTERS) == {"ferry": ("changed",)}


def test_as_of_takes_the_corrections_then_in_force(archive: Archive) -> None:
    take_in(
        archive,
        record("alm", news(1), published="2021-08-01"),
        correction("early", "alm", 2, published="2021-08-03"),
        correction("late", "alm", 3, published="2021-08-05"),
        correction("undated", "alm", 4, published=None),
        now=datetime(2021, 8, 5, tzinfo=UTC),
    )
    take_in(archive, record("early", news(2), published="2021-08-03"), now=datetime(2021, 8, 10, tzinfo=UTC))

    def known(day: int) -> tuple[str, ...]:
        return corrections_of(archive, ["alm"], Filters(as_of=date(2021, 8, day))).get("alm", ())

    assert [known(day) for day in (2, 3, 5, 9, 10)] == [(), ("early",), ("early", "late"), ("early", "late"), ("late",)]
    assert corrections_of(archive, ["alm"], Filters(outlets=("Nobody",))) == {}


def test_corrections_are_found_by_their_index(archive: Archive) -> None:
    with Writer(archive) as writer:
        writer.add([new_revision(f"a{n}", news(n, 2)) for n in range(300)], NOW)
    for filters in (NO_FILTERS, Filters(as_of=date(2021, 8, 5))):
        steps = plans(archive, lambda filters=filters: corrections_of(archive, [f"a{n}" for n in range(9)], filters))
        assert any("ix_revisions_corrects" in step for step in steps), steps
        assert not any(step.startswith("SCAN") for step in steps), steps


TEXT = news(1, 12)


def test_copies_of_a_story(archive: Archive) -> None:
    take_in(
        archive,
        record("b", TEXT, outlet="Harbor Post"),
        record("a", f"{TEXT}\n\n{news(2, 2)}", published="2021-08-09"),
        record("c", f"{news(3, 2)}\n\n{TEXT}"),
        record("alone", news(4, 12)),
    )
    assert copies_of(archive, ["a", "alone", "nothing"], NO_FILTERS) == {"a": ("a", "b", "c"), "alone": ("alone",)}
    assert copies_of(archive, ["a"], Filters(as_of=date(2021, 8, 8))) == {"a": ("b", "c")}
    assert copies_of(archive, ["a"], Filters(outlets=("Harbor Post",))) == {"a": ("b",)}
    with Writer(archive) as writer:
        writer.withdraw("b", "wrong", NOW)
    assert copies_of(archive, ["a"], NO_FILTERS) == {"a": ("a", "c")}
    assert copies_of(archive, [], NO_FILTERS) == {}


def test_each_story_has_its_own_limit_of_copies(archive: Archive) -> None:
    with Writer(archive) as writer:
        writer.add([new_revision(f"a{n:02}", f"{TEXT} {news(100 + n, 1)}") for n in range(30)], NOW)
        writer.add([new_revision(f"b{n:02}", f"{news(2, 12)} {news(200 + n, 1)}") for n in range(3)], NOW)
    found = copies_of(archive, ["a00", "b00"], NO_FILTERS)
    assert found == {"a00": tuple(f"a{n:02}" for n in range(MOST_COPIES + 1)), "b00": ("b00", "b01", "b02")}
    for filters in (NO_FILTERS, Filters(as_of=date(2021, 8, 5))):
        steps = plans(archive, lambda filters=filters: copies_of(archive, ["a00", "b00"], filters))
        assert any("ix_articles_story_id" in step for step in steps), steps
        assert not any(step.startswith(("SCAN articles", "SCAN revisions")) for step in steps), steps
